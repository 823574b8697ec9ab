"""What one call costs: whole seconds, billed seconds, and one exact product rounded once.

    charge = connect + price x billed seconds / 60, rounded once for the call; calls are summed after that.
A call that bills no seconds (0 s, or within the grace) costs nothing, not even the connection fee. Prices, fees and
charges are price units (1e-8 of the currency).
"""

from fractions import Fraction
from typing import NamedTuple

import numpy as np

from ratecards.engine.increments import billed_seconds, billed_seconds_many
from ratecards.engine.numbers import DECIMALS, MAX_SECONDS, Refused, format_units, shown
from ratecards.engine.rounding import divide, to_decimals

_ROOM = 2**61


class Charge(NamedTuple):
    """The billed seconds of a call and what they cost, in price units."""

    billed: int
    amount: int


def whole_seconds(duration, method):
    """Return a duration (int, Decimal or Fraction of seconds) in whole seconds, before MCD and pulse see it.

    Raises Refused (duration) for a float, a negative or an endless one, and rounding_method.
    """
    if isinstance(duration, float) or not 0 <= duration < float("inf"):
        raise Refused("duration", f"{shown(str(duration))} is not a duration: give exact seconds, 0 or more.")
    exact = Fraction(duration)
    return divide(exact.numerator, exact.denominator, method)


def charge_exactly(price, connect, billed):
    """Return the unrounded charge as a Fraction of price units; `connect` may itself be a Fraction."""
    return Fraction(connect) + Fraction(price * billed, 60) if billed else Fraction(0)


def charge_call(row, seconds, decimals=DECIMALS, method="half_up", column="cost"):
    """Return the `Charge` of whole seconds by one `Row`, for one of its price columns.

    Raises Refused: rate_blocked for a Blocked row, price_missing when the row has no such price.
    """
    if row.blocked:
        raise Refused("rate_blocked", f"The prefix {row.prefix} is Blocked: it has no price.")
    price = getattr(row, column)
    if price is None:
        raise Refused("price_missing", f"The prefix {row.prefix} has no {column} price.")
    billed = billed_seconds(seconds, row.mcd, row.pulse, row.grace)
    exact = charge_exactly(price, row.connect, billed)
    return Charge(billed, to_decimals(exact.numerator, exact.denominator, decimals, method))


def charge_many(table, places, seconds, decimals=DECIMALS, method="half_up", column="cost"):
    """Return (billed seconds, charges) of many calls as int64: `places` are their rows in a table, as found.

    Every place must be a row (0 or more) that is not Blocked, and seconds 0 to a day; raises Refused (rate_missing,
    rate_blocked, price_missing, duration, price_high) otherwise, so that no call is rated at nothing by mistake.
    Prices and fees up to MAX_PRICE leave room in int64 for the longest call; greater ones are refused.
    """
    _check_calls(table, places, seconds, column)
    price, connect = getattr(table, column)[places], table.connect[places]
    mcd, pulse, grace = (getattr(table, title)[places].astype(np.int64) for title in ("mcd", "pulse", "grace"))
    billed = billed_seconds_many(seconds, mcd, pulse, grace)
    if len(places) and 60 * int(connect.max()) + int(price.max()) * int(billed.max()) > _ROOM:
        raise Refused("price_high", "A price or a fee of this card is higher than any that can be charged exactly.")
    return billed, to_decimals(np.where(billed > 0, connect * 60 + price * billed, 0), 60, decimals, method)


def connect_of_two_prices(connect, first, following, mcd):
    """Return the connection fee that makes one price do for two: connect + (first - following) x MCD / 60.

    `first` is the price of the first interval (the MCD), `following` of the later ones; the row then sells at
    `following`, and every call costs exactly the same. The result is a Fraction of price units. Raises Refused
    (price_two) where the first interval is the cheaper one, because no fee can be negative.
    """
    extra = Fraction((first - following) * mcd, 60)
    if extra < 0:
        raise Refused(
            "price_two",
            f"The first interval costs {format_units(first)}, less than the {format_units(following)} of the later "
            "ones: that cannot be said with one price and a connection fee.",
        )
    return connect + extra


def _check_calls(table, places, seconds, column):
    if getattr(table, column) is None:
        raise Refused("price_missing", f"This card has no {column} price.")
    if len(places) and int(places.min()) < 0:
        raise Refused("rate_missing", f"Call {int(places.argmin()) + 1} has no rate.")
    if table.blocked[places].any():
        raise Refused("rate_blocked", f"Call {int(table.blocked[places].argmax()) + 1} goes to a Blocked prefix.")
    if len(seconds) and not 0 <= int(seconds.min()) <= int(seconds.max()) <= MAX_SECONDS:
        raise Refused("duration", f"A call lasts 0 to {MAX_SECONDS} seconds.")
