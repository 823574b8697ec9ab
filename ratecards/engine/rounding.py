"""The four documented ways to round, exact on integers: no float and no "banker's" half ever enters.

up          away from zero
down        towards zero
half_up     to the nearest, a half away from zero
half_down   to the nearest, a half towards zero
"""

from ratecards.engine.numbers import DECIMALS, Refused, shown

METHODS = ("up", "down", "half_up", "half_down")


def divide(numerator, denominator, method):
    """Return numerator / denominator rounded to an integer; exact for Python integers and for int64 arrays.

    The denominator is positive. Arrays must leave room: twice the numerator plus the denominator must fit int64.
    Raises Refused (rounding_method).
    """
    return _away(numerator < 0, _divide_size(abs(numerator), denominator, method))


def to_decimals(numerator, denominator, decimals, method):
    """Return a figure of numerator / denominator price units, rounded once to `decimals` places, as price units.

    The same types and bounds as `divide`, with the denominator times 10**(8 - decimals). Raises Refused
    (rounding_method, rounding_decimals).
    """
    step = step_of(decimals)
    return divide(numerator, denominator * step, method) * step


def step_of(decimals):
    """Return the least difference of prices of so many decimals, in price units; raises Refused."""
    if not isinstance(decimals, int) or not 0 <= decimals <= DECIMALS:
        raise Refused("rounding_decimals", f"{shown(str(decimals))} is not a number of decimals from 0 to {DECIMALS}.")
    return 10 ** (DECIMALS - decimals)


def check_method(method):
    """Raise Refused (rounding_method) unless this is one of METHODS."""
    if method not in METHODS:
        raise Refused("rounding_method", f"{shown(str(method))} is not a way to round: choose {', '.join(METHODS)}.")


def _divide_size(size, denominator, method):
    check_method(method)
    if method == "up":
        return -(-size // denominator)
    if method == "down":
        return size // denominator
    if method == "half_up":
        return (2 * size + denominator) // (2 * denominator)
    return -((denominator - 2 * size) // (2 * denominator))


def _away(negative, size):
    return size * (1 - 2 * negative)
