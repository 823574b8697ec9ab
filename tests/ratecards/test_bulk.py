"""Many rates of a draft at once: pasted rows, one change by a pattern, and what becomes of too many changes."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEntry
from ratecards import store
from ratecards.engine.rounding import METHODS
from ratecards.engine.table import Row
from ratecards.models import DraftRow
from ratecards.services import bulk, drafts, revisions
from ratecards.services.bulk import ADD, KEEP, PERCENT, SET, Change
from tests import twin
from tests.engine import cards
from tests.ratecards.conftest import customer_card, prices_of, published, row
from tests.ratecards.test_store import long_list
from tests.roles import as_owner

PRICES = {"44": "0.02", "441": "0.01", "447": "Blocked", "49": "0.03"}


@pytest.fixture
def a(world, acting):
    with acting(world.a_admin):
        yield world.a_admin


@pytest.fixture
def card(a):
    return customer_card(a, price_precision=4, price_rounding="up")


@pytest.fixture
def draft(card, a):
    return revisions.create_draft(card, actor=a, copy_of=published(card, PRICES, a))


def now(draft):
    return prices_of(store.effective(draft))


# -- pasted ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [
    "44\tUnited Kingdom\t0.05\t1\t1\n33\tFrance\t0.07\t30\t6\n", "44,United Kingdom,0.05\n33,France,0.07\n",
    "Rate;Destination;Code\n0.05;United Kingdom;44\n0.07;France;33\n", "\r\n44\tUnited Kingdom\t0.05\r\n33\tFrance\t0.07\r\n",
])  # fmt: skip
def test_pasted_rows_are_in_the_draft(draft, a, text):
    assert bulk.paste_rates(draft, text, actor=a) == (2, [])
    assert now(draft) == PRICES | {"44": "0.05", "33": "0.07"}


def test_refused_line_keeps_everything_out_until_told_otherwise(draft, a):
    text = "44\tUK\t0.05\n33\tFrance\tcheap\n"
    pasted = bulk.paste_rates(draft, text, actor=a)
    assert pasted.taken == 0
    assert [(line.number, line.raw) for line in pasted.refused] == [(2, "33\tFrance\tcheap")]
    assert now(draft) == PRICES
    pasted = bulk.paste_rates(draft, text, actor=a, partly=True)
    assert (pasted.taken, pasted.rest) == (1, "33\tFrance\tcheap")
    assert now(draft)["44"] == "0.05"


def test_pasted_row_puts_back_what_was_taken_out(draft, a):
    drafts.remove_rate(draft, "44", actor=a)
    bulk.paste_rates(draft, "44\tUK\t0.05\n", actor=a)
    assert now(draft)["44"] == "0.05"


@pytest.mark.parametrize(
    "text", ["no rates at all", "44", "44\tUK\t0.1\t1\t1\t0\tBlocked\tand more\n", "\x01\x02\x03\x04" * 9]
)
def test_text_that_is_no_list_of_rates_is_refused_in_words(draft, a, text):
    with pytest.raises(ValidationError):
        assert not bulk.paste_rates(draft, text, actor=a).refused
        raise ValidationError("each of its lines was refused")
    assert now(draft) == PRICES


def test_names_longer_than_a_row_may_have_are_kept_whole(draft, a):
    bulk.paste_rates(draft, f"44\t{'x' * 180}\t0.05\n", actor=a)
    assert store.Prices(draft).find("44").name == "x" * 180


def test_more_changes_than_may_lie_over_a_draft_are_merged_into_it(card, a, monkeypatch):
    monkeypatch.setattr(drafts, "OVERLAY", 3)
    draft = revisions.create_draft(card, actor=a, copy_of=published(card, {}, a, rates=long_list()))
    drafts.set_rate(draft, row("12", "0.5"), actor=a)
    drafts.remove_rate(draft, "13", actor=a)
    wanted = now(draft) | {"14": "0.7", "15": "0.7", "99999999": "0.7"}
    bulk.paste_rates(draft, "14\tx\t0.7\n15\tx\t0.7\n99999999\tx\t0.7\n", actor=a)
    assert not DraftRow.objects.filter(revision=draft).exists()
    assert now(draft) == wanted
    for prefix in ("21", "22", "23", "24"):
        drafts.set_rate(draft, row(prefix, "0.9"), actor=a)
    assert DraftRow.objects.filter(revision=draft).count() == 1
    assert now(draft) == wanted | dict.fromkeys(("21", "22", "23", "24"), "0.9")


# -- one change --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("change", "wanted"), [
    (Change(price=PERCENT, value=Decimal("12.5")), {"44": "0.0225", "441": "0.0113", "49": "0.0338"}),
    (Change(match="^44", price=ADD, value=Decimal("0.00005")), {"44": "0.02005", "441": "0.01005"}),
    (Change(match="44", price=SET, value=Decimal("0.5")), {"44": "0.5"}),
    (Change(match="^4", name="TO 49", price=PERCENT, value=Decimal("-100")), {"49": "0"}),
])  # fmt: skip
def test_change_is_exact_and_of_what_fits_alone(draft, a, change, wanted):
    preview = bulk.preview_change(draft, change, actor=a)
    assert now(draft) == PRICES
    assert bulk.change_rates(draft, change, actor=a) == preview.altered == len(wanted)
    assert {key: Decimal(value) for key, value in now(draft).items() if value != "Blocked"} == {
        key: Decimal((PRICES | wanted)[key]) for key in ("44", "441", "49")}  # fmt: skip
    assert now(draft)["447"] == "Blocked"


def test_increments_and_connect_cost_change_without_the_price(draft, a):
    bulk.change_rates(draft, Change(match="^44", mcd=30, pulse=6, connect=500), actor=a)
    rate = store.Prices(draft).find("44")
    assert (rate.cost, rate.mcd, rate.pulse, rate.connect) == (2_000_000, 30, 6, 500)
    assert store.Prices(draft).find("49").mcd == 1


@pytest.mark.parametrize(("change", "field"), [
    (Change(price=ADD, value=Decimal("-0.015")), "value"), (Change(price=PERCENT, value=Decimal(10**9)), "value"),
    (Change(match="(?=44)", price=SET), "match"), (Change(match="999", price=SET), "__all__"), (Change(price=KEEP), "__all__"),
])  # fmt: skip
def test_change_that_cannot_be_is_refused_whole(draft, a, change, field):
    with pytest.raises(ValidationError) as refusal:
        bulk.change_rates(draft, change, actor=a)
    assert field == "__all__" or field in refusal.value.message_dict
    assert now(draft) == PRICES


def test_refusal_names_the_first_prefix_it_is_about(draft, a):
    with pytest.raises(ValidationError, match="The price of 441, 0.01, would become -0.005"):
        bulk.change_rates(draft, Change(price=ADD, value=Decimal("-0.015")), actor=a)


def test_all_price_columns_change_together_or_one_alone(a):
    card = customer_card(a, presentation="full", price_precision=8)
    draft = revisions.create_draft(card, actor=a)
    drafts.set_rate(draft, Row("1", "US", 500, 600, 700, mcd=1), actor=a)
    bulk.change_rates(draft, Change(price=PERCENT, value=Decimal(100), columns=("cost", "intra", "inter")), actor=a)
    bulk.change_rates(draft, Change(price=ADD, value=Decimal("0.00000001"), columns=("inter",)), actor=a)
    assert store.Prices(draft).find("1")[2:5] == (1000, 1200, 1401)


@cards.examples(100)
@given(
    st.lists(st.integers(0, 10**13), max_size=6), st.decimals(-(10**9), 10**9, places=8), st.decimals(-(10**5), 10**5, places=8),
    st.integers(0, 8), st.sampled_from(METHODS),
)  # fmt: skip
def test_all_prices_of_a_column_are_computed_at_once_as_each_alone(prices, value, more, decimals, method):
    factor, addend = 1 + Fraction(value) / 100, Fraction(more) * 10**8
    found = bulk.times(np.array(prices, dtype=np.int64), factor, addend, decimals, method)
    assert found.tolist() == [twin.rounded(price * factor + addend, decimals, method) for price in prices]


def test_expressions_that_take_too_long_to_try_are_refused_before_they_are_tried(draft, a):
    heavy = "|".join(f".*{digit}.{{9}}" for digit in "0123456789")
    assert bulk.preview_change(draft, Change(match=heavy, price=ADD, value=Decimal(1)), actor=a).fitting == 0
    draft.rows = 1_000_001  # as long as the longest, without the rates
    with pytest.raises(ValidationError, match="Too much") as refusal:
        bulk.preview_change(draft, Change(match=heavy, price=ADD, value=Decimal(1)), actor=a)
    assert "match" in refusal.value.message_dict


def test_reader_changes_nothing_and_what_is_changed_stands_in_the_trail(draft, a, world):
    for verb in (lambda: bulk.paste_rates(draft, "44\tUK\t0.05\n", actor=world.a_reader),
                 lambda: bulk.change_rates(draft, Change(price=SET), actor=world.a_reader)):  # fmt: skip
        with pytest.raises(PermissionDenied):
            verb()
    bulk.change_rates(draft, Change(price=SET, value=Decimal(1)), actor=a)
    with as_owner():
        assert AuditEntry.objects.filter(action="bulk_change").get().changes == {"match": "^", "rates": 3}
