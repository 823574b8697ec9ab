"""Prices as an open-rate-card 1.0.0 document with its checksum.

The document is written as canonical JSON (RFC 8785: keys in order, no spaces, numbers as ECMAScript writes them), so its
SHA-256 is that of the very bytes that are sent, without the checksum itself: one pass over the rates makes both.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator

from ratecards.downloads.head import Head
from ratecards.engine.classes import EEA, SINGLE
from ratecards.engine.numbers import format_units
from ratecards.engine.table import Row

VERSION = "1.0.0"
DIRECTIONS = {"termination": "outbound", "origination": "inbound"}
FIELDS = {
    SINGLE: {"cost": "rate"},
    EEA: {"intra": "rate_local", "inter": "rate_eea", "cost": "rate"},  # others pay `rate`: the international one
}
BY_STATE = {"intra": "rate_intra", "inter": "rate_inter", "cost": "rate"}


def pieces(head: Head, batches: Iterable[list[Row]]) -> Iterator[bytes]:
    """The document, a batch at a time; the checksum stands near its end."""
    digest = hashlib.sha256()

    def counted(text: str) -> bytes:
        data = text.encode()
        digest.update(data)
        return data

    card = card_of(head)
    before = {key: value for key, value in card.items() if key < "rates"}
    after = {key: value for key, value in card.items() if key > "rates"}
    yield counted(f'{{"cards":{{{canonical(head.code)}:{{{members(before)},"rates":[')
    comma = ""
    for batch in batches:
        yield counted(comma + ",".join(rate(row, head) for row in batch))
        comma = ","
    yield counted(f'],{members(after)}}}}},"date":{canonical(head.day)},')
    made = members({"created_at": head.created_at})
    rest = members({"name": head.name, "schema_version": VERSION, "version": f"{head.number}.0"})
    digest.update(f'"metadata":{{{made}}},{rest}}}'.encode())
    yield f'"metadata":{{"checksum":"{digest.hexdigest()}",{made}}},{rest}}}'.encode()


def card_of(head: Head) -> dict:
    """The card without its rates. Countries, presentation and dialling are extensions: readers ignore what they do not
    know. The endpoint is required by the schema and says nothing here."""
    card = head.card
    found = {
        "name": head.name, "type": card["direction"], "direction": DIRECTIONS[card["direction"]],
        "currency": card["currency"], "endpoint": "none", "dialling": card["dialling"],
        "presentation": card["presentation"], "fields": [{"name": name} for name in fields_of(head)],
        "rate": {"precision": card["price_precision"], "rounding": card["price_rounding"]},
        "charge": {"precision": card["charge_precision"], "rounding": card["charge_rounding"]},
    }  # fmt: skip
    if card["public_notes"]:
        found["description"] = card["public_notes"]
    if card["presentation"] == EEA:
        found |= {name: card[name].split(",") for name in ("source_countries", "destination_countries")}
    return found


def prices_of(head: Head) -> dict[str, str]:
    return FIELDS.get(head.card["presentation"], BY_STATE)


def fields_of(head: Head) -> list[str]:
    grace = ["grace"] if head.grace else []
    return ["prefix", "name", *prices_of(head).values(), "connection_fee", "initial_interval", "billing_interval", *grace,
            "status"]  # fmt: skip


def rate(row: Row, head: Head) -> str:
    """One rate as a canonical list."""
    prices = [number(getattr(row, column) or 0) for column in prices_of(head)]
    grace = [str(row.grace)] if head.grace else []
    status = '"Blocked"' if row.blocked else '""'
    cells = [canonical(row.prefix), canonical(row.name), *prices, number(row.connect), str(row.mcd), str(row.pulse),
             *grace, status]  # fmt: skip
    return f"[{','.join(cells)}]"


def number(units: int) -> str:
    """Price units as ECMAScript writes the number: below 0.000001 with an exponent, without trailing zeros."""
    if not 0 < units < 100:
        return format_units(units)
    first, *others = str(units).rstrip("0")
    return f"{first}{'.' if others else ''}{''.join(others)}e-{9 - len(str(units))}"


def members(values: dict) -> str:
    """The members of an object without its braces."""
    return canonical(values)[1:-1]


def canonical(value) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
