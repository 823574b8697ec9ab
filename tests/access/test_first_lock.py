"""The first lock alone: inside a user's unit the owner role asks, whom row security does not hold."""

import pytest
from django import forms
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404

from accounts import access
from accounts.models import AuditEntry, Job, Role, User
from ratecards.models import CardGrant, CardPrivate, Carrier, RateCard
from resellers.models import Company, Customer
from tests.roles import as_owner


@pytest.fixture
def alone(acting):
    """alone(user, question): the answer in the user's unit, with the second lock open."""

    def ask(user, question):
        with acting(user), as_owner():
            return question()

    return ask


def names(user, model, field="name", right=None):
    return lambda: set(access.visible(user, model, right).values_list(field, flat=True))


def test_customers_of_the_subtree_and_no_others(world, alone):
    assert alone(world.b_admin, names(world.b_admin, Customer)) == {f"Customer b {n}" for n in range(3)}
    down = {f"Customer {key} {n}" for key in ("a", "a1") for n in range(3)}
    assert alone(world.a_admin, names(world.a_admin, Customer)) == down
    assert len(alone(world.admin, names(world.admin, Customer))) == 15


def test_what_is_a_companys_own_is_not_shown_to_those_above(world, alone):
    assert alone(world.a_admin, names(world.a_admin, CardPrivate)) == {"Private retail a"}
    assert alone(world.a_admin, names(world.a_admin, Job, "subject")) == {"Job of a"}


def test_of_cards_the_own_and_the_granted_ones(world, alone):
    assert alone(world.a_admin, names(world.a_admin, RateCard, "public_name")) == {"Retail a", "Wholesale a"}
    with as_owner():
        CardGrant.objects.filter(group=world.companies.a.tenant_group, content_object=world.assignment.card).delete()
    assert alone(world.a_admin, names(world.a_admin, RateCard, "public_name")) == {"Retail a"}


def test_a_grant_of_another_right_opens_no_card(world, alone):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ratecards_cardgrant SET permission_id = (SELECT id FROM auth_permission WHERE codename = 'operate_company')"
            " WHERE content_object_id = %s AND group_id = %s",
            [world.assignment.card_id, world.companies.a.tenant_group_id],
        )
    assert alone(world.a_admin, names(world.a_admin, RateCard, "public_name")) == {"Retail a"}


def test_groups_of_resellers_alone_are_shared(world, alone):
    shown = alone(world.a_admin, names(world.a_admin, Role))
    assert "Default Reseller" in shown and shown.isdisjoint({"Administrators", "Support auditors"})


@pytest.mark.parametrize("model", [Carrier, AuditEntry])
def test_what_is_the_masters_is_shown_to_nobody_else(world, alone, monkeypatch, model):
    assert alone(world.admin, lambda: access.visible(world.admin, model).exists())
    monkeypatch.setattr(access, "may", lambda user, right: True)
    assert not alone(world.a_admin, lambda: access.visible(world.a_admin, model).exists())


@pytest.mark.parametrize(
    "model", [Customer, Company, User, RateCard, Carrier, AuditEntry, Role], ids=lambda model: model.__name__
)
def test_without_a_grant_there_is_no_row(world, alone, monkeypatch, model):
    monkeypatch.setattr(access, "may", lambda user, right: True)
    monkeypatch.setattr(access, "granted", lambda user: access.NOTHING)
    assert not alone(world.a_admin, lambda: access.visible(world.a_admin, model).exists())


def test_without_the_right_there_is_no_row(world, alone):
    assert alone(world.a_reader, names(world.a_reader, Customer, right="customer.create")) == set()
    assert alone(world.a_dormant, names(world.a_dormant, Customer)) == set()


@pytest.mark.parametrize("name", ["a_gone", "closed_admin"])
def test_who_is_shut_out_has_neither_rights_nor_reach(world, alone, name):
    person = getattr(world, name)
    assert alone(world.admin, lambda: access.rights_of(person).held) == frozenset()
    assert alone(world.admin, lambda: access.scope(person)) == access.NOTHING
    assert not alone(world.admin, lambda: access.may(person, "customer.view"))


def test_a_group_of_the_other_audience_gives_nothing(world, alone):
    """The database refuses such a group; here its law is past."""
    with connection.cursor() as cursor, as_owner():
        cursor.execute("ALTER TABLE accounts_user_groups DISABLE TRIGGER USER")
        groups = User.groups.through.objects.filter(user=world.support, group=world.roles.auditors.group)
        groups.update(group=world.roles.managers.group)
    assert alone(world.admin, lambda: access.rights_of(world.support).held) == frozenset()


def test_another_tenants_row_answers_like_one_that_never_was(world, alone):
    def answer(pk):
        with pytest.raises(Http404) as caught:
            access.get_or_404(world.a_admin, Customer, "customer.view", pk=pk)
        return str(caught.value)

    answers = [alone(world.a_admin, lambda pk=pk: answer(pk)) for pk in (world.customers["b_0"].pk, 2**40, 2**80)]
    assert len(set(answers)) == 1


def test_choices_of_a_form_are_those_in_sight(world, alone):
    class Form(forms.Form):
        company = forms.ModelChoiceField(Company.objects.all())
        customer = forms.ModelChoiceField(Customer.objects.all())

    posted = {"company": world.companies.b.pk, "customer": world.customers["b_0"].pk}
    nobody = Customer.objects.none()
    assert set(alone(world.a_admin, lambda: access.narrow(Form(posted), world.a_admin).errors)) == {
        "company",
        "customer",
    }
    assert alone(world.b_admin, lambda: access.narrow(Form(posted), world.b_admin).errors) == {}
    given = alone(world.b_admin, lambda: access.narrow(Form(posted), world.b_admin, customer=nobody).errors)
    assert set(given) == {"customer"}


def test_a_row_that_would_leave_the_sight_is_refused(world, alone):
    thing = world.customers["b_0"]
    assert alone(world.b_admin, lambda: access.still_visible(world.b_admin, thing, "customer.view")) is thing
    with pytest.raises(PermissionDenied):
        alone(world.a_admin, lambda: access.still_visible(world.a_admin, thing, "customer.view"))


def test_djangos_own_questions_are_answered_by_the_catalogue(world, acting):
    """A flag of Django's gives nothing, and what the catalogue does not know is no."""
    with acting(world.a_reader):
        assert world.a_reader.has_perm("resellers.view_customer")
        assert not world.a_reader.has_perm("resellers.add_customer")
        assert not world.a_reader.has_perm("resellers.view_customer", world.customers["a_0"])
    with acting(world.superuser):
        assert world.superuser.has_perm("resellers.view_customer")
        for asked in (
            "resellers.add_customer",
            "resellers.delete_company",
            "accounts.fly_user",
            "ratecards.view_weather",
            "nonsense",
        ):
            assert not world.superuser.has_perm(asked), asked
