import pytest
from django.contrib.messages import get_messages
from django.core import mail

from accounts.models import AuditEntry, Invitation
from resellers.models import Company, CompanyClosure, CompanyGrant, CompanyNote, Customer
from tests import factories
from tests.resellers.conftest import NEW_COMPANY, RESELLERS
from tests.roles import as_owner
from tests.world import role

NEW = RESELLERS + "new/"
FIRST_USER = {"user_name": "Kari", "user_email": "kari@nordic.test"}


def made(**lookup) -> Company | None:
    with as_owner():
        return Company.objects.filter(**{"name": "Nordic Voice", **lookup}).first()


@pytest.fixture
def post(login):
    """post(user, **changes) -> the answer to the filled form of a new account below the user's own company."""

    def as_user(user, **changes):
        return login(user).post(NEW, NEW_COMPANY | {"parent": user.company_id} | changes)

    return as_user


def test_master_makes_a_reseller_below_itself(world, post):
    answer = post(world.admin)
    company = made()
    assert answer.status_code == 302 and answer.url == f"{RESELLERS}{company.pk}/"
    assert (company.parent_id, company.email, company.currency, company.time_zone, company.status) == (
        world.companies.master.pk, "office@nordic.test", "EUR", "Europe/Oslo", "active")  # fmt: skip


def test_the_new_company_has_its_key_and_its_place_in_the_tree(world, post):
    post(world.admin, parent=world.companies.a1.pk)
    company = made()
    with as_owner():
        above = CompanyClosure.objects.filter(descendant=company).order_by("depth").values_list("ancestor", "depth")
        c = world.companies
        assert list(above) == [(company.pk, 0), (c.a1.pk, 1), (c.a.pk, 2), (c.master.pk, 3)]
        assert CompanyGrant.objects.get(content_object=company).group_id == company.tenant_group_id


def test_reseller_makes_one_below_itself_and_works_on_with_it_at_once(world, login, post):
    assert post(world.b_admin).status_code == 302
    company = made(parent=world.companies.b)
    client = login(world.b_admin)
    assert client.get(f"{RESELLERS}{company.pk}/").status_code == 200
    customer = {"name": "Below", "currency": "EUR", "status": "active", "debit_limit": "0", "company": company.pk}
    assert client.post("/management/customers/new/", customer).status_code == 302
    with as_owner():
        assert Customer.objects.get(name="Below").company_id == company.pk


def test_reseller_makes_one_below_a_company_of_its_subtree(world, post):
    assert post(world.a_admin, parent=world.companies.a1.pk).status_code == 302
    assert made().parent_id == world.companies.a1.pk


@pytest.mark.parametrize("parent", ["master", "b"])
def test_reseller_cannot_put_one_below_a_foreign_company(world, post, parent):
    answer = post(world.a_admin, parent=getattr(world.companies, parent).pk)
    assert answer.status_code == 422
    assert "parent" in answer.context["form"].errors
    assert made() is None


def test_the_choices_name_no_foreign_company(world, login):
    page = login(world.a_admin).get(NEW).content.decode()
    assert "Company a1" in page
    assert "Company b" not in page and "Company master" not in page


