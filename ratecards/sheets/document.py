"""An open-rate-card document (1.0.0) as plain lines: one CSV file for each of its voice cards.

Figures are taken as the digits that stand in the document, never through a float. What the card says for all of its
rates (increments, connection fee) and the document for all of its cards (effective date) is written into every line, so
that the lines say everything. Unknown fields stay, as columns that nobody reads.
"""

import csv
import json
import re

from accounts.sheets.basics import MAX_COLUMNS, SheetError
from accounts.sheets.cells import inert
from accounts.sheets.opening import Opened, Part
from ratecards.sheets.canonical import Number, checksum

BYTES = 150_000_000
SILENT = frozenset({"messaging", "did"})  # types of cards that price no calls
_BREAKS = re.compile(r"[\r\n\t\v\f\0]+")
COLUMNS = {"rate": "rate", "connection_fee": "connection_fee", "initial_interval": "initial_interval",
           "billing_interval": "billing_interval", "effective_date": "effective_date"}  # fmt: skip


def write_parts(path, folder):
    """Write every voice card as `<number>.csv` and return the Opened. Raises SheetError (json, document, checksum)."""
    document = _loaded(path)
    cards = document.get("cards")
    if not isinstance(cards, dict | list) or not cards:
        raise SheetError("document", "The document is no open-rate-card: it has no cards.")
    named = cards.items() if isinstance(cards, dict) else enumerate(cards)
    notes, parts = _checked(document), []
    for number, (key, card) in enumerate(named):
        if not isinstance(card, dict) or card.get("type") in SILENT:
            continue
        lines = _write(card, document, folder / f"{number}.csv", str(card.get("name") or key))
        parts.append(Part(number, str(card.get("name") or key)[:100], lines, (*notes, *_notes(card, document))))
    if not parts:
        raise SheetError("document", "The document has no card that prices calls.")
    return Opened(tuple(parts), max(parts, key=lambda part: part.lines).number, False)


def _loaded(path):
    if path.stat().st_size > BYTES:
        raise SheetError("json", f"The document has more than {BYTES // 10**6} MB: send the rates as CSV text.")
    try:
        found = json.loads(path.read_bytes().decode("utf-8-sig"), parse_float=Number, parse_int=Number,
                           parse_constant=_no_number, object_pairs_hook=_pairs)  # fmt: skip
    except (ValueError, RecursionError) as error:
        raise SheetError("json", f"The document is no JSON that can be read: {str(error)[:150]}.") from error
    if not isinstance(found, dict):
        raise SheetError("document", "The document is JSON, but no open-rate-card.")
    return found


def _pairs(pairs):
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _no_number(word):
    raise ValueError(f"{word} is no number")


def _checked(document):
    """Return what to tell of the checksum; a document whose checksum is another was changed or damaged: refused."""
    metadata = document.get("metadata")
    said = metadata.get("checksum") if isinstance(metadata, dict) else None
    if not said:
        return ("The document has no checksum.",)
    wanted = str(said).lower().removeprefix("sha256:").removeprefix("sha-256:")
    if wanted != checksum(document):
        raise SheetError("checksum", "The document's checksum is not that of its content: it was changed or damaged.")
    return ("The document's checksum is right.",)


def _notes(card, document):
    endpoints = document.get("endpoints")
    if card.get("endpoint") and card["endpoint"] not in (endpoints if isinstance(endpoints, dict) else {}):
        yield f"The endpoint {str(card['endpoint'])[:50]} is not in the document; it is not needed for prices."
    if card.get("direction") == "inbound" or card.get("type") == "origination":
        yield "The card is of inbound calls (origination)."


def _write(card, document, path, name):
    names, rows = _fields(card, name), card.get("rates")
    if not isinstance(rows, list):
        raise SheetError("document", f"The card {name[:50]!r} has no list of rates.")
    rate = card.get("rate") if isinstance(card.get("rate"), dict) else {}
    fixed = {"connection_fee": rate.get("connection", "0"), "initial_interval": rate.get("default_initial", ""),
             "billing_interval": rate.get("default_pulse", ""), "currency": card.get("currency", ""),
             "effective_date": document.get("effective_date", "")}  # fmt: skip
    added = {field: _text(value) for field, value in fixed.items() if field not in names and _text(value)}
    filled = {
        names.index(field): _text(value)
        for field, value in fixed.items()
        if field in names and field != "connection_fee"
    }
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*names, *added])
        for number, row in enumerate(rows, start=1):
            if not isinstance(row, list):
                raise SheetError("document", f"Rate {number} of the card {name[:50]!r} is no list.")
            cells = list(map(_text, row))
            for place, value in filled.items():
                if place < len(cells) and not cells[place]:
                    cells[place] = value
            # A row of another length keeps its length, so that the reader refuses the line.
            writer.writerow([*cells, *added.values()] if len(cells) == len(names) else cells or [""])
    return len(rows) + 1


def _fields(card, name):
    fields = card.get("fields")
    found = (
        [field.get("name") if isinstance(field, dict) else field for field in fields or []]
        if isinstance(fields, list)
        else []
    )
    if not found or not all(isinstance(field, str) and field for field in found) or len(found) > MAX_COLUMNS:
        raise SheetError("document", f"The card {name[:50]!r} does not say what its columns are.")
    return found


def _text(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Number):
        return value.plain()
    if not isinstance(value, str):
        return json.dumps(value, default=str)[:1000]
    text = _BREAKS.sub(" ", value)
    return inert(text) if "'" in text else text  # whoever reads the lines takes apostrophes off, as in any sheet
