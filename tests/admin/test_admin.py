"""Django admin for support: the panel's own rules, read-only, without a login of its own and without a secret."""

from datetime import timedelta

import pytest
from django.contrib import admin as stock
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.admin_site import AuditAdmin, site
from accounts.models import Invitation, User
from ratecards.models import Revision
from resellers.models import Company, Customer
from tests import factories
from tests.roles import as_owner
from tests.statements import of_the_unit

MODELS = sorted(site._registry, key=lambda model: model._meta.label)
APPS = {"accounts", "resellers", "ratecards"}
HASH = "argon2$planted-hash"


def url(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def rows(world):
    """One row of everything, so that every page has something to show."""
    with as_owner():
        card = factories.RateCardFactory(owner=world.companies.master, name="Wholesale")
        factories.CardAssignmentFactory(card=card, company=world.companies.a)
        factories.CarrierFactory(owner=world.companies.master)
        factories.JobFactory(actor=world.a_admin, params={"token": "planted-secret"})
        revision = Revision.objects.create(card=card, owner=card.owner, number=1, rows=3)
        Revision._meta.get_field("private").related_model.objects.create(
            revision=revision, owner=card.owner, source="sheet.csv"
        )
        invitation(world)
        User.objects.filter(pk=world.a_user.pk).update(password=HASH)


def invitation(world):
    Invitation.objects.create(email="new@example.test", name="New", company=world.companies.a, role=world.roles.readers,
                              digest=b"planted-digest-of-the-secret-xyz", expires_at=timezone.now() + timedelta(days=3))  # fmt: skip


def first_key(model):
    with as_owner():
        return model._default_manager.order_by("pk").values_list("pk", flat=True).first()


# -- who gets in -------------------------------------------------------------------------------------------------------

PATHS = ["/admin/", "/admin/accounts/user/", "/admin/accounts/user/1/change/", "/admin/accounts/", "/admin/autocomplete/",
         "/admin/jsi18n/", "/admin/password_change/", "/admin/no/such/page/", "/admin/login/", "/admin/r/1/1/"]  # fmt: skip


def test_anonymous_is_sent_to_the_panels_login(world, login):
    client = login()
    for path in PATHS:
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (302, f"/login/?next={path}")


@pytest.mark.parametrize("persona", ["a_admin", "a_user", "a_reader", "a1_admin", "b_admin"])
def test_reseller_gets_403_and_no_hint(world, login, rows, persona):
    client = login(getattr(world, persona))
    for path in PATHS:
        response = client.get(path)
        assert response.status_code == 403, path
        assert b"Django" not in response.content and b"connexcs support" not in response.content, path


@pytest.mark.parametrize("persona", ["a_gone", "closed_admin", "a_dormant"])
def test_who_may_do_nothing_gets_nothing(world, login, persona):
    assert login(getattr(world, persona)).get("/admin/").status_code in (302, 403)


@pytest.mark.parametrize("persona", ["admin", "support", "superuser"])
def test_master_people_with_the_right_see_the_index(world, login, persona):
    response = login(getattr(world, persona)).get("/admin/")
    assert response.status_code == 200
    assert "script-src 'self'" in response["Content-Security-Policy"]


def test_master_person_without_the_right_gets_403(world, login):
    with as_owner():
        world.support.groups.get(role__isnull=False).role.areas.filter(area="support").update(boxes=[])
    assert login(world.support).get("/admin/").status_code == 403


def test_a_right_of_one_model_opens_that_model_alone(world, login, rows):
    with as_owner():
        areas = world.support.groups.get(role__isnull=False).role.areas
        areas.exclude(area__in=["support", "customer"]).update(boxes=[])
    client = login(world.support)
    assert client.get(url(Customer, "changelist")).status_code == 200
    assert client.get(url(User, "changelist")).status_code == 403
    assert client.get(url(Company, "change", world.companies.a.pk)).status_code == 403
    assert b"/admin/accounts/user/" not in client.get("/admin/").content


# -- what it shows -----------------------------------------------------------------------------------------------------


def test_only_models_of_ours_are_registered_and_all_are_read_only():
    assert {model._meta.app_label for model in MODELS} == APPS
    assert all(isinstance(one, AuditAdmin) and one.fields for one in site._registry.values())


def test_the_stock_site_has_no_address(world, login):
    client = login(world.admin)
    for model in stock.site._registry:
        if model in site._registry:
            continue
        with pytest.raises(NoReverseMatch):
            url(model, "changelist")
    for path in ("/admin/account/emailaddress/", "/admin/auth/group/", "/admin/mfa/authenticator/",
                 "/admin/django_tasks_database/dbtaskresult/"):  # fmt: skip
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("persona", ["support", "admin"])
def test_list_search_and_row_of_every_model_are_shown(world, login, rows, persona):
    client = login(getattr(world, persona))
    for model in MODELS:
        key = first_key(model)
        assert key is not None, model
        for path in (url(model, "changelist"), url(model, "changelist") + "?q=wh", url(model, "change", key)):
            response = client.get(path)
            assert response.status_code == 200, path
            for secret in (HASH, "planted-hash", "planted-secret", "planted-digest"):
                assert secret not in response.content.decode(), path


def test_every_list_has_a_search_box():
    assert [
        model for model in MODELS if not (site._registry[model].prefix or site._registry[model].search_fields)
    ] == []


def asked(client, model):
    """The statements of the list of a model."""
    with CaptureQueriesContext(connection) as statements:
        assert client.get(url(model, "changelist")).status_code == 200, model
    return statements


def test_statements_of_no_list_grow_with_its_rows(world, login, rows):
    client = login(world.support)
    client.get("/admin/")  # the first page of a session writes it down
    few = {model: len(asked(client, model)) for model in MODELS}
    with as_owner():
        for _ in range(3):
            card = factories.RateCardFactory(owner=world.companies.b)
            company = factories.CompanyFactory(parent=world.companies.a)
            factories.CardAssignmentFactory(card=factories.RateCardFactory(owner=world.companies.a), company=company)
            factories.CarrierFactory(owner=world.companies.b)
            factories.JobFactory(actor=factories.UserFactory(company=company, role=world.roles.readers))
            Revision.objects.create(card=card, owner=card.owner, number=1)
            factories.CustomerFactory(company=company)
    for model in MODELS:
        many = asked(client, model)
        assert len(many) <= few[model], model
        assert of_the_unit(many) <= 12, model


def test_search_finds_names_by_their_beginning(world, login):
    client = login(world.support)
    found = client.get(url(Customer, "changelist") + "?q=customer+b").content
    assert b"Customer b 0" in found and b"Customer a 0" not in found


def test_no_hash_of_a_password_is_read(world, login, rows):
    with CaptureQueriesContext(connection) as statements:
        login(world.support).get(url(User, "change", world.a_user.pk))
    assert not any('"accounts_user"."password"' in s["sql"] and str(world.a_user.pk) in s["sql"] for s in statements)


# -- what it refuses ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("persona", "methods"),
    [("superuser", ("post", "put", "delete", "patch")), ("admin", ("post",)), ("support", ("post",))],
)
def test_nothing_can_be_written(world, login, rows, persona, methods):
    """Every method by him whom Django's own admin would let do all."""
    client = login(getattr(world, persona))
    for model in MODELS:
        key = first_key(model)
        add, change, delete, listed = (
            url(model, "add"), url(model, "change", key), url(model, "delete", key), url(model, "changelist"))  # fmt: skip
        assert client.get(add).status_code == client.get(delete).status_code == 403
        for page in (add, change, delete, listed):
            for method in methods:
                answer = getattr(client, method)(page, {"action": "delete_selected", "_selected_action": key})
                assert answer.status_code == 403, (method, page)