def test_first_user_is_invited_in_the_same_step(world, post, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = post(world.admin, **FIRST_USER, user_role=world.roles.managers.pk, note="Pays late")
    assert answer.status_code == 302
    said = [str(message) for message in get_messages(answer.wsgi_request)]
    assert "The invitation of its first user is on its way to kari@nordic.test." in said
    with as_owner():
        invitation = Invitation.objects.get(email="kari@nordic.test")
        assert (invitation.company.name, invitation.email, invitation.time_zone, invitation.is_staff) == (
            "Nordic Voice", "kari@nordic.test", "Europe/Oslo", False)  # fmt: skip
        assert invitation.role_id == world.roles.managers.pk
        assert CompanyNote.objects.get().text == "Pays late"
    assert [message.to for message in mail.outbox] == [["kari@nordic.test"]]


def test_reseller_invites_the_first_user_of_a_sub_reseller(world, post):
    assert post(world.b_admin, **FIRST_USER, user_role=world.roles.resellers.pk).status_code == 302
    with as_owner():
        assert Invitation.objects.get(email="kari@nordic.test").company.parent_id == world.companies.b.pk


@pytest.mark.parametrize("missing", ["user_name", "user_email", "user_role"])
def test_half_a_first_user_makes_nothing_and_keeps_every_value(world, post, missing):
    person = FIRST_USER | {"user_role": world.roles.managers.pk}
    answer = post(world.admin, **{name: value for name, value in person.items() if name != missing})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [missing]
    assert made() is None
    page = answer.content.decode()
    for value in ("Nordic Voice", "office@nordic.test", *(str(v) for name, v in person.items() if name != missing)):
        assert f'value="{value}"' in page


def test_an_address_that_cannot_be_invited_makes_no_company_either(world, post):
    answer = post(world.admin, **FIRST_USER | {"user_email": "kåri@nordic.test"}, user_role=world.roles.managers.pk)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["user_email"]
    assert made() is None


def test_a_master_group_is_no_choice_for_a_resellers_user(world, post):
    answer = post(world.admin, **FIRST_USER, user_role=world.roles.admins.pk)
    assert answer.status_code == 422 and "user_role" in answer.context["form"].errors
    assert made() is None


def test_nobody_gives_a_group_wider_than_his_own(world, post):
    with as_owner():
        narrow = role("Makes accounts", "reseller", {"reseller": ("read", "create"), "user": ("read", "create")})
        person = factories.UserFactory(company=world.companies.a, role=narrow)
    answer = post(person, **FIRST_USER, user_role=world.roles.managers.pk)
    assert answer.status_code == 422 and "user_role" in answer.context["form"].errors
    assert made() is None


def test_who_may_not_invite_is_not_asked_for_a_user_and_smuggles_none(world, login, post):
    with as_owner():
        narrow = role("Accounts only", "reseller", {"reseller": ("read", "create")})
        person = factories.UserFactory(company=world.companies.a, role=narrow)
    assert "user_email" not in login(person).get(NEW).content.decode()
    assert post(person, **FIRST_USER, user_role=world.roles.readers.pk).status_code == 302
    with as_owner():
        assert not Invitation.objects.filter(email="kari@nordic.test").exists()


@pytest.mark.parametrize("name", ["company a", "COMPANY A"])
def test_a_name_taken_under_the_same_parent_is_said_of_the_name(world, post, name):
    answer = post(world.admin, name=name)
    assert answer.status_code == 422
    assert answer.context["form"].errors["name"] == ["There is an account of this name already."]


def test_the_same_name_under_another_parent_is_free(world, post):
    assert post(world.b_admin, name="Company a1").status_code == 302


def test_a_note_is_kept_by_the_company_directly_above_alone(world, post):
    answer = post(world.admin, parent=world.companies.a.pk, note="Mine")
    assert answer.status_code == 422 and "note" in answer.context["form"].errors
    assert made() is None
    assert post(world.admin, parent=world.companies.a.pk).status_code == 302


def test_nothing_is_put_below_a_closed_account(world, post):
    with as_owner():
        Company.objects.filter(pk=world.companies.b.pk).update(status="closed")
    answer = post(world.admin, parent=world.companies.b.pk)
    assert answer.status_code == 422 and "parent" in answer.context["form"].errors


WRONG = [
    ("name", ""), ("name", "   "), ("name", "x" * 151), ("name", "a\x00b"), ("email", "nobody"), ("email", ""),
    ("currency", "XXQ"), ("currency", "usd"), ("time_zone", "Mars/Base"), ("parent", ""), ("parent", "999999"),
    ("parent", "1; drop"), ("note", "x" * 5001),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), WRONG)
def test_wrong_input_is_said_of_its_field(world, post, field, value):
    answer = post(world.admin, **{field: value})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    with as_owner():
        assert Company.objects.count() == 5


def test_what_the_form_does_not_ask_cannot_be_posted(world, post):
    post(world.admin, is_master="on", status="closed", tenant_group=world.companies.a.tenant_group_id)
    company = made()
    assert (company.is_master, company.status) == (False, "active")
    assert company.tenant_group_id != world.companies.a.tenant_group_id


def test_reader_and_support_auditor_are_refused(world, post):
    assert post(world.a_reader).status_code == 403
    assert post(world.support).status_code == 403
    assert made() is None


def test_the_trail_names_the_actor(world, post):
    post(world.admin)
    key = str(made().pk)
    with as_owner():
        entry = AuditEntry.objects.get(table="resellers_company", row=key)
        assert (entry.action, entry.actor, entry.label) == ("create", world.admin.pk, "Nordic Voice")
