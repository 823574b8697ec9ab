"""The proof is worth what it kills: each fault below, put into the engine, is seen by a card of a few rows.

The property tests would find them too; here each one stands by name, so that a weaker test suite shows at once.
"""

import numpy as np
import pytest

from ratecards.engine import build, increments, merge, plan, pricing, rounding, rules
from ratecards.engine.rules import Rule
from tests.engine import cards

NESTED = {"44": "0.02", "441": "0.01", "441481": "0.05"}


def no_climb(table, keys):
    places = np.searchsorted(table.keys, keys, "right") - 1
    return np.where((places >= 0) & (keys - table.keys[places] < table.spans[places]), places, -1)


def half_even(size, denominator, method):
    down, rest = np.divmod(size, denominator)
    return down + ((2 * rest > denominator) | ((2 * rest == denominator) & (down % 2 == 1)))


def blocked_as_live(merged, columns, absent):
    for places, column in zip(merged.places, columns, strict=True):
        yield np.append(column, np.array(absent, dtype=column.dtype))[places]


def blocked_as_absent(table, keys):
    live = np.flatnonzero(~table.blocked)
    places = true_find(table.take(live), keys)
    return np.where(places < 0, -1, np.append(live, -1)[places])


def absent_as_free(merged, columns, absent):
    for found in true_gather(merged, columns, absent):
        yield np.maximum(found, 0)


def later_wins(rules_, keys, usable=None):
    usable = list(range(len(rules_)) if usable is None else usable)
    turned = true_draw(rules_[::-1], keys, [len(rules_) - 1 - position for position in usable])
    return np.where(turned < 0, -1, len(rules_) - 1 - turned)


true_draw, true_find, true_gather = rules.draw, merge.find_many, merge.Merged.gather
APART = [{"44": "0.02", "49": "0.04"}, {"44": "0.04"}]
WITNESSES = {
    "no ancestor climb": (
        (merge, "find_many", no_climb),
        lambda: cards.sold([{"44": "0.02", "441481": "0.05"}, {"44": "0.01", "4415": "0.01"}]),
    ),
    "rules are no split points": (
        (merge, "literals", lambda _: np.zeros(0, dtype=np.int64)),
        lambda: cards.sold([{"44": "0.01"}], [Rule("^"), Rule("4475", "absolute", cards.Decimal("0.05"))]),
    ),
    "blocked is live": (
        (merge.Merged, "gather", blocked_as_live),
        lambda: cards.sold([{"447": "0.03", "44701": "Blocked"}, {"447": "0.04"}], compact="minimum"),
    ),
    "blocked falls back": (
        (merge, "find_many", blocked_as_absent),
        lambda: cards.sold([{"447": "0.03", "44701": "Blocked"}]),
    ),
    "a missing parent is free, the cheapest": (
        (merge.Merged, "gather", absent_as_free),
        lambda: cards.sold(APART, compact="minimum"),
    ),
    "a missing parent counts in the average": (
        (merge.Merged, "gather", absent_as_free),
        lambda: cards.sold(APART, compact="average"),
    ),
    "shrinking looks past the increments": (
        (build, "COLUMNS", tuple(name for name in build.COLUMNS if name != "mcd")),
        lambda: cards.sold([cards.from_rows([cards.row("44", "1"), cards.row("441", "1", mcd=30)])], shrink=True),
    ),
    "half to the even": (
        (rounding, "_divide_size", half_even),
        lambda: cards.sold([{"44": "0.00005"}, {"44": "0.00025"}], decimals=4, compact="minimum"),
    ),
    "later rule wins": (
        (plan, "draw", later_wins),
        lambda: cards.sold([{"44": "0.01"}], [Rule("^44", value=cards.Decimal(10)), Rule("^44")]),
    ),
    "collapse after compact": (
        (pricing, "presented", lambda table, *_, **__: (table.cost, 1)),
        lambda: cards.sold([cards.card({"1": ("0.1", "0.3", "0.2")})], collapse="maximum"),
    ),
    "maximum increments for safe ones": (
        (increments, "safe_pair", increments.maximum),
        lambda: [
            cards.built([cards.card({"1": "1"}, mcd=m, pulse=p) for m, p in ((20, 20), (30, 6))]).table.row(0)[6:8]
        ],
    ),
    "highest grace": (
        (build, "merged_grace", lambda merged, sold: np.full(len(sold), 9, dtype=np.int32)),
        lambda: [cards.built([cards.card({"1": "1"}, grace=seconds) for seconds in (9, 3)]).table.row(0).grace],
    ),
    "an expression matches nothing": (
        (rules, "fits", lambda machine, keys: (0, np.zeros(0, dtype=np.bool_))),
        lambda: cards.sold([NESTED], [Rule("^44(1|2)")]),
    ),
}


@pytest.mark.parametrize("name", WITNESSES)
def test_a_fault_in_the_engine_changes_what_is_built(name, monkeypatch):
    (place, attribute, fault), witness = WITNESSES[name]
    right = witness()
    monkeypatch.setattr(place, attribute, fault)
    assert witness() != right
