"""Chunks: what was encoded comes back, damage is seen, and a change touches little."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratecards.engine import chunks, directory, keys
from ratecards.engine.chunks import Damaged, Part
from ratecards.engine.table import Row, concat, empty, from_columns, from_rows
from tests.engine.cards import HUGE, examples, twin_cards


@pytest.fixture(scope="module")
def deck():
    """A deterministic deck of 40,000 rates: 400 destinations of many prefixes each, some inside others."""
    random = np.random.default_rng(7)
    bases = [f"{country}{area:0>2}" for country in range(20, 60) for area in range(10)]
    drawn = zip(random.integers(0, 400, 60_000).tolist(), random.integers(0, 9999, 60_000).tolist(), strict=True)
    prefixes = {f"{bases[at]}{tail}": at for at, tail in drawn}
    prefixes |= {base: at for at, base in enumerate(bases)} | {str(country): 0 for country in range(20, 60)}
    owner = np.array(list(prefixes.values()))
    prices = random.integers(10, 9000, 400) * 10_000
    count = len(prefixes)
    return from_columns(
        keys.encode_many(prefixes),
        name=owner,
        names=[f"Destination {base}" for base in bases],
        cost=prices[owner] + 10_000 * (owner % 3 == 0) * (np.arange(count) % 2),
        intra=None,
        inter=None,
        connect=np.zeros(count),
        mcd=np.where(owner % 5, 1, 30),
        pulse=np.where(owner % 5, 1, 6),
        grace=np.zeros(count),
        blocked=owner % 97 == 0,
    )


def decoded(pieces):
    return [chunks.decode(piece.shape, piece.prices) for piece in pieces]


def size(pieces):
    return sum(len(part.payload) for part in parts(pieces))


def parts(pieces):
    return {part for piece in pieces for part in (piece.shape, piece.prices)}


@examples(80)
@given(st.one_of(twin_cards(), twin_cards(HUGE)))
def test_any_card_survives_a_chunk(card):
    table = from_rows(card.values())
    piece = chunks.encode_one(table)
    again = chunks.decode(piece.shape, piece.prices)
    assert again == table
    assert again.rows() == table.rows()
    assert all(
        getattr(again, title).dtype == getattr(table, title).dtype for title in ("keys", "mcd", "blocked", "name")
    )


def test_a_deck_survives_its_chunks_and_every_chunk_has_a_sane_size(deck):
    pieces = chunks.encode(deck)
    assert concat(decoded(pieces)) == deck
    rows = [piece.rows for piece in pieces]
    assert sum(rows) == len(deck)
    assert min(rows[:-1]) >= chunks.LEAST
    assert max(rows) <= chunks.MOST
    assert [piece.first_key for piece in pieces] == deck.keys[np.cumsum([0, *rows[:-1]])].tolist()


def test_a_rate_takes_few_bytes(deck):
    pieces = chunks.encode(deck)
    stored = directory.encode(directory.build_directory(deck, pieces))
    assert size(pieces) + len(stored) < 4 * len(deck)


def test_constant_columns_cost_a_few_bytes(deck):
    split = replace(deck, intra=deck.cost * 0 + 5, inter=deck.cost * 0 + 7)
    pieces = chunks.encode(split)
    assert size(pieces) - size(chunks.encode(deck)) < 12 * len(pieces)


def test_equal_rows_give_equal_bytes_whatever_the_order_of_names(deck):
    again = from_rows(reversed(deck.rows()))
    assert again.names != deck.names
    assert chunks.encode(again) == chunks.encode(deck)


def test_a_new_price_of_whole_destinations_stores_a_few_bytes_of_prices_alone(deck):
    changed = np.isin(deck.name, (17, 170, 260, 333))
    assert 0.005 < changed.mean() < 0.02
    before, after = chunks.encode(deck), chunks.encode(replace(deck, cost=deck.cost + 10_000 * changed))
    assert [piece.shape for piece in before] == [piece.shape for piece in after]
    new = parts(after) - parts(before)
    assert 0 < sum(len(part.payload) for part in new) < 0.02 * size(after)


def test_inserted_and_deleted_rows_leave_other_chunks_as_they_are(deck):
    country = keys.encode("31")
    inside = (deck.keys >= country) & (deck.keys < keys.encode("32"))
    thinned = deck.take(~(inside & (np.arange(len(deck)) % 3 == 0)))
    before, after = set(chunks.encode(deck)), set(chunks.encode(thinned))
    assert len(after - before) <= 3
    assert len(after & before) >= len(before) - 3


def test_rows_whose_hashes_are_equal_by_chance_do_not_share_a_price(deck):
    part = deck.take(slice(0, 50))
    first, member = chunks._classes(part, np.zeros(50, dtype=np.uint64))
    assert part.cost[first][member].tolist() == part.cost.tolist()
    assert part.name[first][member].tolist() == part.name.tolist()


@pytest.mark.parametrize("which", [0, 1])
def test_no_flipped_bit_is_ever_read_as_another_price(which):
    """A bit that fills up compressed bytes may change unseen: the digest names the content, which is the same."""
    table = from_rows([Row("44", "UK", 5), Row("441", "UK Mobile", 7, mcd=30)])
    piece = chunks.encode_one(table)
    both = [piece.shape, piece.prices]
    digest, payload = both[which]
    seen = 0
    for bit in range(8 * len(payload)):
        broken = bytearray(payload)
        broken[bit // 8] ^= 1 << bit % 8
        both[which] = Part(digest, bytes(broken))
        try:
            assert chunks.decode(*both) == table
        except Damaged:
            seen += 1
    assert seen > 0.9 * 8 * len(payload)


def test_content_that_does_not_have_its_digest_is_damage():
    one, other = (chunks.encode_one(from_rows([Row("44", "UK", cost)])) for cost in (5, 6))
    with pytest.raises(Damaged, match="digest"):
        chunks.decode(one.shape, Part(one.prices.digest, other.prices.payload))


@pytest.mark.parametrize("payload", [b"", b"\0", b"x" * 50])
def test_bytes_that_are_no_chunk_are_damage(payload):
    piece = chunks.encode_one(empty())
    with pytest.raises(Damaged):
        chunks.decode(Part(piece.shape.digest, payload), piece.prices)
    with pytest.raises(Damaged):
        directory.decode(payload)


def test_a_cut_or_lengthened_payload_is_damage(deck):
    piece = chunks.encode(deck)[0]
    for payload in (piece.shape.payload[:-1], piece.shape.payload + b"\0"):
        with pytest.raises(Damaged):
            chunks.decode(Part(piece.shape.digest, payload), piece.prices)


def test_parts_of_other_chunks_and_exchanged_parts_are_damage(deck):
    first, second = chunks.encode(deck)[:2]
    with pytest.raises(Damaged):
        chunks.decode(first.prices, first.shape)
    with pytest.raises(Damaged):
        chunks.decode(Part(first.shape.digest, second.shape.payload), first.prices)
