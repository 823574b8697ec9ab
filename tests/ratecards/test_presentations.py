"""Cards of several prices: whatever writes a split card, whom it cannot place pays the dearer of the two."""

from ratecards import store
from ratecards.engine.table import Row
from ratecards.services import bulk, drafts, revisions
from tests.ratecards.conftest import customer_card

UNITS = 10**6  # a hundredth


def split_draft(world):
    card = customer_card(world.a_admin, presentation="split")
    return revisions.create_draft(card, actor=world.a_admin)


def stored(draft) -> dict:
    return {
        row.prefix: (row.intra // UNITS, row.inter // UNITS, row.cost // UNITS) for row in store.effective(draft).rows()
    }


def test_rate_set_by_hand_has_the_dearer_price_for_others(world, acting):
    with acting(world.a_admin):
        draft = split_draft(world)
        drafts.set_rate(draft, Row("1212", "NY", 0, 3 * UNITS, 2 * UNITS, mcd=1, pulse=1), actor=world.a_admin)
        assert stored(draft) == {"1212": (3, 2, 3)}


def test_pasted_rows_need_the_two_prices_alone(world, acting):
    with acting(world.a_admin):
        draft = split_draft(world)
        pasted = bulk.paste_rates(draft, "1212,NY,0.01,0.02\n1,US,0.05,0.04\n", actor=world.a_admin)
        assert (pasted.taken, pasted.refused) == (2, [])
        assert stored(draft) == {"1": (5, 4, 5), "1212": (1, 2, 2)}


def test_change_of_one_price_settles_the_other_callers_price(world, acting):
    with acting(world.a_admin):
        draft = split_draft(world)
        bulk.paste_rates(draft, "1212,NY,0.01,0.02\n", actor=world.a_admin)
        bulk.change_rates(draft, bulk.Change(price=bulk.SET, value=3, columns=("intra",)), actor=world.a_admin)
        assert stored(draft) == {"1212": (300, 2, 300)}
