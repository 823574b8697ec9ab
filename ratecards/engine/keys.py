"""Prefixes as sortable 64-bit keys, so that "starts with" is one comparison of integers.

A prefix of at most 18 digits is a base-11 number of 18 places, left aligned: digit + 1, and 0 for "ended".
    key = sum((digit + 1) * 11 ** (17 - place))      0 <= key < 11 ** 18 < 2 ** 63
The order of the keys is the order of the texts, a prefix stands before everything below it, and what starts with
a prefix of L digits is exactly the interval [key, key + 11 ** (18 - L)). The empty prefix is key 0: it covers all.
"""

import numpy as np

from ratecards.engine.numbers import Refused, shown

PLACES = 18
POWERS = np.array([11**place for place in range(PLACES + 1)], dtype=np.int64)
END = 11**PLACES

_HALF = PLACES // 2
_FIRST = ord("0") - 1


def encode(prefix):
    """Return the key of one prefix of 0 to 18 ASCII digits; raises Refused (prefix_characters, prefix_length)."""
    if prefix and not (prefix.isascii() and prefix.isdigit()):
        raise Refused("prefix_characters", f"{shown(prefix)} is not a prefix: only the digits 0 to 9 may stand there.")
    if len(prefix) > PLACES:
        raise Refused("prefix_length", f"{shown(prefix)} has more than {PLACES} digits.")
    key = 0
    for digit in prefix.encode():
        key = key * 11 + digit - _FIRST
    return key * 11 ** (PLACES - len(prefix))


def encode_number(number):
    """Return the key of a dialled number: digits beyond the 18th cannot decide and are left out."""
    return encode(number[:PLACES])


def encode_many(prefixes):
    """Return the keys of a sequence of prefixes (0 to 18 digits each) as int64; raises Refused as `encode` does."""
    prefixes = list(prefixes)
    if not prefixes:
        return np.zeros(0, dtype=np.int64)
    joined = "".join(prefixes)
    if max(map(len, prefixes)) > PLACES or (joined and not (joined.isascii() and joined.isdigit())):
        for prefix in prefixes:
            encode(prefix)
    places = np.array(prefixes, dtype=f"S{PLACES}").view(np.uint8).reshape(-1, PLACES)
    keys = np.zeros(len(prefixes), dtype=np.int64)
    for place in range(PLACES):
        column = places[:, place]
        keys = keys * 11 + np.where(column, column.astype(np.int64) - _FIRST, 0)
    return keys


def encode_numbers(numbers):
    """Return the keys of many dialled numbers, each cut after its 18th digit."""
    return encode_many([number[:PLACES] for number in numbers])


def decode(key):
    """Return the digits of one key, "" for key 0."""
    digits = []
    rest = int(key)
    while rest:
        place, rest = divmod(rest * 11, END)
        digits.append(chr(place + _FIRST))
    return "".join(digits)


def decode_many(keys):
    """Return the digits of every key as a list of texts."""
    keys = np.asarray(keys, dtype=np.int64)
    places = np.zeros((len(keys), PLACES), dtype=np.uint8)
    high, low = np.divmod(keys, 11**_HALF)
    for half, first in ((high, 0), (low, _HALF)):
        for place in range(first + _HALF - 1, first - 1, -1):
            half, digit = np.divmod(half, 11)
            places[:, place] = np.where(digit, digit + _FIRST, 0)
    return [text.decode() for text in places.view(f"S{PLACES}").ravel().tolist()]


def lengths(keys):
    """Return the number of digits of every key (int64): 18 less the trailing base-11 zeros, found by halving."""
    rest = np.array(keys, dtype=np.int64, ndmin=1)
    zeros = np.zeros(len(rest), dtype=np.int64)
    for step in (16, 8, 4, 2, 1):
        quotient = rest // 11**step
        divisible = quotient * 11**step == rest
        rest = np.where(divisible, quotient, rest)
        zeros += divisible * step
    return PLACES - np.minimum(zeros, PLACES)


def spans(keys):
    """Return for every key how many keys start with it, itself included: they are [key, key + span)."""
    return POWERS[PLACES - lengths(keys)]


def ancestors(prefix):
    """Return the keys of all shorter prefixes that start this one, longest first, the empty one last."""
    return truncations(prefix)[1:]


def truncations(number):
    """Return the keys of every prefix that can match a number, longest first: itself (at most 18 digits) down to ""."""
    key, length = encode_number(number), min(len(number), PLACES)
    found = [key]
    for place in range(PLACES - length + 1, PLACES + 1):
        key -= key % 11**place
        found.append(key)
    return found
