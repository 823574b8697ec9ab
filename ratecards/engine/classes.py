"""Which of a rate's prices a call pays: what each price column means in a presentation, and the class of a call.

A rate stores up to three prices, `cost`, `intra` and `inter`; the presentation of its card says what they are for:
    single  cost: every call
    split   intra: caller and destination in one state of the US; inter: in two. Any other call pays `cost`, which nobody
            types: it is the dearer of the two, so that a withheld number is never the cheap one
    full    the same, with a price of its own (Indeterminate) in `cost`
    eea     intra: Local, caller and destination in one country; inter: EEA, the caller's country in the source list and
            the destination's in the destination list; cost: International, every other call
The state decides in the US, not the area code. A destination outside of the US is international, whoever calls.
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ratecards.engine.numbers import Refused, shown

SINGLE, SPLIT, FULL, EEA = "single", "split", "full", "eea"
ANY, INTRA, INTER, INDETERMINATE, LOCAL, WITHIN, INTERNATIONAL = (
    "any", "intra", "inter", "indeterminate", "local", "eea", "international")  # fmt: skip
STATES_OF = "US"  # the country whose states decide

# {presentation: {column: its heading}}, as a sheet has them from the left: what people type and see.
HEADINGS = {
    SINGLE: {"cost": "Price a minute"},
    SPLIT: {"intra": "Intra", "inter": "Inter"},
    FULL: {"intra": "Intra", "inter": "Inter", "cost": "Indeterminate"},
    EEA: {"intra": "Local", "inter": "EEA", "cost": "International"},
}
_BY_STATE = {INTRA: "intra", INTER: "inter", INDETERMINATE: "cost", INTERNATIONAL: "cost"}
COLUMN = {
    SINGLE: {ANY: "cost"}, SPLIT: _BY_STATE, FULL: _BY_STATE,
    EEA: {LOCAL: "intra", WITHIN: "inter", INTERNATIONAL: "cost"},
}  # fmt: skip


class Place(NamedTuple):
    """Where a number is: a country of ISO 3166 and, in the US, a state, two letters each; empty where nobody knows."""

    country: str = ""
    state: str = ""


UNKNOWN = Place()


def class_of(presentation, caller, called, sources=(), destinations=()):
    """Return the class of a call between two `Place`s; an unknown or withheld caller is UNKNOWN.

    `sources` and `destinations` are the countries of an `eea` card. Raises Refused (presentation).
    """
    if presentation == SINGLE:
        return ANY
    if presentation == EEA:
        if caller.country and caller.country == called.country:
            return LOCAL
        return WITHIN if caller.country in sources and called.country in destinations else INTERNATIONAL
    if presentation not in (SPLIT, FULL):
        raise Refused("presentation", f"{shown(str(presentation))} is no presentation of prices.")
    if called.country != STATES_OF:
        return INTERNATIONAL
    if caller.country != STATES_OF or not caller.state or not called.state:
        return INDETERMINATE
    return INTRA if caller.state == called.state else INTER


def column_for(presentation, found):
    """Return the price column that calls of a class pay; raises Refused (call_class) for one that the card has not."""
    column = COLUMN.get(presentation, {}).get(found)
    if column is None:
        raise Refused("call_class", f"A card of this presentation has no price for {shown(str(found))} calls.")
    return column


def settled(table, presentation):
    """Return a table as a card of this presentation stores it: of a `split` one `cost` is the dearer of the two."""
    if presentation != SPLIT or table.intra is None or table.inter is None:
        return table
    return replace(table, cost=np.maximum(table.intra, table.inter))


def settled_row(row, presentation):
    """Return one `Row` the same way; a Blocked one has no prices."""
    if presentation != SPLIT or row.blocked or row.intra is None or row.inter is None:
        return row
    return row._replace(cost=max(row.intra, row.inter))


def capped(row, presentation, cap):
    """Return whether a rate's calls, or some classes of them, are above a cap in price units and not routed."""
    return any((getattr(row, column) or 0) > cap for column in set(COLUMN[presentation].values()))
