"""What the database refuses by itself, in plain SQL and by the name of the constraint or trigger.

Most are tried as the owner role, whom row security does not hold: even a migration cannot break these laws.
"""

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction

from accounts import acl
from accounts.models import AuditEntry
from ratecards.models import Activation, CardAssignment, CardGrant, CardParent, DraftRow, RateCard
from ratecards.services import cards, revisions
from tests.ratecards.conftest import begin_now, customer_card, own, published, table
from tests.ratecards.laws import ACTIVATE, ASSIGN, GRANT, LAWS, PARENT, REVISION
from tests.roles import as_owner
from tests.snapshot import once


@pytest.fixture
def ids(market, world):
    """Names for the SQL below, and rows in every state."""
    return once(every_state, market, world)


def every_state(market, world) -> dict[str, str]:
    with acl.acting_as(world.admin):
        live = revisions.active_revision(market.retail)
        ready = published(market.retail, {"44": "0.05"}, world.admin, activate=False)
        draft = revisions.add_draft(market.retail, table({"44": "0.06"}))
        doubtful = revisions.publish_draft(
            revisions.add_draft(market.retail, table({"44": "0.07"}), refused=1), actor=world.admin
        )
        archived = revisions.archive_revision(
            published(market.retail, {"44": "0.08"}, world.admin, activate=False), actor=world.admin
        )
        past = Activation.objects.get(revision=live)
        assigned = customer_card(world.admin, "Not assigned")
        dirty = revisions.add_draft(market.retail, table({"44": "0.09"}), refused=1)
        drafted = customer_card(world.admin, "Drafted")
        revisions.add_draft(drafted, table({"44": "0.01"}))
        DraftRow.objects.create(revision=draft, card=market.retail, owner=market.retail.owner, prefix="7")
        shelved = customer_card(world.admin, "Archived")
        shelved_ready = published(shelved, {"44": "0.01"}, world.admin, activate=False)
        cards.archive_card(shelved, actor=world.admin)
        found = {
            "retail": market.retail.pk, "source": market.source.pk, "loose": assigned.pk, "drafted": drafted.pk, "dirty": dirty.pk, "shelved": shelved.pk,
            "shelved_ready": shelved_ready.pk, "own_shelved": own(shelved).pk, "live": live.pk, "ready": ready.pk,
            "draft": draft.pk, "doubtful": doubtful.pk, "archived": archived.pk, "past": past.pk, "assignment": market.assignment.pk,
            "own": own(market.retail).pk, "own_source": own(market.source).pk, "parent": CardParent.objects.get(card=market.retail).pk,
        }  # fmt: skip
    found |= {name: getattr(world.companies, name).pk for name in ("master", "a", "b", "a1")}
    with acl.acting_as(world.a_admin):
        found |= {"resold": market.resold.pk, "resold_live": revisions.active_revision(market.resold).pk}
        found |= {"resold_own": own(market.resold).pk}
    ids = {key: str(value) for key, value in found.items()}
    return ids | {"soon": "now() + interval '1 day'", "group_b": str(world.companies.b.tenant_group_id)}


