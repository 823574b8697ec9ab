"""The difference of two lists: against plain Python on random cards, and each kind by example."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratecards.engine import chunks, diff, directory
from ratecards.engine.table import Row, concat, empty, from_rows
from tests.engine.cards import examples, prefixes, twin_cards

C = 10**8


def side(table, least=None):
    """A table in chunks of a few rows, so that small cards have several."""
    if least is None:
        pieces = chunks.encode(table)
    else:
        pieces = [chunks.encode_one(table.take(slice(at, at + least))) for at in range(0, len(table), least)]
    contents = directory.build_directory(table, pieces)
    return diff.Side(contents, lambda places: [chunks.decode(pieces[at].shape, pieces[at].prices) for at in places])


def side_cut_by_content(table):
    """A table in chunks that begin where a prefix says so, as stored lists do, only far more often."""
    cuts = [0, *(at for at, key in enumerate(table.keys.tolist()) if at and key // 11**12 % 3 == 0), len(table)]
    pieces = [chunks.encode_one(table.take(slice(*cut))) for cut in pairwise(cuts) if cut[0] < cut[1]]
    contents = directory.decode(directory.encode(directory.build_directory(table, pieces)))
    return diff.Side(contents, lambda places: [chunks.decode(pieces[at].shape, pieces[at].prices) for at in places])


def plain(one: dict, two: dict, effective: bool):
    """{prefix: (kind, before, after)} of what differs, by dictionaries of Row and loops."""

    def row_of(card, prefix):
        if not effective:
            return card.get(prefix)
        return next((card[prefix[:end]] for end in range(len(prefix), 0, -1) if prefix[:end] in card), None)

    found = {}
    for prefix in sorted(one.keys() | two.keys()):
        old, new = row_of(one, prefix), row_of(two, prefix)
        before, after = (-1 if row is None or row.blocked else row.cost for row in (old, new))
        terms = [row and (row.connect, row.mcd, row.pulse, row.grace, row.intra, row.inter) for row in (old, new)]
        if before >= 0 and after >= 0:
            kind = "increased" if after > before else "decreased" if after < before else "unchanged"
            kind = "other" if kind == "unchanged" and terms[0] != terms[1] else kind
        elif before >= 0 or after >= 0:
            kind = "closed" if before >= 0 else "new"
        else:
            kind = "other" if not effective and (old is None) != (new is None) else "unchanged"
        if kind != "unchanged":
            found[prefix] = (kind, before, after)
    return found


def table_of(card):
    return from_rows(card.values()) if card else empty()


single = twin_cards().map(lambda card: {prefix: row._replace(intra=None, inter=None) for prefix, row in card.items()})


@pytest.mark.parametrize("effective", [True, False])
@examples(60)
@given(one=single, two=single, least=st.sampled_from([2, 5, None]))
def test_random_cards_differ_as_in_plain_python(effective, one, two, least):
    mixed = {prefix: one.get(prefix, row) if index % 3 else row for index, (prefix, row) in enumerate(two.items())}
    for old, new in ((one, mixed), (mixed, two)):
        wanted = plain(old, new, effective)
        found = diff.compare(side(table_of(old), least), side(table_of(new), least), effective=effective)
        assert {c.prefix: (c.kind, c.before, c.after) for c in found.rows(range(len(found)))} == wanted
        assert found.unchanged == len(old.keys() | new.keys()) - len(wanted)


sold = st.sampled_from([Row("", cost=C), Row("", cost=2 * C), Row("", cost=3 * C), Row("", blocked=True)])


@pytest.mark.parametrize("effective", [True, False])
@examples(60)
@given(
    listed=st.dictionaries(prefixes, sold, min_size=8, max_size=30),
    edits=st.dictionaries(prefixes, sold | st.none(), max_size=3),
    at_once=st.sampled_from([1, 2, 32]),
)
def test_few_edits_among_shared_chunks_differ_as_in_plain_python(effective, listed, edits, at_once):
    """Whatever stands above a chunk that both lists have, or lies at its border, stretches tell what whole lists do."""
    one, two = (
        {prefix: row._replace(prefix=prefix) for prefix, row in card.items() if row}
        for card in (listed, listed | edits)
    )
    sides = [side_cut_by_content(table_of(card)) for card in (one, two)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(diff, "AT_ONCE", at_once)
        for (old, new), (first, second) in (((one, two), sides), ((two, one), reversed(sides))):
            found, wanted = diff.compare(first, second, effective=effective), plain(old, new, effective)
            assert {c.prefix: (c.kind, c.before, c.after) for c in found.rows(range(len(found)))} == wanted
            assert found.unchanged == len(old.keys() | new.keys()) - len(wanted)


def chunked(*parts):
    """A side of one chunk for each list of rows."""
    tables = [from_rows(part) for part in parts]
    pieces, whole = [chunks.encode_one(table) for table in tables], concat(tables)
    return diff.Side(directory.build_directory(whole, pieces), lambda places: [tables[at] for at in places])


def test_shorter_prefix_that_changes_before_a_shared_chunk_changes_what_falls_back_to_it():
    """The chunk of 4420 is in both lists and never decoded; 4429, beyond it, is new here and falls back to 44 there."""
    shared = [Row("4420", cost=C), Row("44205", cost=C)]
    old = chunked([Row("44", cost=2 * C)], shared, [Row("443", cost=C)])
    new = chunked([Row("44", cost=3 * C)], shared, [Row("4429", cost=3 * C), Row("443", cost=C)])
    found = diff.compare(old, new).rows([0, 1])
    assert [(one.prefix, one.before // C, one.after // C) for one in found] == [("44", 2, 3), ("4429", 2, 3)]


def test_new_prefix_right_after_a_shared_chunk_is_matched_by_a_row_inside_it():
    shared = [Row("44", cost=C), Row("4420", cost=2 * C)]
    old, new = chunked(shared, [Row("45", cost=C)]), chunked(shared, [Row("44205", cost=C), Row("45", cost=C)])
    (change,) = diff.compare(old, new).rows([0])
    assert (change.prefix, change.before, change.after, change.old.prefix) == ("44205", 2 * C, C, "4420")


def test_prefix_that_is_gone_falls_to_the_longest_of_the_rows_above_its_stretch():
    above, shared = [Row("4", cost=9 * C)], [Row("44", cost=C), Row("443", cost=C)]
    old = chunked(above, shared, [Row("4430", cost=C), Row("4431", cost=5 * C)])
    new = chunked([Row("4", cost=8 * C)], shared, [Row("4430", cost=C)])
    assert kinds(diff.compare(old, new)) == {"4": "decreased", "4431": "decreased"}
    assert diff.compare(old, new).rows([1])[0].new.prefix == "443"


def compared(old, new, **options):
    return diff.compare(side(from_rows(old)), diff.side_of(from_rows(new)), **options)


def kinds(found):
    return {change.prefix: change.kind for change in found.rows(range(len(found)))}


def test_removed_row_whose_shorter_prefix_costs_the_same_is_a_change_of_the_list_but_not_of_the_price():
    old, new = [Row("44", cost=C), Row("441", cost=C), Row("442", cost=C)], [Row("44", cost=C), Row("442", cost=2 * C)]
    assert kinds(compared(old, new, effective=False)) == {"441": "closed", "442": "increased"}
    assert kinds(compared(old, new)) == {"442": "increased"}


def test_blocked_prefix_closes_what_the_shorter_one_sold():
    old, new = [Row("44", cost=C)], [Row("44", cost=C), Row("447", blocked=True)]
    (change,) = compared(old, new).rows([0])
    assert (change.prefix, change.kind, change.before, change.after) == ("447", "closed", C, -1)
    assert (change.old.prefix, change.new.blocked) == ("44", True)
    assert kinds(compared(old, new, effective=False)) == {"447": "other"}


def test_same_price_at_other_terms_is_told():
    old, new = [Row("44", cost=C, mcd=1, pulse=1)], [Row("44", cost=C, mcd=60, pulse=60)]
    assert kinds(compared(old, new)) == {"44": "other"}


def test_another_column_decides_when_asked_for():
    old, new = [Row("1", "", 5, 6, 7)], [Row("1", "", 5, 6, 9)]
    assert kinds(compared(old, new)) == {"1": "other"}
    assert kinds(compared(old, new, column="inter")) == {"1": "increased"}


def test_a_new_name_is_no_difference():
    assert not len(compared([Row("44", "UK", C)], [Row("44", "United Kingdom", C)]))


def test_points_are_exact_at_both_ends_of_what_a_price_may_be():
    prices = [
        (C, 2 * C, 10_000),
        (3, 4, 3333),
        (3, 2, -3333),
        (0, 1, diff.MOST_POINTS),
        (1, 10**13, (10**13 - 1) * 10_000),
    ]
    old = [Row(str(place + 1), cost=before) for place, (before, _, _) in enumerate(prices)]
    new = [Row(str(place + 1), cost=after) for place, (_, after, _) in enumerate(prices)]
    assert [change.points for change in compared(old, new).rows(range(len(prices)))] == [one[2] for one in prices]


def test_histogram_counts_each_change_of_price_once():
    ratios = [96, 95, 91, 85, 70, 40, 0, 104, 105, 112, 130, 150, 900]
    old = [Row(str(100 + place), cost=100) for place in range(len(ratios))]
    new = [Row(str(100 + place), cost=ratio) for place, ratio in enumerate(ratios)] + [Row("9", cost=1)]
    assert compared(old, new).histogram() == ([1, 2, 1, 1, 2], [1, 1, 1, 1, 2])


def test_largest_changes_are_told_by_their_share():
    old = [Row(str(place), cost=100) for place in range(1, 8)]
    new = [Row(str(place), cost=cost) for place, cost in enumerate((101, 300, 100, 99, 50, 200, 98), 1)]
    found = compared(old, new)
    falls, rises = found.largest(2)
    assert [change.prefix for change in found.rows(falls)] == ["5", "7"]
    assert [change.prefix for change in found.rows(rises)] == ["2", "6"]


def test_chunks_that_both_lists_have_are_not_decoded():
    rows = [Row(str(prefix), cost=C) for prefix in range(10_000, 40_000)]
    changed = [row._replace(cost=2 * C) if row.prefix == "20000" else row for row in rows]
    loaded = []
    sides = [side(from_rows(rows)), side(from_rows(changed))]
    watched = [
        diff.Side(one.directory, lambda places, one=one: loaded.extend(places) or one.load(places)) for one in sides
    ]
    found = diff.compare(*watched)
    assert kinds(found) == {"20000": "increased"}
    assert len(set(loaded)) == 1 < len(sides[0].directory)  # the same position in both
    assert found.counts()["unchanged"] == len(rows) - 1


def test_two_empty_lists_do_not_differ():
    found = diff.compare(diff.side_of(empty()), side(empty()))
    assert not len(found)
    assert np.array_equal(found.keys, [])
    assert found.histogram() == ([0] * 5, [0] * 5)
