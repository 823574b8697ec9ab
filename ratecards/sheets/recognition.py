"""Telling how a file is laid out, from its first part alone: encoding, delimiter, header, format, columns."""

import re
from collections import Counter
from datetime import UTC, datetime

from accounts.sheets.basics import IGNORE, MAX_COLUMNS, SheetError
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
from ratecards.engine.numbers import Refused, parse_prefix, parse_price
from ratecards.sheets import doubts, guesses
from ratecards.sheets.formats import BY_NAME, FORMATS, WORDS, currencies, normal
from ratecards.sheets.layout import FIELDS, MANY, Layout
from ratecards.sheets.rules import RULES

_OFTEN_EMPTY = ("intra", "inter", "mcd", "pulse")


def recognise(path, *, encoding=None, delimiter=None, header=None, day=None, part=0, date1904=False):
    """Return the Layout that a file seems to have; what the caller says instead of leaving it None is taken as said.

    `header` is the line of the header (0: none), `day` the ISO day up to which an effective date has begun (today);
    `part` and `date1904` are what opening.open_sheets found the file to be.
    All else can be changed in the Layout afterwards. Raises SheetError (empty, kind, binary, columns, layout) for
    what is no rate sheet; a prefix or cost column that was not found is the reader's error, so that it can be named.
    """
    with open(path, "rb") as file:
        data = file.read(SAMPLE)
    encoding = encoding or encoding_of(data)
    lines = lines_of(data, encoding)
    delimiter = delimiter or delimiter_of(lines, _known)
    rows = rows_of(lines, delimiter)
    width = Counter(len(row) for row in rows if any(row)).most_common(1)
    if not width:
        raise SheetError("empty", "The file is empty.")
    if max(map(len, rows)) > MAX_COLUMNS:
        raise SheetError("columns", f"A line of the file has more than {MAX_COLUMNS} columns: it is not a rate sheet.")
    header = header_of(rows, _known) if header is None else header
    day = day or datetime.now(UTC).date().isoformat()
    kept = {
        "encoding": encoding,
        "delimiter": delimiter,
        "header": header,
        "day": day,
        "part": part,
        "date1904": date1904,
    }
    return _layout(rows, header, width[0][0], kept)


def _known(row):
    """Return how many header words a row holds, 0 unless one of them can be the prefix, or a name with its price."""
    found = [WORDS[word] for word in map(normal, row) if word in WORDS]
    return len(found) if "prefix" in found or {"name", "cost"} <= set(found) else 0


def _layout(rows, header, width, kept):
    if header > len(rows):
        raise SheetError("header", f"The first part of the file has no line {header}.")
    if header:
        columns, body = header_cells(rows, header), rows[header:]
        words = tuple(map(normal, columns))
        fitting = [form for form in FORMATS if not form.row and form.needs <= set(words)]
        form = max(fitting, key=lambda form: len(form.needs))
        wanted = [form.headers.get(word) or WORDS.get(word) for word in words]
    else:
        columns, body = tuple(f"Column {position}" for position in range(1, width + 1)), rows
        form = BY_NAME["magnus" if _is_headerless(rows, width) else "other"]
        row = form.row or guesses.roles(rows, width)
        wanted = [*row[:width], *[None] * (width - len(row))]
    body = [row for row in body if len(row) == len(columns) and any(row)]
    titles = [cell for row in rows[: max(header - 1, 0)] for cell in row if cell]
    wanted, doubtful = doubts.settled(columns, wanted, body, kept["day"])
    mapping, notes = _mapping(columns, wanted, body)
    notes += doubtful
    return Layout(
        format=form.name,
        columns=columns,
        mapping=mapping,
        decimal_comma=guesses.decimal_comma(body, mapping),
        rate_unit=form.rate_unit,
        from_start=form.from_start,
        currency=guesses.currency(body, mapping, _named(columns if header else ()), _named(titles)),
        codes="deck" if "key" in mapping and "prefix" not in mapping else guesses.codes_of(body, mapping),
        cut=guesses.cut_of(body, mapping),
        lead=guesses.lead_of(columns, body, mapping),
        dates=guesses.date_order(body, mapping, kept["day"]),
        notes=tuple(notes + title_notes(rows, header) + _dated(titles) + _default_notes(mapping)),
        **kept,
    )


def _is_headerless(rows, width):
    """Whether the rows are prefix, name, price and so on, with nothing that names them. Prices that are whole numbers
    throughout may be anything: 0,15 that was split at its comma, or seconds."""
    rows = [row for row in rows if len(row) == width and any(row)][:50]
    if not 3 <= width <= 9 or not any({".", ","} & set(row[2]) for row in rows):
        return False
    return sum(_reads(row) for row in rows) * 2 > len(rows)


def _reads(row):
    try:
        parse_prefix(row[0])
        parse_price(row[2], decimal_comma="," in row[2])
    except Refused:
        return False
    return True


def _mapping(columns, wanted, body):
    """Return what every column holds, and notes on what is not read: each field is taken once, the first time."""
    mapping, notes = [], []
    for position, (column, target) in enumerate(zip(columns, wanted, strict=True)):
        if target is None:
            notes.append(f"{column or f'Column {position + 1}'}: not known, not read.")
        elif target == IGNORE and WORDS.get(normal(column)) == IGNORE:
            notes.append(f"{column}: not read.")
        elif target in mapping and target not in MANY:
            notes.append(f"{column}: also looks like {FIELDS[target]}, not read.")
            target = IGNORE
        elif target in _OFTEN_EMPTY and body and not any(row[position] for row in body):
            notes.append(f"{column}: empty, so there is no {FIELDS[target]}.")
            target = "no_value"
        elif target in RULES:
            notes.append(f"{column}: no field for it; lines where it says something are refused.")
        mapping.append(target or IGNORE)
    return tuple(mapping), notes


def _named(texts):
    return set().union(*map(currencies, texts))


def _dated(titles):
    """Return notes on what stands above the header and may be a date: nothing of it is taken."""
    dated = [title[:100] for title in titles if re.search("[0-9]", title)]
    return [
        f"Above the header stands “{title}”: a date there says nothing, choose it when you activate."
        for title in dated[:3]
    ]


def _default_notes(mapping):
    absent = [FIELDS[field] for field in ("mcd", "pulse") if field not in mapping and "increments" not in mapping]
    return [f"No column holds the {' and the '.join(absent)}: 1 second is taken."] if absent else []
