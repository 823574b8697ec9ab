"""Columns of figures read eight bytes at a time: prefixes to keys, prices to price units, seconds; no text is made.

A cell is a start and a length in a block of bytes. Its bytes are loaded as little-endian words of 64 bits, the first
sign lowest and 0 beyond the cell, and neighbouring digits are put together by a multiplication of the whole word: two,
then four, then eight of them. Every function tells which cells it could read; it reads a part of what the parsers of
`engine.numbers` take, and that part as they do. The others are for those parsers.
"""

import numpy as np

from ratecards.engine.keys import PLACES, POWERS
from ratecards.engine.numbers import DECIMALS, MAX_PREFIX, MAX_SECONDS, UNITS

WORD = 8  # signs
BEYOND = 80  # bytes that must follow the last cell of a block, for words are loaded without looking where it ends
WHOLE = 5  # digits of a price in front of its mark, and of seconds
MASKS = np.array([(1 << 8 * signs) - 1 for signs in range(WORD + 1)], dtype=np.uint64)


def _every(sign):
    return np.uint64(int.from_bytes(bytes([sign]) * WORD, "little"))


_ZEROS, _BEFORE, _SIXES, _HIGH = _every(0x30), _every(0x2F), _every(0x06), _every(0xF0)
_ONES, _TOPS = _every(0x01), _every(0x80)
_LANES = [
    (np.uint64(8), np.uint64(0x00FF00FF00FF00FF)),
    (np.uint64(16), np.uint64(0x0000FFFF0000FFFF)),
    (np.uint64(32), np.uint64(0x00000000FFFFFFFF)),
]


def words_of(data):
    """Return the eight bytes from every place of a block on, as a view; BEYOND bytes must follow what is asked."""
    return np.ndarray((len(data) - WORD + 1,), "<u8", data, strides=(1,))


def word(words, starts, lengths):
    """Return the first eight signs of cells, 0 beyond their end."""
    return words[starts] & MASKS[np.minimum(lengths, WORD)]


def keys(words, starts, lengths):
    """Return (keys, which cells are 1 to 15 digits that do not begin with 00)."""
    first, rest = np.minimum(lengths, WORD), np.clip(lengths - WORD, 0, WORD)
    high, low = words[starts] & MASKS[first], words[starts + WORD] & MASKS[rest]
    good = (lengths > 0) & (lengths <= MAX_PREFIX) & _are_digits(high, first) & _are_digits(low, rest)
    good &= (high & np.uint64(0xFFFF)) != np.uint64(0x3030)
    found = _joined(high - (_BEFORE & MASKS[first]), 11) * POWERS[PLACES - WORD]
    return found + _joined(low - (_BEFORE & MASKS[rest]), 11) * POWERS[PLACES - 2 * WORD], good


def prices(words, starts, lengths, mark):
    """Return (price units, which cells are 1 to 5 digits, then nothing or the decimal mark and 1 to 8 more)."""
    begun = word(words, starts, lengths)
    marked = begun ^ _every(ord(mark))
    marked = (marked - _ONES) & ~marked & _TOPS  # its lowest bit is that of the first mark
    whole = np.minimum(np.bitwise_count((marked & (~marked + np.uint64(1))) - np.uint64(1)) >> 3, lengths)
    after = lengths - whole - 1  # -1 without a mark
    decimals = np.clip(after, 0, DECIMALS)
    part = words[starts + whole + 1] & MASKS[decimals]
    units, good = _whole(begun & MASKS[whole], whole)
    good &= (after <= DECIMALS) & (after != 0) & _are_digits(part, decimals)
    return units * UNITS + _joined(part - (_ZEROS & MASKS[decimals]), 10), good


def seconds(words, starts, lengths, least):
    """Return (seconds, which cells are 1 to 5 digits that say at least `least` and at most a day)."""
    found, good = _whole(word(words, starts, lengths), np.minimum(lengths, WORD))
    return found, good & (found >= least) & (found <= MAX_SECONDS)


def _whole(digits, length):
    """Return (the number that 1 to 5 signs say, whether they are as many digits)."""
    good = (length > 0) & (length <= WHOLE) & _are_digits(digits, length)
    shift = (WORD - np.clip(length, 1, WORD)).astype(np.uint64) << np.uint64(3)
    return _joined((digits - (_ZEROS & MASKS[length])) << shift, 10), good


def _are_digits(signs, lengths):
    """Whether all signs of words are digits: their high half is 3, and stays it when 6 is added."""
    filled = signs | (_ZEROS & ~MASKS[lengths])
    return (((filled & _HIGH) ^ _ZEROS) | (((filled + _SIXES) & _HIGH) ^ _ZEROS)) == 0


def _joined(digits, base):
    """Return the number (int64) of eight digits of a base, one a byte, the first one lowest."""
    for place, (shift, lanes) in enumerate(_LANES):
        digits = (digits * np.uint64(base ** (1 << place)) + (digits >> shift)) & lanes
    return digits.view(np.int64)
