"""Small cards for the engine's tests: short nested prefixes, so that every row has rows above and below it."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from ratecards.engine.build import build
from ratecards.engine.merge import Parent
from ratecards.engine.options import Options
from ratecards.engine.rules import Rule
from ratecards.engine.table import Row, from_rows

PAIRS = [(1, 1), (30, 6), (60, 60), (20, 20), (6, 6), (7, 7), (0, 60), (10, 4), (5, 2)]
RATES = [Fraction(1), Fraction("1.085"), Fraction(1) / Fraction("1.085"), Fraction(3, 7), Fraction("0.0064516129")]
SMALL = st.integers(0, 9).map(lambda n: n * 12_345_00) | st.integers(0, 10**9)
HUGE = st.integers(0, 3 * 10**12)

prefixes = st.text("012", min_size=1, max_size=6)
numbers = st.text("012", min_size=1, max_size=8)


def examples(number):
    """So many random examples, however slow the machine is."""
    return settings(
        max_examples=number,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    )


def units(text):
    """Price units of a decimal text."""
    return int(Decimal(text) * 10**8)


def card(prices, **other):
    """A table of prefix -> price text, "Blocked", or a tuple (cost, intra, inter); `other` holds for all rows."""
    return from_rows([row(prefix, price, **other) for prefix, price in prices.items()])


def row(prefix, price, **other):
    if price == "Blocked":
        return Row(prefix, prefix, blocked=True)
    texts = price if isinstance(price, tuple) else (price,)
    return Row(prefix, prefix, *(units(text) for text in texts), **other)


def shown(table, column="cost"):
    """prefix -> price text as `card` takes it, trailing zeros cut."""
    return {
        row.prefix: "Blocked" if row.blocked else str((Decimal(getattr(row, column)) / 10**8).normalize())
        for row in table.rows()
    }


def sold(parents, rules=None, **options):
    """What a card sells as prefix -> price text; parents are dicts or tables."""
    return shown(built(parents, rules, **options).table)


def built(parents, rules=None, *, two_prices=False, **options):
    parents = [card(parent) if isinstance(parent, dict) else parent for parent in parents]
    parents = [parent if isinstance(parent, Parent) else Parent(parent) for parent in parents]
    return build(parents, rules or [Rule("^")], Options(**{"decimals": 8} | options), two_prices=two_prices)


@st.composite
def twin_cards(draw, price=SMALL, split=None):
    """A card as the twin wants it: prefix -> Row, of one or three prices."""
    split = draw(st.booleans()) if split is None else split
    card = {}
    for prefix in draw(st.sets(prefixes, max_size=9)):
        mcd, pulse = draw(st.sampled_from(PAIRS))
        card[prefix] = Row(
            prefix,
            draw(st.sampled_from(["", "UK", "UK Mobile", prefix])),
            draw(price),
            draw(price) if split else None,
            draw(price) if split else None,
            draw(st.sampled_from([0, 0, 100, 999_999])),
            mcd,
            pulse,
            draw(st.sampled_from([0, 0, 3, 5])),
            draw(st.integers(0, 4)) == 0,
        )
    return card


places = st.text("012", min_size=1, max_size=2) | st.sampled_from(
    ["[01]", "[^1]", "[0-2]", ".", r"\d", "(0|12)", "(?:2|1.)"]
)
expressions = st.lists(
    st.tuples(places, st.sampled_from(["", "", "", "?", "*", "+", "{2}", "{1,2}", "{1,}"])).map(
        lambda pair: f"(?:{pair[0]}){pair[1]}" if pair[1] else pair[0]
    ),
    min_size=1,
    max_size=3,
).map("".join)
alternatives = st.lists(
    st.tuples(st.sampled_from(["", "^"]), expressions, st.sampled_from(["", "", "$", ".*"])).map("".join),
    min_size=1,
    max_size=2,
).map("|".join)
matches = st.one_of(
    prefixes,
    prefixes.map("^{}".format),
    prefixes.map("^{}.*".format),
    st.sampled_from(["^", "", ".*", "^.*"]),
    alternatives,
)


@st.composite
def rules(draw):
    """Any rule, its values such that no price becomes negative."""
    kind = draw(st.sampled_from(["absolute", "relative", "percent", "margin"]))
    low = {"percent": -100, "margin": -100}.get(kind, 0)
    value = draw(st.decimals(low, 99, places=draw(st.integers(0, 4)), allow_nan=False))
    lines = draw(st.none() | st.none() | st.lists(prefixes | alternatives, max_size=3).map(tuple))
    return Rule(
        match="" if lines is not None else draw(matches),
        type=kind,
        value=value,
        columns=tuple(draw(st.sets(st.sampled_from(["cost", "intra", "inter"]), min_size=1))),
        status=draw(st.sampled_from(["profit", "profit", "profit", "profit", "remove", "blocked"])),
        prefix_set=lines,
        mcd=draw(st.sampled_from([None, None, None, 0, 30])),
        pulse=draw(st.sampled_from([None, None, None, 1, 6])),
        decimals=draw(st.sampled_from([None, None, 0, 2, 8])),
        name=draw(st.sampled_from([None, None, "Renamed"])),
        connect=draw(st.sampled_from([None, None, 0, 777])),
    )


options = st.builds(
    Options,
    compact=st.sampled_from(["maximum", "minimum", "average"]),
    collapse=st.sampled_from(["maximum", "minimum", "average"]),
    presentation=st.sampled_from(["single", "split"]),
    increments=st.sampled_from(["safe", "maximum"]),
    decimals=st.sampled_from([2, 4, 8]),
    rounding=st.sampled_from(["up", "down", "half_up", "half_down"]),
    shrink=st.booleans(),
    uncovered_at_cost=st.just(True),
    covered_by_all=st.booleans(),
)
