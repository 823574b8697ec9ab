"""A published price list as small compressed chunks whose borders and addresses are decided by their content.

Borders: a chunk begins before every row whose mixed key has its eleven highest bits zero (one row in 2048), unless
the chunk before would be shorter than LEAST rows; none is longer than MOST. A border depends on the keys near it
alone, so a change touches the chunks it lies in and every other one is, byte for byte, the one already stored.

A chunk is stored in two parts. Rows of one name and the same prices form a class; the *shape* says which prefixes
there are, their seconds, names and classes; the *prices* say what each class costs. When a destination changes its
price, a new revision stores a few bytes of prices again, and no shape.

Format 1. A part's digest is BLAKE2b-128 of its body and its payload is the body compressed with zlib, so digests do
not depend on the zlib in use. All numbers are little-endian; a block is what `planes.pack` writes.
    shape    version u8 ("s"), rows u32, classes u32, size of the names u32, first key i64
             block of length, step, mcd, pulse, grace, blocked, class; block of the classes' names
             names: UTF-8, in order of first appearance, separated by NUL
    prices   version u8 ("p"), presented u8 (1 intra, 2 inter), classes u32
             block of cost, intra, inter, connect of the classes
Classes are numbered in order of first appearance. A key is kept as the length of its prefix and the step from the
key before, in units of the last place of the longer of the two: neighbours are 1 or 2 apart, whatever their length.
"""

import struct
import zlib
from hashlib import blake2b
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ratecards.engine import keys as prefix_keys
from ratecards.engine import planes
from ratecards.engine.table import RateTable

LEAST, MOST = 512, 4096
RARE = 11  # highest bits of a mixed key that are zero where a chunk may begin
DIGEST_BYTES = 16

_SHAPE = struct.Struct("<cIIIq")
_PRICES = struct.Struct("<cBI")
_SECONDS = ("mcd", "pulse", "grace", "blocked")
_MONEY = ("cost", "intra", "inter", "connect")
_LARGEST_BODY = 1 << 28
_LEVEL = 2


class Damaged(Exception):
    """Stored bytes are not what was written: they cannot be decompressed or do not have their digest."""


class Part(NamedTuple):
    """What is stored under an address: `digest` (16 bytes) names the content of `payload`."""

    digest: bytes
    payload: bytes


class Chunk(NamedTuple):
    """One piece of a price list: its first key, its number of rows and its two parts."""

    first_key: int
    rows: int
    shape: Part
    prices: Part


def borders(keys):
    """Return the positions where chunks begin, and the number of rows at the end: [0] for no rows."""
    cuts = [0]
    marks = np.flatnonzero(_marked(keys))
    for mark in [*marks.tolist(), len(keys)]:
        while mark - cuts[-1] > MOST:
            cuts.append(cuts[-1] + MOST)
        if mark - cuts[-1] >= LEAST or mark == len(keys) > cuts[-1]:
            cuts.append(mark)
    return cuts


def begins_after(keys, first):
    """Return whether a chunk begins at the key `first`, given all keys from some border up to it: none, or enough of
    them after the last border, with a key that says so."""
    return not len(keys) or bool(_marked(np.array([first]))[0] and len(keys) - borders(keys)[-2] >= LEAST)


def encode(table):
    """Return the chunks of a table, in key order."""
    prepared = _prepared(table)
    return [_chunk(table, prepared, start, stop) for start, stop in pairwise(borders(table.keys))]


def encode_one(table):
    """Return a table, however long and even empty, as one chunk."""
    return _chunk(table, _prepared(table), 0, len(table))


def decode(shape, prices):
    """Return the table of one chunk given as two `Part`s; raises Damaged unless both have exactly their digest."""
    body, money = _body(shape, b"s"), _body(prices, b"p")
    _, rows, classes, named, first = _SHAPE.unpack_from(body)
    _, presented, priced = _PRICES.unpack_from(money)
    if priced != classes:
        raise Damaged("the prices of a chunk belong to another shape")
    columns, place = planes.unpack(body, _SHAPE.size, (rows, max(rows - 1, 0), *[rows] * 5))
    lengths, steps, *seconds, blocked, member = columns
    (name,), place = planes.unpack(body, place, (classes,))
    figures, _ = planes.unpack(money, _PRICES.size, [classes] * len(_MONEY))
    cost, intra, inter, connect = figures
    mcd, pulse, grace = (column.astype(np.int32) for column in seconds)
    return RateTable(
        keys=_restored_keys(first, lengths, steps),
        cost=cost[member],
        intra=intra[member] if presented & 1 else None,
        inter=inter[member] if presented & 2 else None,
        connect=connect[member],
        mcd=mcd,
        pulse=pulse,
        grace=grace,
        blocked=blocked.astype(np.bool_),
        name=name[member].astype(np.int32),
        names=tuple(body[place : place + named].decode().split("\0")) if rows else (),
    )


