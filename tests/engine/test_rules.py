"""Profit rules: what a match draws, which rule wins, and what is refused with a reason."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratecards.engine import keys
from ratecards.engine.build import build_key
from ratecards.engine.matches import machine_of
from ratecards.engine.numbers import Refused
from ratecards.engine.options import Options
from ratecards.engine.rules import Rule, check_rules, draw, formula
from tests import twin
from tests.engine import cards


@cards.examples(60)
@given(st.lists(cards.rules(), max_size=8), st.sets(cards.prefixes, max_size=20))
def test_the_rule_of_most_digits_wins_then_the_plain_one_then_the_earlier(rules, prefixes):
    prefixes = sorted(prefixes)
    drawn = draw(rules, keys.encode_many(prefixes))
    everywhere = [replace(rule, columns=("cost",)) for rule in rules]
    expected = [twin.rule_of(everywhere, prefix, None, ("cost",)) for prefix in prefixes]
    assert drawn.tolist() == [-1 if position is None else position for position in expected]


def test_precedence_by_hand():
    rules = [Rule("^44"), Rule("441"), Rule("^441"), Rule("^441"), Rule("^"), Rule("44")]
    prefixes = ["33", "4", "44", "441", "4411", "442"]
    assert draw(rules, keys.encode_many(prefixes)).tolist() == [4, 4, 5, 1, 2, 0]


def test_lines_of_a_prefix_set_mean_begins_with():
    rules = [Rule("", prefix_set=("441", "^49", "33$"))]
    assert draw(rules, keys.encode_many(["33", "331", "44", "441", "4411", "491"])).tolist() == [0, -1, -1, 0, 0, 0]
    assert draw([Rule("", prefix_set=())], np.array([keys.encode("44")])).tolist() == [-1]


def test_an_expression_takes_part_by_the_digits_it_fixes():
    rules = [Rule("^44"), Rule("^44(1|2)"), Rule("4[0-9]1"), Rule("441", value=Decimal(1)), Rule("^.*1$")]
    prefixes = ["1", "44", "441", "4412", "442", "443", "451"]
    assert draw(rules, keys.encode_many(prefixes)).tolist() == [4, 0, 3, 1, 1, 0, 2]


def test_more_expressions_than_a_build_may_hold_are_refused():
    lines = tuple(f"4[12]{number}" for number in range(201))
    with pytest.raises(Refused, match="more than 200 regular expressions") as refused:
        check_rules([Rule("", prefix_set=lines)])
    assert refused.value.code == "rules_patterns"


def test_too_many_expressions_are_refused_before_any_of_them_is_made():
    before = machine_of.cache_info().misses
    heavy = "|".join(f".*[1{digit}].{{9}}" for digit in "023456789")
    with pytest.raises(Refused, match="more than 200 regular expressions"):
        check_rules([Rule(f"{heavy}|^3{number}") for number in range(100)])
    assert machine_of.cache_info().misses == before


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (Rule("44", "margin", Decimal(100)), "rule_value"),
        (Rule("44", "percent", Decimal(-101)), "rule_value"),
        (Rule("44", "percent", Decimal("NaN")), "rule_value"),
        (Rule("44", "percent", 12.5), "rule_value"),
        (Rule("44", "percent", Decimal("0.000000001")), "rule_value"),
        (Rule("44", "percent", Decimal("1E+999999")), "rule_value"),
        (Rule("44", "margin", Decimal("-101")), "rule_value"),
        (Rule("44", "absolute", Decimal(-1)), "rule_value"),
        (Rule("44", "absolute", Decimal("0.000000001")), "price_decimals"),
        (Rule("44", "times"), "rule_type"),
        (Rule("44", status="hidden"), "rule_status"),
        (Rule("44", columns=()), "rule_columns"),
        (Rule("44", columns=("price",)), "rule_columns"),
        (Rule("44", prefix_set=("1",)), "rule_match"),
        (Rule("", prefix_set=("1a",)), "rule_match"),
        (Rule("44", pulse=0), "rule_override"),
        (Rule("44", mcd=-1), "rule_override"),
        (Rule("44", connect=-1), "rule_override"),
        (Rule("44", decimals=9), "rounding_decimals"),
        (Rule("44", name="a\0b"), "rule_override"),
    ],
)
def test_a_rule_that_cannot_be_used_is_named(rule, code):
    with pytest.raises(Refused, match="^Rule 1: ") as refused:
        check_rules([rule])
    assert refused.value.code == code


def test_formulas():
    assert formula(Rule("", "percent", Decimal(20))) == (cards.Fraction(6, 5), 0)
    assert formula(Rule("", "margin", Decimal(20))) == (cards.Fraction(5, 4), 0)
    assert formula(Rule("", "relative", Decimal("-0.005"))) == (1, -500_000)
    assert formula(Rule("", "absolute", Decimal("0.06"))) == (0, 6_000_000)


PARENTS = [(b"a" * 16, cards.Fraction(1))]


def test_a_build_key_does_not_depend_on_how_a_rule_is_written():
    key = build_key(PARENTS, [Rule("^", value=Decimal(20))], Options())
    assert build_key(PARENTS, [Rule(" .* ", value=Decimal("20.00"))], Options()) == key
    assert len(key) == 64


@pytest.mark.parametrize(
    ("parents", "rules", "options"),
    [
        ([(b"b" * 16, cards.Fraction(1))], [Rule("^")], Options()),
        ([(b"a" * 16, cards.Fraction(2))], [Rule("^")], Options()),
        (PARENTS * 2, [Rule("^")], Options()),
        (PARENTS, [Rule("^", value=Decimal(1))], Options()),
        (PARENTS, [Rule("^"), Rule("^44")], Options()),
        (PARENTS, [Rule("^", pulse=6)], Options()),
        (PARENTS, [Rule("^", status="blocked")], Options()),
        (PARENTS, [Rule("^")], Options(compact="minimum")),
        (PARENTS, [Rule("^")], Options(shrink=True)),
    ],
)
def test_a_build_key_changes_with_everything_that_a_build_depends_on(parents, rules, options):
    assert build_key(parents, rules, options) != build_key(PARENTS, [Rule("^")], Options())
