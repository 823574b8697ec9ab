"""Increments: the seconds that a call bills, and the pair of MCD and pulse that never bills less than any parent.

A pair is (MCD, pulse) in seconds. A call longer than 0 bills MCD, or MCD and the pulses begun after it; the billing
points of a pair are MCD, MCD + pulse, MCD + 2 pulse, ...

The largest MCD with the largest pulse does not dominate: 20/20 and 30/6 give 30/20, which bills 21 s as 30 while
the first parent bills 40. A pair P is safe for its parents when its pulse is a multiple of theirs, and its MCD at
least theirs and on their grid (MCD = mcd modulo pulse): then every billing point of the child is one of each
parent's, and the child's point, being at or after the call's end, is never before the parent's.
"""

from math import gcd, lcm

import numpy as np

LARGEST = 2**31 - 1
_POINTS = 1_000_000


def billed_seconds(seconds, mcd, pulse, grace=0):
    """Return the billed seconds of whole seconds, for integers; a call of 0 s or within the grace bills nothing.

    A call longer than its grace is billed in full.
    """
    if seconds <= max(grace, 0):
        return 0
    return mcd if seconds <= mcd else mcd - (mcd - seconds) // pulse * pulse


def billed_seconds_many(seconds, mcd, pulse, grace):
    """Return `billed_seconds` for int64 arrays."""
    begun = np.maximum(-((mcd - seconds) // pulse), 0)
    return np.where(seconds <= np.maximum(grace, 0), 0, mcd + begun * pulse)


def maximum(pairs):
    """Return the largest MCD with the largest pulse: the usual "worst case", which may bill less than a parent."""
    mcds, pulses = zip(*pairs, strict=True)
    return max(mcds), max(pulses)


def safe_pair(pairs):
    """Return the smallest safe pair for these parents, or None where there is none (or none of 31 bits).

    The MCD solves mcd = m_i modulo p_i for every parent (the Chinese remainder, joined pair by pair), at least max m_i.
    """
    rest, pulse = 0, 1
    for m, p in pairs:
        common = gcd(pulse, p)
        if (m - rest) % common:
            return None
        rest += pulse * ((m - rest) // common * pow(pulse // common, -1, p // common) % (p // common))
        pulse = lcm(pulse, p)
        rest %= pulse
    least = max(m for m, _ in pairs)
    mcd = least + (rest - least) % pulse
    return (mcd, pulse) if max(mcd, pulse) <= LARGEST else None


def combine(pairs, method):
    """Return (pair, exposure) for the distinct pairs of a row's parents: "safe" (never below cost) or "maximum".

    Where no safe pair exists the largest MCD is taken with the least common multiple of the pulses (the largest
    pulse where that passes 31 bits). The exposure is in seconds, 0 for a pair that never bills less than a parent.
    """
    if method == "safe" and (found := safe_pair(pairs)):
        return found, 0
    mcd, pulse = maximum(pairs)
    if method == "safe" and (multiple := lcm(*(p for _, p in pairs))) <= LARGEST:
        pulse = multiple
    return (mcd, pulse), exposure(pairs, (mcd, pulse))


def exposure(pairs, child):
    """Return the most seconds of one call that a parent bills and the child does not; 0: the child never bills less.

    The difference grows only where a parent's next pulse begins, so only calls ending just there are compared, up
    to where both have repeated. Beyond a million such places the bound max(mcd, pulse) - 1 is returned instead.
    """
    return max(_exposure_to(parent, child) for parent in pairs)


def _exposure_to(parent, child):
    (mcd, pulse), (child_mcd, child_pulse) = parent, child
    places = (max(0, child_mcd - mcd) + lcm(pulse, child_pulse)) // pulse + 2
    if places > _POINTS:
        return max(mcd, pulse) - 1
    ends = mcd + pulse * np.arange(places, dtype=np.int64) + 1
    ends = np.concatenate(([1], ends))
    lost = billed_seconds_many(ends, mcd, pulse, 0) - billed_seconds_many(ends, child_mcd, child_pulse, 0)
    return max(int(lost.max()), 0)
