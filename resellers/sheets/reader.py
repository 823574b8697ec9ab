"""From lines of cells to customers, a chunk at a time: every line is read, skipped or refused, and counted once.

What may stand in a cell is decided by the fields of the form in which a customer is typed, so that a sheet can say
nothing that a person could not.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from django.core.exceptions import ValidationError

from accounts.sheets import BREAK, Line, Preview, PreviewRow, plain, report
from accounts.sheets.lines import Block, blocks
from resellers import currencies
from resellers.forms import CustomerForm
from resellers.models import Customer
from resellers.sheets.layout import FIELDS, NEEDED, CustomerLayout
from resellers.sheets.recognition import COMMA

CHUNK = 1000  # lines that are written in one transaction
REPEATED = ("status", "currency")  # most lines say one of few; names, notes and what else is long are not kept
RECORD = 500  # lines that one row may run over: notes have line breaks
READ = ("name", "email", "status", "currency", "debit_limit", "notes")
STATUSES = {word.lower(): value for value, label in Customer.STATUSES for word in (value, label)}
LABELS = dict(Customer.STATUSES)


class Row(NamedTuple):
    """A line that can be a customer: `values` has the fields whose cells say something, cleaned."""

    number: int
    raw: str
    values: dict


class Chunk(NamedTuple):
    """Lines that follow one another: len(rows) + len(skipped) + len(refused) == read."""

    read: int
    rows: list[Row]
    skipped: list[Line]
    refused: list[Line]


class BadCell(Exception):
    """A cell that is not taken: the field, a code for programs, the reason."""


def chunks(path: Path, layout: CustomerLayout, progress: Callable[[int, int], None] | None = None) -> Iterator[Chunk]:
    """The lines below the header, at most CHUNK at a time; the same file gives the same chunks every time.

    `progress(done, total)` is told bytes and may raise to stop. Raises SheetError: unmapped, header, encoding.
    """
    layout.require()
    for block in blocks(path, layout, progress, most=RECORD):
        for start in range(0, len(block.numbers), CHUNK):
            yield read(part_of(block, start, start + CHUNK), layout)


def part_of(block: Block, start: int, stop: int) -> Block:
    refused = {place - start: why for place, why in block.refused.items() if start <= place < stop}
    return Block(block.numbers[start:stop], block.raws[start:stop], block.rows[start:stop], refused)


def read(block: Block, layout: CustomerLayout) -> Chunk:
    """The Chunk of a block."""
    places = [(place, field) for place, field in enumerate(layout.mapping) if field in READ]
    rows, skipped, refused = [], [], []
    for place, (number, raw, cells) in enumerate(zip(block.numbers, block.raws, block.rows, strict=True)):
        if why := block.refused.get(place):
            refused.append(Line(number, "", why.message, why.code, raw))
        elif note := said(cells, layout):
            skipped.append(Line(number, "", *note, raw))
        elif len(cells) != len(layout.columns):
            words = f"The line has {len(cells)} columns, the sheet has {len(layout.columns)}."
            refused.append(Line(number, "", words, "line_width", raw))
        else:
            try:
                rows.append(Row(number, raw, values_of(cells, places, layout)))
            except BadCell as bad:
                field, code, reason = bad.args
                refused.append(Line(number, layout.columns[layout.mapping.index(field)], reason, code, raw))
    return Chunk(len(block.numbers), rows, skipped, refused)


def said(cells: list[str], layout: CustomerLayout) -> tuple[str, str] | None:
    """(reason, code) of a line that is no customer and no mistake."""
    if not any(map(str.strip, cells)):
        return "The line is empty.", "line_blank"
    if layout.header and tuple(map(str.strip, cells)) == layout.columns:
        return "The header stands here again.", "line_header"
    return None


def values_of(cells: list[str], places: list[tuple[int, str]], layout: CustomerLayout) -> dict:
    """The cleaned fields of a line; an empty cell says nothing. Raises BadCell for the first that is wrong."""
    values = {}
    for place, field in places:
        text = plain(cells[place].strip()).replace(BREAK, "\n")
        if text:
            values[field] = (kept_value if field in REPEATED else value_of)(field, text, layout.decimal_comma)
        elif field in NEEDED:
            raise BadCell(field, f"{field}_empty", f"{FIELDS[field]} is missing.")
    return values


def value_of(field: str, text: str, decimal_comma: bool):
    """A cell as the form of a customer takes it. Raises BadCell."""
    if field == "status" and text.lower() not in STATUSES:
        *most, last = LABELS.values()
        raise BadCell(field, "status", f"“{text[:60]}” is no status: it is {', '.join(most)} or {last}.")
    if field == "currency" and text.upper() not in currencies.CODES:
        raise BadCell(field, "currency", f"“{text[:60]}” is no currency in use: write its three letters, such as EUR.")
    if field == "currency":
        return text.upper()
    if field == "status":
        return STATUSES[text.lower()]
    if field == "debit_limit" and decimal_comma and COMMA.fullmatch(text):
        text = text.replace(",", ".")
    try:
        return CustomerForm.base_fields[field].clean(text)
    except ValidationError as error:
        raise BadCell(field, field, " ".join(error.messages)) from error


kept_value = lru_cache(maxsize=1024)(value_of)


def preview(path: Path, layout: CustomerLayout, rows: int = 10) -> Preview:
    """The first and last lines of a file as they will be read; names that are taken are for the import to find."""
    layout.require()
    return report.preview(path, layout, lambda block: shown(block, layout), rows, RECORD)


def shown(block: Block, layout: CustomerLayout) -> PreviewRow:
    chunk = read(block, layout)
    values = {field: str(value) for row in chunk.rows for field, value in row.values.items()}
    if "status" in values:
        values["status_label"] = LABELS[values["status"]]
    problem = next(iter(chunk.skipped + chunk.refused), None)
    return PreviewRow(block.numbers[0], block.rows[0], values, problem, bool(chunk.skipped))
