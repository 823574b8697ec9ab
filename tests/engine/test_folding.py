"""Changed rows folded into chunks: byte for byte what the whole list would be, with few chunks read."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratecards.engine import chunks, directory, folding, keys
from ratecards.engine.table import Row, empty, from_rows
from tests.engine.cards import examples, prefixes

SOLD = [Row("", "UK", 10**8), Row("", "UK", 2 * 10**8, connect=5), Row("", "France", 10**8), Row("", blocked=True)]
lists = st.dictionaries(prefixes, st.sampled_from(SOLD), max_size=30)
changes = st.dictionaries(prefixes, st.sampled_from([*SOLD, None, None]), max_size=4)


def table_of(card):
    return from_rows(row._replace(prefix=prefix) for prefix, row in card.items()) if card else empty()


def folded(card, edits, loaded=None):
    """A list of {prefix: Row} changed by {prefix: Row or None} through its chunks: (directory, parts written anew)."""
    pieces = chunks.encode(table_of(card))
    contents = directory.build_directory(table_of(card), pieces)

    def load(places):
        loaded.extend(places) if loaded is not None else None
        return [chunks.decode(pieces[at].shape, pieces[at].prices) for at in places]

    gone = np.sort(keys.encode_many(prefix for prefix, row in edits.items() if row is None))
    rows = table_of({prefix: row for prefix, row in edits.items() if row is not None})
    return folding.fold(contents, load, gone, rows)


def whole(card, edits):
    table = table_of({prefix: row for prefix, row in (card | edits).items() if row is not None})
    pieces = chunks.encode(table)
    return directory.build_directory(table, pieces), pieces


@examples(150)
@given(card=lists, edits=changes)
def test_any_change_gives_the_bytes_of_the_whole_list_encoded(card, edits):
    with pytest.MonkeyPatch.context() as patch:  # as large lists have it, with chunks of a few rows
        for name, value in (("LEAST", 2), ("MOST", 5), ("RARE", 2)):
            patch.setattr(chunks, name, value)
        (one, written), (other, pieces) = folded(card, edits), whole(card, edits)
    assert one.digests == other.digests
    assert directory.encode(one) == directory.encode(other)
    assert set(written) <= set(pieces)


@pytest.fixture(scope="module")
def long():
    random = np.random.default_rng(7)
    below = {f"44{number}" for number in random.integers(10_000, 99_999, 30_000)}
    return {prefix: SOLD[int(prefix[-2:]) % 2] for prefix in below | {"44", "441"}}


def test_only_the_chunks_that_change_are_read_and_written(long):
    loaded = []
    directory_, written = folded(long, {"4455555": SOLD[2], "4455556": None}, loaded)
    assert len(directory_) > 8 > len(loaded) >= len(written) > 0
    assert directory_.digests == whole(long, {"4455555": SOLD[2], "4455556": None})[0].digests


def test_border_that_goes_and_row_above_all_that_changes(long):
    """The first row of a chunk taken out joins what follows to the chunk before; 44 stands above every border."""
    pieces = chunks.encode(table_of(long))
    border = keys.decode(pieces[3].first_key)
    for edits in ({border: None}, {"44": SOLD[2]}, {"44": None}, {border: SOLD[2], "4": SOLD[3]}):
        assert directory.encode(folded(long, edits)[0]) == directory.encode(whole(long, edits)[0])