def test_support_cannot_make_himself_superuser(world, login):
    client = login(world.support)
    answer = client.post(url(User, "change", world.support.pk), {"is_superuser": "on", "email": "support@example.test"})
    assert answer.status_code == 403
    with as_owner():
        assert not User.objects.get(pk=world.support.pk).is_superuser


def test_password_page_of_a_user_does_not_exist(world, login):
    answer = login(world.admin).get(f"/admin/accounts/user/{world.a_user.pk}/password/")
    assert answer.status_code in (302, 404)
    assert "password" not in answer.get("Location", "").replace(f"{world.a_user.pk}/password/change", "")


@pytest.mark.parametrize(
    "query",
    ["password__startswith=a", "groups__role__name__startswith=D", "company__cards__private__name__startswith=W"],
)
def test_lookups_over_columns_that_are_not_filters_are_refused(world, login, query):
    answer = login(world.support).get(url(User, "changelist") + f"?{query}")
    assert answer.status_code in (302, 400)


@pytest.mark.parametrize("query", ["?_to_field=password", "?_popup=1&_to_field=digest"])
def test_other_keys_than_the_primary_one_are_refused(world, login, query):
    assert login(world.support).get(url(User, "changelist") + query).status_code == 400


def test_unknown_row_and_malformed_ids_are_not_an_error(world, login):
    client = login(world.support)
    for key in ("0", "-1", str(2**63), "1e3", "a" * 5000, "%00"):
        assert client.get(f"/admin/resellers/customer/{key}/change/").status_code in (302, 400, 404)


def test_login_and_logout_are_the_panels_own(world, login):
    client = login(world.support)
    assert client.get("/admin/login/")["Location"] == "/admin/"
    for ask in (client.get, client.post):
        assert ask("/admin/logout/")["Location"] == reverse("account_logout")
    assert client.get("/admin/password_change/").status_code == 302


def test_history_of_a_row_is_its_trail(world, login):
    customer = world.customers["a_0"]
    answer = login(world.support).get(url(Customer, "history", customer.pk), follow=True)
    assert answer.status_code == 200 and b"Customer a 0" in answer.content
    assert answer.redirect_chain == [(f"/setup/information/audit-log/?table=resellers_customer&row={customer.pk}", 302)]