def refusal(sql: str) -> str | None:
    """The name of what refuses a statement, deferred law included; None when it passes."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except DatabaseError as error:
        assert isinstance(error.__cause__, psycopg2.Error)
        return error.__cause__.diag.constraint_name
    return None


def test_every_law_holds_for_the_owner_role(ids):
    """All in one test, for the world it needs takes longer to build than all of them to try."""
    with as_owner():
        found = [(refusal(sql.format(**ids)), law, sql) for law, sql in LAWS]
    assert [(by, law, sql) for by, law, sql in found if by != law] == []


def test_parent_of_another_direction_is_refused(ids):
    with as_owner():
        RateCard.objects.filter(pk=ids["loose"]).update(direction="origination")
        assert refusal((PARENT + "({loose}, {master}, {own_source}, 1)").format(**ids)) == "parent_law"


def test_parent_whose_assignment_ended_is_refused(ids):
    with as_owner(), connection.cursor() as cursor:
        CardParent.objects.filter(assignment=ids["assignment"]).delete()
        cursor.execute(
            "UPDATE ratecards_cardassignment SET ended_at = clock_timestamp() WHERE id = %s", [ids["assignment"]]
        )
        assert refusal((PARENT + "({resold}, {a}, {assignment}, 1)").format(**ids)) == "parent_law"
        assert (
            refusal("UPDATE ratecards_cardassignment SET ended_at = NULL WHERE id = {assignment}".format(**ids))
            == "assignment_fixed"
        )


def test_archived_card_is_not_assigned(ids):
    with as_owner():
        RateCard.objects.filter(pk=ids["loose"]).update(archived_at="2030-01-01T00:00Z")
        assert refusal((ASSIGN + "({loose}, {master}, {b})").format(**ids)) == "assignment_customer_card"


def test_activation_never_begins_before_it_was_recorded(ids):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute((ACTIVATE + "({retail}, {master}, {ready}, '2001-01-01', '2001-01-01')").format(**ids))
        made = Activation.objects.order_by("-id").first()
        assert made.live_from >= made.recorded_at > Activation.objects.get(pk=ids["past"]).recorded_at


def test_archived_revision_that_was_never_live_may_go_with_what_is_known_of_it(ids):
    alone = "DELETE FROM ratecards_revisionprivate WHERE revision_id = {archived}"
    both = f"{alone}; DELETE FROM ratecards_revision WHERE id = {{archived}}"
    with as_owner():
        assert refusal(alone.format(**ids)) == "revision_private_stays"
        assert refusal(both.format(**ids)) is None


def test_refused_lines_are_not_forgotten_by_writing_their_row_anew(ids):
    anew = (
        "DELETE FROM ratecards_revisionprivate WHERE revision_id = {dirty}; INSERT INTO ratecards_revisionprivate "
        "(revision_id, owner_id, source, build_key, report, recipe, refused, waived_by, corrected, held, released_by) "
        "VALUES ({dirty}, {master}, '', '', '{{}}', '{{}}', 0, '', 0, '', '')"
    )
    with as_owner():
        assert refusal(anew.format(**ids)) == "revision_private_stays"


def test_who_waives_is_whose_unit_it_is(ids, world, acting):
    waive = "UPDATE ratecards_revisionprivate SET waived_by = 'somebody@else.test' WHERE revision_id = {doubtful} RETURNING waived_by"
    with acting(world.admin), connection.cursor() as cursor:
        cursor.execute(waive.format(**ids))
        assert cursor.fetchone() == (world.admin.email,)
        assert refusal(waive.replace("somebody", "another").format(**ids)) == "revision_private_law"


def test_nothing_begins_waived(ids, world, acting):
    new = (REVISION + "({retail}, {master}, 98, 'draft', 0, '', '', now()) RETURNING id").format(**ids)
    with acting(world.admin), connection.cursor() as cursor:
        cursor.execute(new)
        cursor.execute(
            "INSERT INTO ratecards_revisionprivate (revision_id, owner_id, source, build_key, report, recipe, refused, waived_by, corrected, held, "
            "released_by) VALUES (%s, %s, '', '', '{}', '{}', 3, 'me', 0, '', 'me') RETURNING waived_by, released_by",
            [cursor.fetchone()[0], ids["master"]],
        )
        assert cursor.fetchone() == ("", "")


def test_instant_of_a_cancelled_entry_is_free_again_and_only_once(ids, world, acting):
    announce = (ACTIVATE + "({retail}, {master}, {ready}, '2027-03-01', now()) RETURNING id").format(**ids)
    with acting(world.admin), connection.cursor() as cursor:
        for attempt in range(3):
            cursor.execute(announce)
            (pk,) = cursor.fetchone()
            assert Activation.objects.get(pk=pk).attempt == attempt
            assert refusal(announce) == "activation_one_at_an_instant"
            cursor.execute(
                f"INSERT INTO ratecards_cancellation (activation_id, card_id, owner_id) VALUES ({pk}, {ids['retail']}, {ids['master']})"
            )


def test_grant_follows_the_assignment(ids, world):
    with as_owner(), connection.cursor() as cursor:
        grants = CardGrant.objects.filter(content_object=ids["retail"], group__company=world.companies.a)
        assert grants.count() == 1
        cursor.execute(
            "UPDATE ratecards_cardassignment SET ended_at = clock_timestamp() WHERE id = %s", [ids["assignment"]]
        )
        assert grants.count() == 0


RESELLER_REFUSED = [
    ("INSERT INTO ratecards_carrier (owner_id, name, status, currency, notes, created_at) VALUES ({a}, 'Mine', 'active', 'USD', '', now())"),
    ("INSERT INTO ratecards_ratecard (code, owner_id, kind, public_name, public_notes, currency, direction, presentation, dialling, "
     "price_precision, price_rounding, charge_precision, charge_rounding, duration_rounding, created_at) VALUES "
     "('abcd-efgh', {a}, 'provider', '', '', 'USD', 'termination', 'single', 'dn', 6, 'up', 4, 'up', 'up', now())"),
    ASSIGN + "({resold}, {master}, {b})",
    GRANT,
    "UPDATE ratecards_revision SET number = 7 WHERE id = {resold_live}",
    "DELETE FROM ratecards_activation",
    "UPDATE ratecards_chunk SET payload = ''",
    "INSERT INTO ratecards_chunk (card_id, owner_id, digest, payload) VALUES ({retail}, {master}, 'x', 'x')",
    ACTIVATE + "({retail}, {master}, {ready}, now(), now())",
]  # fmt: skip


def test_resellers_role_has_no_right_to_it(ids, world, acting):
    codes = {}
    with acting(world.a_admin), connection.cursor() as cursor:
        for sql in RESELLER_REFUSED:
            with pytest.raises(DatabaseError) as error, transaction.atomic():
                cursor.execute(sql.format(**ids))
            codes[sql] = error.value.__cause__.pgcode
    assert set(codes.values()) == {"42501"}, codes


def test_resellers_writes_touch_no_row_of_others(ids, world, acting):
    with acting(world.a_admin), connection.cursor() as cursor:
        for sql in ("UPDATE ratecards_ratecard SET public_name = 'mine' WHERE id = {retail}",
                    "UPDATE ratecards_cardassignment SET ended_at = now() WHERE id = {assignment}",
                    "DELETE FROM ratecards_chunk WHERE card_id = {retail}",
                    "DELETE FROM ratecards_cardparent WHERE card_id = {retail}",
                    "UPDATE ratecards_revision SET state = 'archived' WHERE id = {live}"):  # fmt: skip
            cursor.execute("SELECT acl.open_cards(%s)", [[int(ids["retail"])]])
            cursor.execute(sql.format(**ids))
            assert cursor.rowcount == 0, sql


def test_assignment_may_begin_again_after_it_ended(ids):
    begin_now(CardAssignment(pk=int(ids["assignment"])))
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ratecards_cardassignment SET ended_at = clock_timestamp() WHERE id = %s", [ids["assignment"]]
        )
        assert refusal((ASSIGN + "({retail}, {master}, {a})").format(**ids)) is None


def test_who_activated_is_in_the_trail_and_not_in_the_log_that_others_read(ids, world, acting):
    with acting(world.admin), connection.cursor() as cursor:
        cursor.execute((ACTIVATE + "({retail}, {master}, {ready}, now(), now()) RETURNING id").format(**ids))
        (pk,) = cursor.fetchone()
    assert "actor" not in {field.name for field in Activation._meta.fields}
    with as_owner():
        assert AuditEntry.objects.get(table="ratecards_activation", row=str(pk)).actor == world.admin.pk


def test_end_of_an_assignment_is_the_databases_clock(ids):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ratecards_cardassignment SET ended_at = '2099-01-01' WHERE id = %s RETURNING ended_at < clock_timestamp()",
            [ids["assignment"]],
        )
        assert cursor.fetchone() == (True,)
