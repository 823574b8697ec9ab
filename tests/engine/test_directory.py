"""The directory: one decoded chunk answers any number, and any row number or key finds its chunk."""

from itertools import pairwise

import numpy as np
import pytest

from ratecards.engine import chunks, directory, keys
from ratecards.engine.lookup import find, find_few, find_in_revision, find_many, find_many_in_revision
from ratecards.engine.table import Row, empty, from_rows


@pytest.fixture(scope="module")
def card():
    """9,000 rates below 1, 12 and 123, so that the open rows above every border are three levels deep."""
    random = np.random.default_rng(3)
    below = {f"123{number}" for number in random.integers(0, 99_999, 12_000)}
    return from_rows(
        Row(prefix, f"name {prefix[:5]}", len(prefix)) for prefix in sorted(below | {"1", "12", "123", "1299", "7"})
    )


@pytest.fixture(scope="module")
def pieces(card):
    return chunks.encode(card)


@pytest.fixture(scope="module")
def contents(card, pieces):
    return directory.decode(directory.encode(directory.build_directory(card, pieces)))


@pytest.fixture
def load(pieces):
    """The loader of the card's chunks, which remembers what was loaded."""

    def load(number):
        load.loaded.append(number)
        return chunks.decode(pieces[number].shape, pieces[number].prices)

    load.loaded = []
    return load


def test_a_directory_survives_its_stored_form(card, pieces, contents):
    assert len(contents) == len(pieces) > 2
    assert contents.digests == tuple((piece.shape.digest, piece.prices.digest) for piece in pieces)
    assert contents.rows == len(card)
    assert {"1", "12", "123"} <= {row.prefix for row in contents.spine.rows()}


def test_equal_content_has_the_equal_digest_and_any_change_another(card, pieces, contents):
    assert directory.build_directory(card, pieces).content == contents.content
    other = from_rows([*card.rows()[:-1], Row("7", "name 7", 99)])
    assert directory.build_directory(other, chunks.encode(other)).content != contents.content
    of_nothing = [directory.build_directory(empty(which), []) for which in (("cost",), ("cost", "intra", "inter"))]
    assert of_nothing[0].content != of_nothing[1].content


def test_every_flipped_byte_of_a_directory_is_damage():
    table = from_rows([Row("44", "UK", 5)])
    stored = directory.encode(directory.build_directory(table, chunks.encode(table)))
    for at in range(len(stored)):
        broken = bytearray(stored)
        broken[at] ^= 1
        with pytest.raises(chunks.Damaged):
            directory.decode(broken)


def test_around_every_border_one_chunk_answers_as_the_whole_card_does(card, contents, load):
    borders = [keys.decode(key) for key in contents.first_keys]
    numbers = [near for border in borders for near in neighbours(border)]
    for number in [*numbers, "0", "1", "2", "12", "129", "1299", "12999", "8", "123", "1239999999999999999999"]:
        load.loaded.clear()
        table, place = find_in_revision(contents, load, number)
        expected = find(card, number)
        assert (table.row(place) if place >= 0 else None) == (card.row(expected) if expected >= 0 else None)
        assert len(load.loaded) <= 1


def neighbours(prefix):
    """Numbers at, below, just before and just after a prefix."""
    whole = int(prefix)
    return [
        prefix,
        prefix + "0",
        prefix + "9" * 10,
        prefix[:-1],
        str(whole - 1),
        str(whole - 1) + "9" * 9,
        str(whole + 1),
    ]


def test_many_numbers_find_what_each_finds_and_load_each_chunk_once(card, contents, load):
    random = np.random.default_rng(5)
    numbers = [f"1{number}" for number in random.integers(0, 10**6, 2000)] + ["0", "7", "9", "12", "123"]
    table, places = find_many_in_revision(contents, load, keys.encode_numbers(numbers))
    expected = find_many(card, keys.encode_numbers(numbers))
    assert len(load.loaded) == len(set(load.loaded))
    for place, wanted in zip(places.tolist(), expected.tolist(), strict=True):
        assert (table.row(place) if place >= 0 else None) == (card.row(wanted) if wanted >= 0 else None)


def test_few_numbers_find_in_a_table_what_many_do(card):
    random = np.random.default_rng(6)
    numbers = [f"{number}" for number in random.integers(0, 10**9, 500)] + [f"12{n}" for n in range(3, 2000, 7)] + ["7"]
    wanted = np.sort(keys.encode_numbers([*numbers, "", "0", "123", "9" * 18]))
    assert find_few(card, wanted).tolist() == find_many(card, wanted).tolist()
    assert find_few(empty(), wanted).tolist() == [-1] * len(wanted)
    assert find_few(card, wanted[:0]).tolist() == []


def test_numbers_before_the_first_rate_load_nothing(contents, load):
    table, places = find_many_in_revision(contents, load, keys.encode_numbers(["0", "00"]))
    assert places.tolist() == [-1, -1]
    assert find_in_revision(contents, load, "0") == (None, -1)


def test_every_row_number_has_its_chunk(card, contents, load):
    for row in (0, 1, len(card) - 1, *contents.starts[1:-1].tolist(), *(contents.starts[1:-1] - 1).tolist()):
        chunk, inside = contents.chunk_of_row(row)
        assert load(chunk).row(inside) == card.row(row)
    for row in (-1, len(card)):
        with pytest.raises(IndexError):
            contents.chunk_of_row(row)


def test_a_range_of_keys_has_its_chunks(contents):
    borders = contents.first_keys.tolist()
    for number, (start, end) in enumerate(pairwise(borders)):
        assert contents.chunks_between(start, end) == range(number, number + 1)
        assert contents.chunks_between(start + 1, end + 1) == range(number, number + 2)
    assert contents.chunks_between(0, keys.END) == range(len(contents))
    assert len(contents.chunks_between(0, 1)) == 0


def test_an_empty_card_has_a_directory_and_no_chunk(load):
    table = empty(("cost", "intra", "inter"))
    contents = directory.decode(directory.encode(directory.build_directory(table, chunks.encode(table))))
    assert (len(contents), contents.rows, contents.spine.presented) == (0, 0, ("cost", "intra", "inter"))
    assert find_in_revision(contents, load, "44") == (None, -1)
    found, places = find_many_in_revision(contents, load, keys.encode_numbers(["44"]))
    assert (found.presented, places.tolist()) == (("cost", "intra", "inter"), [-1])
