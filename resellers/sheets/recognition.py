"""Telling how a sheet of customers is laid out, from its first part alone."""

import re
from collections import Counter
from pathlib import Path

from accounts import sheets
from accounts.sheets import IGNORE, MAX_COLUMNS, SheetError
from accounts.sheets.text import (
    SAMPLE,
    delimiter_of,
    encoding_of,
    header_cells,
    header_of,
    lines_of,
    rows_of,
    title_notes,
)
from resellers import currencies
from resellers.sheets.layout import FIELDS, CustomerLayout

WORDS = {
    word: field
    for field, words in {
        "name": "name,customer,customer name,client,client name,account name",
        "email": "email,e mail,mail,email address,e mail address,contact email,billing email",
        "status": "status,state",
        "currency": "currency,currency code,ccy",
        "debit_limit": "debit limit,credit limit,limit,debitlimit,creditlimit",
        "notes": "notes,note,comment,comments,private notes,remarks",
        "line": "line",
    }.items()
    for word in words.split(",")
}
# Whose a customer is, is chosen in the form and never said by a file.
OWNERS = frozenset(
    [
        "id",
        "uuid",
        "company",
        "company id",
        "company name",
        "reseller",
        "reseller id",
        "owner",
        "owner id",
        "customer id",
        "account",
        "account id",
        "tenant",
        "tenant id",
        "user",
        "user id",
        "created by",
    ]
)
COMMA = re.compile(r"-?[0-9]+,[0-9]{1,4}")
SURELY_COMMA = re.compile(r"-?[0-9]+,(?:[0-9]{1,2}|[0-9]{4})")  # 1,234 may be a thousand
DOCUMENT = "The file is JSON: send the customers as CSV text or an Excel workbook."


def check_file(path: Path) -> None:
    """Raise SheetError for what cannot be a sheet of customers; of a workbook only the first bytes are looked at."""
    kind = sheets.kind_of(path)
    if kind == sheets.DOCUMENT:
        raise SheetError("kind", DOCUMENT)
    if kind == sheets.TEXT:
        recognise(path)


def recognise(path: Path, *, encoding=None, delimiter=None, header=None, part: int = 0) -> CustomerLayout:
    """The layout that a file seems to have; what the caller says instead of leaving it None is taken as said.

    Raises SheetError (empty, kind, binary, columns, header, layout); a name or currency column that was not found is
    the reader's error, so that it can be named.
    """
    with path.open("rb") as file:
        data = file.read(SAMPLE)
    encoding = encoding or encoding_of(data)
    lines = lines_of(data, encoding)
    delimiter = delimiter or delimiter_of(lines, known)
    rows = rows_of(lines, delimiter)
    if not any(map(any, rows)):
        raise SheetError("empty", "The file is empty.")
    if max(map(len, rows)) > MAX_COLUMNS:
        raise SheetError("columns", f"A line of the file has more than {MAX_COLUMNS} columns: it is not read.")
    header = header_of(rows, known) if header is None else header
    if header > len(rows) or (header and not rows[header - 1]):
        raise SheetError("header", f"Line {header} is no header.")
    columns, body = columns_of(rows, header)
    mapping = named(columns) if header else guessed(columns, body)
    notes = [*title_notes(rows, header), *notes_on(columns, mapping)]
    comma = any(
        SURELY_COMMA.fullmatch(row[place])
        for place, field in enumerate(mapping)
        if field == "debit_limit"
        for row in body
    )
    return CustomerLayout(encoding, delimiter, header, columns, mapping, comma, part, tuple(notes))


def normal(header: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", header.lower()))


def known(row: list[str]) -> int:
    """How many words of a header a row holds, 0 unless one of them can be the name."""
    words = [normal(cell) for cell in row]
    return sum(word in WORDS for word in words) if any(WORDS.get(word) == "name" for word in words) else 0


def columns_of(rows: list[list[str]], header: int) -> tuple[tuple[str, ...], list[list[str]]]:
    """The names of the columns, and those rows below the header that have as many."""
    width = Counter(len(row) for row in rows if any(row)).most_common(1)[0][0]
    columns = header_cells(rows, header) if header else tuple(f"Column {place}" for place in range(1, width + 1))
    return columns, [row for row in rows[header:] if len(row) == len(columns) and any(row)]


def named(columns: tuple[str, ...]) -> tuple[str, ...]:
    """What the columns hold by their names; each field is taken once, from the column that bears its own name or else the
    first."""
    words, mapping = [normal(column) for column in columns], [IGNORE] * len(columns)
    for own in (True, False):
        for place, word in enumerate(words):
            field = WORDS.get(word, IGNORE)
            if field not in mapping and (not own or word == field.replace("_", " ")):
                mapping[place] = field
    return tuple(mapping)


def guessed(columns: tuple[str, ...], body: list[list[str]]) -> tuple[str, ...]:
    """What columns without names hold: currencies and addresses look like nothing else, the first other one is the name."""
    mapping = [IGNORE] * len(columns)
    for place in range(len(columns)):
        cells = [row[place] for row in body if row[place]]
        if not cells:
            continue
        if "currency" not in mapping and all(cell.upper() in currencies.CODES for cell in cells):
            mapping[place] = "currency"
        elif "email" not in mapping and all("@" in cell for cell in cells):
            mapping[place] = "email"
        elif "name" not in mapping and any(letter.isalpha() for cell in cells for letter in cell):
            mapping[place] = "name"
    return tuple(mapping)


def notes_on(columns: tuple[str, ...], mapping: tuple[str, ...]) -> list[str]:
    """What is not read, and why."""
    notes = []
    for place, (column, field) in enumerate(zip(columns, mapping, strict=True), start=1):
        word, shown = normal(column), column[:60] or f"Column {place}"
        if field != IGNORE:
            continue
        if word in OWNERS:
            notes.append(f"{shown}: not read. To which company the customers belong is chosen here, never by the file.")
        elif word in WORDS:
            notes.append(f"{shown}: also looks like {FIELDS[WORDS[word]]}, not read.")
        else:
            notes.append(f"{shown}: not read.")
    return notes
