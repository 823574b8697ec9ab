"""Integer columns as bytes that compress well: offset from the least value, scaled, cut to planes of bytes.

A block is the heads of its columns (bytes a value u8, decimal exponent u8, base i64, little-endian) followed by
their values, each as byte planes: all lowest bytes, then all second bytes, and so on. A value is
base + 10**exponent * stored; a constant column stores 0 bytes a value, and so does an absent (None) one.
"""

import struct

import numpy as np

_HEAD = struct.Struct("<BBq")


def pack(columns, scaled=False):
    """Return the block of several columns (int64, int32 or bool arrays, or None).

    With `scaled` a common factor of 100, 10**4 or 10**6 of all differences is divided out: prices seldom use all
    their decimals.
    """
    heads, values = zip(*(_pack_one(column, scaled) for column in columns), strict=True)
    return b"".join(heads) + b"".join(values)


def unpack(body, place, counts):
    """Return (columns as int64 arrays, place after the block) for the number of values of every column."""
    heads = [_HEAD.unpack_from(body, place + _HEAD.size * number) for number in range(len(counts))]
    place += _HEAD.size * len(counts)
    columns = []
    for (width, exponent, base), count in zip(heads, counts, strict=True):
        columns.append(_unpack_one(body, place, count, width, exponent, base))
        place += width * count
    return columns, place


def to_planes(values):
    """Return the bytes of an array of unsigned integers, plane by plane."""
    return values.view(np.uint8).reshape(len(values), values.itemsize).T.tobytes()


def from_planes(body, place, count, width):
    """Return the array of little-endian unsigned integers that `to_planes` wrote."""
    planes = np.frombuffer(body, dtype=np.uint8, count=count * width, offset=place)
    if width == 1:
        return planes
    planes = planes.reshape(width, count)
    return np.ascontiguousarray(planes.T).view(f"<u{width}").ravel()


def _pack_one(values, scaled):
    if values is None or not len(values):
        return _HEAD.pack(0, 0, 0), b""
    base, most = int(values.min()), int(values.max())
    if base == most:
        return _HEAD.pack(0, 0, base), b""
    rest = values.astype(np.int64) - base
    exponent = next((e for e in (6, 4, 2) if not (rest % 10**e).any()), 0) if scaled else 0
    span = (most - base) // 10**exponent
    width = next(w for w in (1, 2, 4, 8) if span < 1 << 8 * w)
    stored = (rest // 10**exponent if exponent else rest).astype(f"<u{width}")
    return _HEAD.pack(width, exponent, base), to_planes(stored)


def _unpack_one(body, place, count, width, exponent, base):
    if not width:
        return np.full(count, base, dtype=np.int64)
    values = from_planes(body, place, count, width).astype(np.int64)
    if exponent:
        values *= 10**exponent
    values += base
    return values
