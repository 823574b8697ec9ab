"""What a match draws: plain digits, expressions over prefixes, lines of sets, and what is refused with its reason."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratecards.engine import automaton, keys, matches
from ratecards.engine.matches import Draw, draws_of, lines_of, machine_of
from ratecards.engine.numbers import Refused
from tests import twin
from tests.engine import cards

PREFIXES = ["1", "11", "4", "44", "441", "4412", "442", "443", "49", "491", "7"]


def drawn(text, line=False):
    """Those of PREFIXES that an expression fits."""
    fitting = set()
    for one in draws_of(text, line):
        if not one.pattern:
            fitting |= {p for p in PREFIXES if (p == one.digits if one.exact else p.startswith(one.digits))}
            continue
        first, mask = automaton.fits(machine_of(one), keys.encode_many(PREFIXES))
        fitting |= {PREFIXES[first + at] for at in np.flatnonzero(mask).tolist()}
    return sorted(fitting)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("441", [Draw(3, True, "441")]),
        ("^441", [Draw(3, False, "441")]),
        ("^441.*", [Draw(3, False, "441")]),
        ("441.*", [Draw(3, False, "441")]),
        ("^441$", [Draw(3, True, "441")]),
        ("^", [Draw(0, False, "")]),
        ("^.*", [Draw(0, False, "")]),
        (".*", [Draw(0, False, "")]),
        ("", [Draw(0, False, "")]),
        (" 44 ", [Draw(2, True, "44")]),
        ("44|^49", [Draw(2, True, "44"), Draw(2, False, "49")]),
    ],
)
def test_plain_digits_are_read_without_an_automaton(text, found):
    assert list(draws_of(text)) == found


@pytest.mark.parametrize(
    ("text", "fitting"),
    [
        ("^44(1|2)", ["441", "4412", "442"]),
        ("44(1|2)", ["441", "442"]),
        ("^44[13]", ["441", "4412", "443"]),
        ("44[^1]", ["442", "443"]),
        ("4.", ["44", "49"]),
        (r"4\d1", ["441", "491"]),
        ("4{2}", ["44"]),
        ("4{1,2}", ["4", "44"]),
        ("^4{2,}1", ["441", "4412"]),
        ("1+|7", ["1", "11", "7"]),
        ("(44|49)1?", ["44", "441", "49", "491"]),
        ("44(?:12?)?", ["44", "441", "4412"]),
        (".*1", ["1", "11", "441", "491"]),
        ("^7?", PREFIXES),
    ],
)
def test_an_expression_chooses_among_the_prefixes_that_are_there(text, fitting):
    assert drawn(text) == fitting


def test_a_line_of_a_set_means_begins_with_unless_it_ends_with_the_dollar_sign():
    assert drawn("44(1|2)", line=True) == ["441", "4412", "442"]
    assert drawn("44(1|2)$", line=True) == ["441", "442"]
    assert lines_of(("441", "", " ^44 ", "441")) == (Draw(2, False, "44"), Draw(3, False, "441"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (r"(4)\1", "refers back"),
        ("4(?=1)", "looks ahead"),
        ("(?<!4)1", "looks ahead or behind"),
        ("(?P<a>4)", "a kind that is not known"),
        ("(?i)4", "a kind that is not known"),
        ("4**", "repeats nothing"),
        ("4??", "repeats nothing"),
        ("+44", "repeats nothing"),
        ("(4", "leaves a group open"),
        ("4)", "closes a group"),
        ("(^4)", "at the ends only"),
        ("4[1", "begins a set"),
        ("[9-0]", "no digit is in"),
        ("4{16}", "1 to 15 digits"),
        ("4{3,2}", "1 to 15 digits"),
        ("44|", "no prefix is"),
        ("^$", "no prefix is"),
        ("٤٤", "no sign known"),
        ("44x", "no sign known"),
        ("44 20", "no sign known"),
        ("1234567890123456", "more than 15 digits"),
        ("1" * 201, "longer than 200"),
        ("(" * 30 + "1" + ")" * 30, "groups within groups"),
        ("((1{15}){15}){15}", "too large"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_part_and_what_may_stand_there(text, reason):
    with pytest.raises(Refused, match=reason) as refused:
        draws_of(text)
    assert refused.value.code == "rule_match"
    assert "or an expression such as ^44(1|2)" in refused.value.message


def test_a_line_that_cannot_be_read_is_named():
    with pytest.raises(Refused, match="^Line 3: 'x'"):
        lines_of(("44", "", "x"))


@pytest.mark.parametrize("text", ["(0|1)*1(0|1){12}", ".*1.{12}", ".*[01].{11}"])
def test_an_expression_of_too_many_states_is_refused_before_they_are_all_made(text):
    with pytest.raises(Refused, match="too many ways") as refused:
        draws_of(text)
    assert refused.value.code == "rule_match"


@pytest.mark.parametrize("text", ["((1*)*)*2", "(1|1|1)*2", "(1+)+2", "(1?){15}1{14}2", "(.*1.*){15}2", "(1|11|111)+2"])
def test_what_makes_other_matchers_hang_is_a_small_table(text):
    machine = machine_of(draws_of(text)[0])
    assert len(machine.steps) <= 40
    assert not automaton.fits(machine, keys.encode_many(["1" * 15]))[1].any()


@cards.examples(150)
@given(cards.alternatives, st.booleans(), st.sets(cards.prefixes, max_size=25))
def test_an_expression_fits_what_pythons_own_matcher_fits(text, line, prefixes):
    prefixes = sorted(prefixes)
    encoded = keys.encode_many(prefixes)
    rule = cards.Rule("", prefix_set=(text,)) if line else cards.Rule(text)
    for one, (literal, exact, expression, digits) in zip(draws_of(text, line), twin.ways(rule), strict=True):
        assert (one.literal, one.exact) == (literal, exact)
        assert bool(one.pattern) == (digits is None and expression.pattern != "")
        wanted = [bool(expression.fullmatch(p) if exact else expression.match(p)) for p in prefixes]
        assert matches.chosen([one], encoded).tolist() == wanted


@cards.examples(60)
@given(st.lists(cards.matches, max_size=5), st.sets(cards.prefixes, max_size=25))
def test_several_matches_draw_what_each_of_them_draws(texts, prefixes):
    encoded = keys.encode_many(sorted(prefixes))
    draws = [one for text in texts for one in draws_of(text)]
    each = [matches.chosen([one], encoded) for one in draws]
    assert matches.chosen(draws, encoded).tolist() == [any(mask[at] for mask in each) for at in range(len(encoded))]


def test_expressions_are_counted_before_any_automaton_is_made():
    """Each of these takes some milliseconds: a form that is allowed to hold thousands would hang."""
    before = machine_of.cache_info().misses
    heavy = "|".join(f".*{digit}.{{9}}" for digit in "0123456789")
    assert matches.expressions_in(f"{heavy}|77|^78|^") == 10
    assert matches.expressions_in("4**") == 0
    assert machine_of.cache_info().misses == before
