"""Margin guard: the calls that lose, found without trying every call, against trying every call."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from ratecards.engine.increments import billed_seconds
from ratecards.engine.margin import Charging, Seller, guard
from ratecards.engine.table import from_rows
from tests import twin
from tests.engine import cards
from tests.engine.cards import card, units

ROUNDED = Charging(4, "up")


def losses(child, parent, charging=ROUNDED, buying=ROUNDED, rate=Fraction(1)):
    return guard(child, charging, [Seller(parent, rate, buying)])


def test_coarse_buying_and_fine_selling_lose_up_to_the_49th_second():
    """Bought at .005 a minute 60/60 in steps of .001 up, sold at .006 by the second, rounded down at 4 decimals."""
    buying = card({"44": "0.005"}, mcd=60, pulse=60)
    found = losses(card({"44": "0.006"}, mcd=1, pulse=1), buying, Charging(4, "down"), Charging(3, "up"))
    (loss,) = found.losses
    assert (loss.margin, loss.seconds, loss.unbounded) == (units("-0.0049"), 1, False)
    assert (loss.first, loss.losing) == (1, 145)
    assert found.rows == 1


def test_a_dearer_minute_within_the_first_mcd_loses():
    found = losses(card({"44": "0.012"}, mcd=6, pulse=6), card({"44": "0.010"}, mcd=30, pulse=6))
    (loss,) = found.losses
    assert (loss.margin, loss.seconds, loss.first, loss.last, loss.losing) == (units("-0.0038"), 1, 1, 24, 24)


def test_a_price_below_the_cost_loses_without_bound():
    found = losses(card({"44": "0.009"}), card({"44": "0.010"}))
    assert [(one.prefix, one.unbounded) for one in found.losses] == [("44", True)]


def test_a_fair_price_loses_nothing():
    assert losses(card({"44": "0.012"}), card({"44": "0.010"})).losses == ()
    assert losses(card({"44": "0.01"}), card({"44": "0.01"})) == (1, 0, ())


def test_a_dearer_prefix_below_a_row_of_the_card_is_found_under_its_own_name():
    found = losses(card({"441": "0.012"}), card({"441": "0.01", "441481": "0.05"}))
    assert [(one.prefix, one.sold_by, one.cost) for one in found.losses] == [("441481", "441", units("0.05"))]


def test_each_parent_may_carry_the_call_and_blocked_ones_carry_none():
    child = card({"44": "0.012"}, mcd=60, pulse=60)
    cheap, dear, blocked = card({"44": "0.01"}), card({"44": "0.02"}), card({"44": "Blocked"})
    sellers = [Seller(one, Fraction(1), ROUNDED) for one in (cheap, dear, blocked)]
    assert [one.parent for one in guard(child, ROUNDED, sellers).losses] == [1]
    assert guard(card({"44": "Blocked"}), ROUNDED, sellers).tried == 0


def test_the_exchange_rate_is_part_of_the_cost():
    assert losses(card({"44": "0.0105"}), card({"44": "0.01"})).rows == 0
    found = losses(card({"44": "0.0105"}), card({"44": "0.01"}), rate=Fraction("1.085"))
    assert (found.rows, found.losses[0].cost) == (1, units("0.01085"))


def test_a_single_price_is_held_against_the_dearest_of_the_parents_columns():
    parent = card({"1201": ("0.004", "0.005", "0.006")})
    assert losses(card({"1201": "0.0055"}), parent).losses[0].cost == units("0.006")
    split = card({"1201": ("0.004", "0.005", "0.0059")})
    assert [(one.column, one.unbounded) for one in losses(split, parent).losses] == [("inter", True)]


def test_rounding_takes_a_margin_away_long_after_the_first_period():
    """At one price a minute: the 100th second is sold at .005, rounded to .00, and bought at .005, rounded to .01."""
    found = losses(card({"44": "0.003"}), card({"44": "0.003"}), Charging(2, "down"), Charging(2, "half_up"))
    (loss,) = found.losses
    assert (loss.margin, loss.first, loss.unbounded) == (units("-0.01"), 100, False)
    dearer = losses(card({"44": "0.0033"}), card({"44": "0.003"}), Charging(2, "down"), Charging(2, "half_up"))
    assert [(one.first, one.unbounded) for one in dearer.losses] == [(100, False)]


def test_a_free_grace_of_the_card_alone_loses():
    found = losses(card({"44": "0.02"}, grace=5), card({"44": "0.01"}))
    assert (found.losses[0].seconds, found.losses[0].last) == (5, 5)


methods = st.sampled_from(["up", "down", "half_up", "half_down"])
chargings = st.builds(Charging, st.sampled_from([2, 4, 8]), methods)
sold = cards.twin_cards(st.integers(1, 60).map(lambda n: n * 100_000), split=False)


@cards.examples(25)
@given(sold, sold, chargings, chargings, st.sampled_from(cards.RATES))
def test_what_is_found_and_how_bad_it_is_agrees_with_trying_every_second(child, parent, charging, buying, rate):
    found = guard(from_rows(child.values()), charging, [Seller(from_rows(parent.values()), rate, buying)])
    pairs = {}
    for prefix in sorted(child.keys() | parent.keys()):
        ours, theirs = twin.lpm(child, prefix), twin.lpm(parent, prefix)
        if ours and theirs and not ours.blocked and not theirs.blocked:
            pairs.setdefault((ours.prefix, theirs.prefix), (prefix, ours, theirs))
    assert found.tried == len(pairs)
    shown = {one.prefix: one for one in found.losses}
    for prefix, ours, theirs in pairs.values():
        margins = [margin(ours, theirs, second, charging, buying, rate) for second in range(1, 700)]
        if min(margins) < 0 or ours.cost < theirs.cost * rate:
            assert prefix in shown
            assert shown[prefix].unbounded == (ours.cost < theirs.cost * rate)
            assert shown[prefix].margin <= min(margins)
    for one in found.losses[:1]:
        _, ours, theirs = pairs[one.sold_by, twin.lpm(parent, one.prefix).prefix]
        margins = [margin(ours, theirs, second, charging, buying, rate) for second in range(1, 3601)]
        assert one.losing == sum(value < 0 for value in margins)
        if one.losing:
            assert (one.margin, one.seconds) == (min(margins), margins.index(min(margins)) + 1)


def margin(ours, theirs, second, charging, buying, rate):
    exact = charged(ours, second, charging) - charged(theirs, second, buying) * rate
    return exact.numerator // exact.denominator


def charged(row, second, charging):
    paid = billed_seconds(second, row.mcd, row.pulse, row.grace)
    return twin.rounded(row.connect + Fraction(row.cost * paid, 60), *charging) if paid else 0


def test_prices_beyond_64_bits_on_the_way_are_tried_exactly():
    parent = from_rows([cards.Row("44", cost=99_999 * 10**8, mcd=86_400, pulse=86_400)])
    child = from_rows([cards.Row("44", cost=100_000 * 10**8, mcd=86_400, pulse=1)])
    found = losses(child, parent, rate=Fraction("1.00002"))
    assert (found.rows, found.losses[0].unbounded) == (1, True)
