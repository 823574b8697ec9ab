"""Row by row: both locks show every user the same, and each way of making them differ is found."""

import pytest
from django.db import connection

from accounts import access, acl
from accounts.models import User
from accounts.proof import rows, sight
from accounts.tenancy import register
from ratecards.models import RateCard
from resellers.models import Customer
from tests.roles import as_owner

GRANT = """
    ALTER TABLE resellers_companygrant DISABLE TRIGGER USER;
    INSERT INTO resellers_companygrant (permission_id, group_id, content_object_id)
    SELECT p.id, a.tenant_group_id, b.id FROM auth_permission p, resellers_company a, resellers_company b
    WHERE p.codename = 'operate_company' AND a.name = 'Company b' AND b.name = 'Company a1'
"""
OPENED = "ALTER POLICY acl_tenant_select ON resellers_customer USING (true)"
SHUT = "ALTER POLICY acl_tenant_select ON resellers_customer USING (false)"
OFF = "ALTER TABLE resellers_customer NO FORCE ROW LEVEL SECURITY; ALTER TABLE resellers_customer DISABLE ROW LEVEL SECURITY"
UNGRANTED = "DELETE FROM ratecards_cardgrant g USING resellers_company c WHERE c.tenant_group_id = g.group_id AND c.name = 'Company b'"


def change(sql):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(sql)


def compared(every_row=as_owner):
    return [rows.compare(ids, every_row) for ids in rows.batches()]


def differences(every_row=as_owner):
    return [
        (one.thing.split("(")[1].split("@")[0], one.detail) for part in compared(every_row) for one in part.findings
    ]


def test_both_sides_show_every_user_the_same(world):
    parts = compared()
    assert [one for part in parts for one in part.findings] == []
    with as_owner():
        assert sum(part.users for part in parts) == User.objects.count()
        assert sum(part.rows for part in parts) > 2 * Customer.objects.count()


def test_every_kind_of_row_that_a_screen_shows_is_compared(world):
    names = {table.name for table in rows.tables()}
    assert {"resellers_customer", "ratecards_ratecard", "ratecards_chunk", "accounts_user", "accounts_job"} <= names
    assert not {"resellers_companygrant", "ratecards_cardgrant"} & names  # no screen shows them; compared as sets


def test_master_seeing_through_his_own_unit_finds_the_same_as_the_owner(world):
    """The job has no owner role at hand."""
    with sight.of_master(world.admin) as every_row:
        part = rows.compare([user.pk for user in (world.a_admin, world.b_admin, world.admin)], every_row)
        assert (part.users, part.findings) == (3, [])
        assert part.rows == rows.compare([world.a_admin.pk, world.b_admin.pk, world.admin.pk], as_owner).rows
    assert acl.current() is None


def test_wrong_grant_shows_on_guardians_side_alone(world):
    change(GRANT)
    found = dict(differences())
    assert set(found) == {"b_admin"}
    customers = [detail for _, detail in differences() if detail.startswith("resellers_customer")]
    assert customers and "only guardian's:" in customers[0] and "only row security's" not in customers[0]


@pytest.mark.parametrize(("sql", "side"), [(OPENED, "row security's"), (OFF, "row security's"), (SHUT, "guardian's")])
def test_wrong_policy_shows_on_one_side_alone(world, sql, side):
    change(sql)
    found = [detail for who, detail in differences() if who == "b_admin"]
    assert len(found) == 1
    assert found[0].startswith("resellers_customer") and f"only {side}:" in found[0]


def test_master_who_sees_less_is_found(world):
    change("ALTER POLICY acl_master_select ON resellers_customer USING (false)")
    assert {who for who, _ in differences()} == {"admin"}


def test_card_without_its_grant_is_found_in_cards_and_prices(world):
    change(UNGRANTED)
    tables = {detail.split(":")[0] for who, detail in differences() if who == "b_admin"}
    assert tables == {"ratecards_ratecard"} | tables & {"ratecards_chunk", "ratecards_revision"}


def test_prices_opened_past_guardian_are_found(world, monkeypatch):
    """Row security opens what an assignment opens; should guardian's filter not know the card, each row is a case."""
    monkeypatch.setattr(rows, "ids_not_granted", lambda share, table, keys: keys)
    words = [detail for who, detail in differences() if who == "b_admin"]
    assert words and all("guardian's side does not" in detail for detail in words)


def test_filter_that_answers_everything_is_found(world, monkeypatch):
    monkeypatch.setattr(access, "granted", lambda user: access.Scope(everything=True))
    assert {who for who, _ in differences()} >= {"a_admin", "a1_admin", "b_admin"}


def test_users_of_one_company_with_one_scope_share_the_work(world):
    ids = [world.a_admin.pk, world.a_user.pk, world.a_reader.pk, world.b_admin.pk]
    found = rows.shares(ids, as_owner)
    assert sorted(len(share.users) for share in found) == [1, 3]
    change(
        f"ALTER TABLE accounts_user_groups DISABLE TRIGGER USER; DELETE FROM accounts_user_groups "
        f"WHERE user_id = {world.a_user.pk} AND group_id = (SELECT tenant_group_id FROM resellers_company WHERE name = 'Company a')"
    )
    assert sorted(len(share.users) for share in rows.shares(ids, as_owner)) == [1, 1, 2]


def test_no_policy_of_reading_asks_who_the_actor_is(world):
    """What makes sharing right: whoever of a company asks, the rows are the same."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename, policyname FROM pg_policies WHERE cmd IN ('SELECT', 'ALL') AND qual LIKE '%app.actor%'"
        )
        assert cursor.fetchall() == []


def test_inactive_and_suspended_users_are_entered_for_nobody(world):
    ids = [world.a_gone.pk, world.closed_admin.pk]
    assert rows.shares(ids, as_owner) == []
    assert rows.compare(ids, as_owner) == rows.Compared(2, 0, [])


def test_rows_that_guardians_side_does_not_know_are_named(world):
    """The other side of opened prices: of all cards, exactly those that b neither owns nor was given."""
    share = rows.shares([world.b_admin.pk], as_owner)[0]
    cards = register.of(RateCard)
    with as_owner():
        keys = sorted(RateCard.objects.values_list("pk", flat=True))
        theirs = set(
            RateCard.objects.filter(assignments__company=world.companies.b, assignments__ended_at=None).values_list(
                "pk", flat=True
            )
        )
        assert rows.ids_not_granted(share, cards, keys) == [pk for pk in keys if pk not in theirs]
        assert theirs and len(theirs) < len(keys)
