"""Setup > Information > Audit Log: who did what, field by field; nobody but the master reads it, nobody changes it."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import audit
from accounts.models import AuditEntry, User
from connexcs.embedded import OWNER
from resellers.models import Customer
from tests import factories
from tests.roles import as_owner
from tests.statements import of_the_unit

LIST = "/setup/information/audit-log/"


@pytest.fixture
def change(world, acting):
    """A customer of A whose status and notes were changed by its reseller; the entry of that change."""
    with acting(world.a_admin):
        customer = Customer.objects.get(pk=world.customers["a_0"].pk)
        customer.status, customer.notes = "inactive", "<script>alert(1)</script>"
        customer.save(update_fields=["status", "notes"])
    with as_owner():
        return AuditEntry.objects.get(table="resellers_customer", row=str(customer.pk), action="update")


def test_change_of_a_reseller_stands_in_the_list(world, login, change):
    page = login(world.admin).get(LIST).content.decode()
    for words in ("a_admin@example.test", "update", "Customer", "Customer a 0", "Company a", "View difference"):
        assert words in page


def test_difference_shows_each_field_before_and_after(world, login, change):
    page = login(world.admin).get(reverse("accounts:audit_detail", args=[change.pk]))
    found = {one.field: (one.before, one.after) for one in page.context["differences"]}
    assert found == {"Status": ("active", "inactive"), "Notes": ("", "<script>alert(1)</script>")}
    assert b"<script>alert(1)" not in page.content


@pytest.mark.parametrize("persona", ["a_admin", "a_user", "a_reader", "a1_admin", "b_admin"])
def test_reseller_gets_403(world, login, change, persona):
    client = login(getattr(world, persona))
    assert client.get(LIST).status_code == 403
    assert client.get(reverse("accounts:audit_detail", args=[change.pk])).status_code == 403


def test_groups_of_a_person_stand_there_by_the_words_of_the_panel(world, login):
    page = login(world.admin).get(LIST, {"table": "accounts_user_groups"}).content.decode()
    assert "Everybody of Company a" in page and "Reseller Manager" in page
    assert "tenant:" not in page and "role:" not in page


def test_unknown_entry_gets_404(world, login):
    assert login(world.admin).get(f"{LIST}{2**62}/").status_code == 404


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("action=update", True), ("action=create", False), ("row=0", False),
        ("table=resellers_customer", True), ("table=accounts_user", False),
        ("actor=a_ad", True), ("actor=b_ad", False), ("result=ok", True), ("result=denied", False),
        ("since=2020-01-01", True), ("since=2999-01-01", False), ("until=2999-01-01", True), ("until=2020-01-01", False),
    ],
)  # fmt: skip
def test_list_is_narrowed(world, login, change, query, shown):
    page = login(world.admin).get(f"{LIST}?{query}&count=exact")
    assert page.status_code == 200
    links = f'href="{LIST}{change.pk}/"' in page.content.decode()
    assert links == shown


@pytest.mark.parametrize(
    "query",
    [
        "since=yesterday",
        "since=0001-01-01",
        "until=9999-12-31",
        "row='",
        "sort=changes",
        "sort=-actor",
        "page=99999",
        "actor=%00",
        "table=%27%3B",
    ],
)
def test_nonsense_in_the_address_is_no_error(world, login, change, query):
    assert login(world.admin).get(f"{LIST}?{query}").status_code in (200, 404)


def test_days_are_those_of_the_readers_clock_and_use_the_index(world, login):
    """An entry of 23:30 UTC is of the next day for who lives in Tokyo."""
    with as_owner():
        entry = AuditEntry.objects.create(at=datetime(2026, 3, 9, 23, 30, tzinfo=UTC), action="update", label="Late")
        User.objects.filter(pk=world.admin.pk).update(time_zone="Asia/Tokyo")
    client = login(User.objects.get(pk=world.admin.pk))
    with CaptureQueriesContext(connection) as captured:
        pages = {
            day: client.get(f"{LIST}?since={day}&until={day}&count=exact").content
            for day in ("2026-03-09", "2026-03-10")
        }
    assert {day: f'href="{LIST}{entry.pk}/"'.encode() in page for day, page in pages.items()} == {
        "2026-03-09": False, "2026-03-10": True,
    }  # fmt: skip
    assert not [one["sql"] for one in captured if "accounts_auditentry" in one["sql"] and "AT TIME ZONE" in one["sql"]]


def test_who_looked_through_whose_eyes_is_named(world, login):
    entry = {"actor": world.a_admin.pk, "real_actor": world.support.pk, "action": "view_as", "label": "a look"}
    audit.write(entry)
    page = login(world.admin).get(f"{LIST}?action=view_as").content.decode()
    assert "support@example.test as a_admin@example.test" in page
    assert "a look" in login(world.admin).get(f"{LIST}?actor=support").content.decode()


def test_statements_do_not_grow_with_the_rows(world, login, change):
    client = login(world.admin)
    client.get(LIST)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    with as_owner():
        factories.CustomerFactory.create_batch(20, company=world.companies.b)
    with CaptureQueriesContext(connection) as many:
        page = client.get(LIST)
    assert page.content.count(b"View difference") > 20
    assert len(many) == len(few)
    assert of_the_unit(many) <= 12


# -- append-only -------------------------------------------------------------------------------------------------------

WRITES = (
    "UPDATE accounts_auditentry SET actor_label = 'nobody'",
    "DELETE FROM accounts_auditentry",
    "TRUNCATE accounts_auditentry",
)
INSERT = "INSERT INTO accounts_auditentry (action, at) VALUES ('forged', '2001-01-01')"


def refused(sql):
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    return caught.value.__cause__.pgcode


@pytest.mark.parametrize("sql", [*WRITES, INSERT])
def test_login_role_cannot_touch_it(world, sql):
    assert refused(sql) == "42501"


@pytest.mark.parametrize("sql", [*WRITES, INSERT])
@pytest.mark.parametrize("persona", ["admin", "a_admin", "b_reader"])
def test_no_unit_of_work_can_touch_it(world, acting, persona, sql):
    with acting(getattr(world, persona)):
        assert refused(sql) == "42501"


@pytest.mark.parametrize("sql", WRITES)
def test_not_even_the_owner_changes_it(world, change, sql):
    with as_owner():
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
        assert AuditEntry.objects.filter(pk=change.pk, actor_label="a_admin@example.test").exists()


def test_the_owner_is_another_role_than_the_panels(world):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_has_role(current_user, %s, 'MEMBER')", [OWNER])
        assert cursor.fetchone() == (False,)
