"""Two people at the same moment, in two processes: whoever came first is through, the other learns why he is not.

The first one stops at a gate with his transaction open, the second one is seen waiting for him, then the gate opens.
"""

import contextlib

import pytest

from tests import together

pytestmark = pytest.mark.xdist_group("races")
WORLD = """
    import django; django.setup()
    from datetime import datetime, UTC
    from accounts.acl import acting_as
    from accounts.models import User
    from ratecards import timeline
    from ratecards.models import *
    from ratecards.services import assignments, cards, revisions, rules
    from resellers.models import Company
    from tests.ratecards.conftest import own, table
    admin = User.objects.get(email="admin@example.test")
    def card(name): return RateCard.objects.get(private__name=name)
    def company(key): return Company.objects.get(name=f"Company {key}")
    def revision(name, number): return Revision.objects.select_related("card").get(card__private__name=name, number=number)
    def make(name, count=0):
        made = cards.create_card(actor=admin, kind="customer", name=name)
        for price in range(count):
            revisions.publish_draft(revisions.add_draft(made, table({"44": f"0.0{price + 1}"})), actor=admin)
"""


@pytest.fixture(scope="module")
def rig():
    """(referee, first, second): the test's own connection and two processes on one database."""
    with together.populated("races") as name, contextlib.ExitStack() as stack:
        referee = stack.enter_context(together.referee(name))
        players = [stack.enter_context(contextlib.closing(together.Player(name, WORLD))) for _ in range(2)]
        yield referee, *players


def race(rig, first: str, second: str) -> tuple[str, str]:
    """What became of both: `first` holds what it locked until `second` waits for it."""
    referee, one, other = rig
    referee.close_gate()
    one.begin(f"with acting_as(admin):\n    {first}\n    gate()")
    referee.until_waiting(1, "advisory")
    other.begin(f"with acting_as(admin):\n    {second}")
    referee.until_waiting(2)
    referee.open_gate()
    return one.outcome(), other.outcome()


def prepared(rig, code: str) -> None:
    assert rig[1].does(f"with acting_as(admin):\n    {code}") == "done"


ARCHIVE = "cards.archive_card(card({name!r}), actor=admin)"
ASSIGN = "assignments.assign_card(card({name!r}), company('a'), actor=admin)"
PARENT = "rules.set_parents(card('{name} child'), [own(card({name!r}))], actor=admin)"
ACTIVATE = "revisions.activate_revision(revision({name!r}, {number}), actor=admin)"
ANNOUNCE = "revisions.activate_revision(revision({name!r}, {number}), actor=admin, at=datetime(2027, 5, 1, tzinfo=UTC))"
SHELVE = "revisions.archive_revision(revision({name!r}, {number}), actor=admin)"


@pytest.mark.parametrize(("use", "used", "archived"), [
    (ASSIGN, "assigned to Company", "is archived"),
    (PARENT, "1 customer cards are built from", "is built from cards in use"),
])  # fmt: skip
def test_a_card_is_archived_or_taken_into_use_never_both(rig, use, used, archived):
    for late, words in ((ARCHIVE, used), (use, archived)):
        name = f"{words} by then"
        prepared(rig, f"make({name!r}); make('{name} child')")
        early = use if late == ARCHIVE else ARCHIVE
        first, second = race(rig, early.format(name=name), late.format(name=name))
        assert first == "done"
        assert words in second


def test_a_revision_is_archived_or_activated_never_both(rig):
    prepared(rig, "make('Shelf', 2)")
    first, second = race(rig, ACTIVATE.format(name="Shelf", number=1), SHELVE.format(name="Shelf", number=1))
    assert (first, second) == ("done", "An active or announced revision cannot be archived.")
    first, second = race(rig, SHELVE.format(name="Shelf", number=2), ACTIVATE.format(name="Shelf", number=2))
    assert (first, second) == ("done", "Only a ready revision can be activated.")


def test_of_two_activations_at_once_both_stand_in_the_log_and_one_is_active(rig):
    prepared(rig, "make('Both', 2)")
    assert race(rig, *(ACTIVATE.format(name="Both", number=number) for number in (2, 1))) == ("done", "done")
    log = "SELECT r.number FROM ratecards_activation a JOIN ratecards_revision r ON r.id = a.revision_id WHERE a.card_id = %s ORDER BY live_from"
    pk = rig[0].ask("SELECT card_id FROM ratecards_cardprivate WHERE name = 'Both'")[0][0]
    assert rig[0].ask(log, pk) == [(2,), (1,)]
    assert (
        rig[1].does("with acting_as(admin):\n    assert timeline.active_revision(card('Both')).number == 1") == "done"
    )


def test_of_two_announcements_for_one_instant_one_is_taken(rig):
    prepared(rig, "make('Instant', 2)")
    first, second = race(rig, *(ANNOUNCE.format(name="Instant", number=number) for number in (1, 2)))
    assert (first, second) == ("done", "Another revision was announced for this very instant: choose another one.")


# Before the law of parents is asked: the card is held by then, and nothing of the other one.
GATE_BEFORE_LAW = f"""
    CREATE FUNCTION test_gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM pg_advisory_xact_lock_shared({together.GATE}); RETURN NEW; END $$;
    CREATE TRIGGER a_gate BEFORE INSERT ON ratecards_cardparent FOR EACH ROW EXECUTE FUNCTION test_gate();
"""


def test_two_cards_that_would_be_built_from_one_another(rig):
    """The second waits before it holds anything that the first one needs: no deadlock, which would be its error."""
    prepared(rig, "make('Left'); make('Right')")
    build = "rules.set_parents(card({!r}), [own(card({!r}))], actor=admin)"
    rig[0].ask(GATE_BEFORE_LAW)
    first, second = race(rig, build.format("Left", "Right"), build.format("Right", "Left"))
    rig[0].ask("DROP FUNCTION test_gate() CASCADE")
    assert (first, second) == ("done", "A card cannot be built from itself, nor from a card that is built from it.")


SUMMED = """
    SELECT (SELECT count(*) FROM ratecards_cardassignment a JOIN ratecards_ratecard c ON c.id = a.card_id
            WHERE c.archived_at IS NOT NULL AND a.ended_at IS NULL AND a.company_id <> a.owner_id),
           (SELECT count(*) FROM ratecards_activation a JOIN ratecards_revision r ON r.id = a.revision_id WHERE r.state <> 'ready')
"""


def test_nothing_of_all_this_left_an_archived_card_in_use_or_a_shelved_revision_live(rig):
    assert rig[0].ask(SUMMED) == [(0, 0)]
