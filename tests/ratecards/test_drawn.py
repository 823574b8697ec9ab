"""How many rates of a revision matches draw: exact over many chunks, and never more work than a page may cost."""

import random

import pytest

from ratecards import store
from ratecards.engine.matches import draws_of, lines_of, machine_of
from ratecards.engine.numbers import Refused
from ratecards.engine.table import Row, from_rows
from ratecards.services import prefix_sets, revisions
from tests.ratecards.conftest import customer_card

HEAVY = "|".join(f".*{digit}.{{9}}" for digit in "0123456789")  # ten automata of a thousand states


@pytest.fixture
def inside(world, acting):
    with acting(world.admin):
        yield world.admin


@pytest.fixture
def long(inside):
    """A draft of several chunks."""
    rows = [Row(prefix) for prefix in sorted({str(number) for number in range(10, 12_000)} | {"9", "99"})]
    return revisions.add_draft(customer_card(inside), from_rows(rows))


def listed(revision):
    return [row.prefix for row in store.load(revision).rows()]


@pytest.mark.parametrize("seed", range(6))
def test_plain_matches_are_counted_exactly_over_all_chunks(long, seed):
    dice = random.Random(seed)
    texts = {dice.choice(["^", "", "", "^"]) + str(dice.randint(1, 10 ** dice.randint(1, 4))) for _ in range(40)}
    draws = [one for text in texts for one in draws_of(text)]
    wanted = [
        prefix for prefix in listed(long)
        if any(prefix.startswith(text[1:]) if text.startswith("^") else prefix == text for text in texts)
    ]  # fmt: skip
    found = store.drawn(long, draws, 7)
    assert (found.count, found.examples) == (len(wanted), tuple(wanted[:7]))


def test_everything_and_an_expression_beside_it_are_counted_once(long):
    assert store.drawn(long, draws_of("^")).count == len(listed(long))
    assert store.drawn(long, [*draws_of("^1"), *draws_of("1[0-9]*")]).count == store.drawn(long, draws_of("^1")).count


def test_what_one_page_may_cost_is_shared_by_all_that_it_counts(long):
    work = store.Work(2 * len(listed(long)))  # an expression decodes every chunk, and looks at every rate of it
    assert store.drawn(long, draws_of(".*7"), work=work).count == sum(prefix.endswith("7") for prefix in listed(long))
    with pytest.raises(Refused, match="Too much to count here"):
        store.drawn(long, draws_of(".*8"), work=work)
    assert store.drawn(long, draws_of("^"), work=work).count == len(listed(long)), "what reads nothing costs nothing"


def test_a_set_of_thousands_of_expressions_is_refused_before_one_of_them_is_made(inside):
    before = machine_of.cache_info().misses
    with pytest.raises(Exception, match="More than 100 regular expressions"):
        prefix_sets.create_prefix_set(actor=inside, name="Heavy", data="\n".join(f"{HEAVY}|^9{n}" for n in range(900)))
    assert machine_of.cache_info().misses == before


def test_a_line_that_stands_there_twice_counts_once(inside):
    made = prefix_sets.create_prefix_set(actor=inside, name="Twice", data="\n".join(["44[12]"] * 150))
    assert len(lines_of(tuple(made.data.split("\n")))) == 1