def digest_of(body):
    """Return the digest (16 bytes) that names a content."""
    return blake2b(body, digest_size=DIGEST_BYTES).digest()


def inflate(payload):
    """Return the content of a compressed payload; raises Damaged."""
    inflater = zlib.decompressobj()
    try:
        body = inflater.decompress(payload, _LARGEST_BODY)
    except zlib.error as error:
        raise Damaged(f"stored bytes cannot be decompressed: {error}") from error
    if not inflater.eof or inflater.unused_data:
        raise Damaged("stored bytes are incomplete or followed by others")
    return body


def _body(part, version):
    body = inflate(part.payload)
    if digest_of(body) != bytes(part.digest):
        raise Damaged("the content of a stored part does not have its digest")
    if body[:1] != version:
        raise Damaged(f"a stored part has format {body[:1]!r}, expected was {version!r}")
    return body


def _part(body):
    return Part(digest_of(body), zlib.compress(body, _LEVEL))


def _marked(keys):
    return _mixed(keys.astype(np.uint64)) >> np.uint64(64 - RARE) == 0


def _mixed(bits):
    """Spread the bits of every value over all 64 (the finalizer of splitmix64)."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))


def _prepared(table):
    """Return what is computed once for all chunks: lengths, steps and a hash of every row's name and prices."""
    lengths = table.lengths
    units = prefix_keys.POWERS[prefix_keys.PLACES - np.maximum(lengths[1:], lengths[:-1])]
    hashes = table.name.astype(np.uint64)
    for column in _MONEY:
        if getattr(table, column) is not None:
            hashes = _mixed(hashes) ^ getattr(table, column).view(np.uint64)
    return lengths, np.diff(table.keys) // units, _mixed(hashes)


def _chunk(table, prepared, start, stop):
    part = table.take(slice(start, stop))
    lengths, steps, hashes = prepared
    first, member = _classes(part, hashes[start:stop])
    names, name = _first_seen(part.name[first])
    text = "\0".join(part.names[used] for used in names.tolist()).encode()
    first_key = int(part.keys[0]) if len(part) else 0
    rows = [lengths[start:stop], steps[start : max(stop - 1, start)], *(getattr(part, title) for title in _SECONDS)]
    shape = b"".join(
        (
            _SHAPE.pack(b"s", len(part), len(first), len(text), first_key),
            planes.pack([*rows, member]),
            planes.pack([name]),
            text,
        )
    )
    presented = (part.intra is not None) + 2 * (part.inter is not None)
    money = [None if column is None else column[first] for column in (getattr(part, title) for title in _MONEY)]
    prices = _PRICES.pack(b"p", presented, len(first)) + planes.pack(money, scaled=True)
    return Chunk(first_key, len(part), _part(shape), _part(prices))


def _classes(part, hashes):
    """Return (first row of every class, class of every row); a hash finds the classes, a comparison proves them."""
    used, member = _first_seen(hashes)
    first = np.zeros(len(used), dtype=np.int64)
    first[member[::-1]] = np.arange(len(part))[::-1]
    like = first[member]
    columns = [part.name, *(column for column in (getattr(part, title) for title in _MONEY) if column is not None)]
    if all(np.array_equal(column[like], column) for column in columns):
        return first, member
    return np.arange(len(part)), np.arange(len(part))


def _first_seen(values):
    """Return (the distinct values in order of first appearance, for every value its position among them)."""
    if len(values) and (values == values[0]).all():
        return values[:1], np.zeros(len(values), dtype=np.int64)
    heads = np.concatenate(([0], np.flatnonzero(values[1:] != values[:-1]) + 1))[: len(values)]
    distinct, first, inverse = np.unique(values[heads], return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return distinct[order], np.repeat(rank[inverse], np.diff(heads, append=len(values)))


def _restored_keys(first, lengths, steps):
    keys = np.full(len(lengths), first, dtype=np.int64)
    units = prefix_keys.POWERS[prefix_keys.PLACES - np.maximum(lengths[1:], lengths[:-1])]
    keys[1:] += np.cumsum(steps * units)
    return keys
