"""Telling how a file is laid out, from its first part alone: encoding, delimiter, header, format, columns."""

import codecs
import csv
import re
from collections import Counter
from datetime import UTC, datetime

from ratecards.engine.numbers import Refused, parse_prefix, parse_price
from ratecards.sheets import guesses
from ratecards.sheets.formats import BY_NAME, CURRENCY, FORMATS, WORDS, normal
from ratecards.sheets.layout import (
    DELIMITERS,
    ENCODINGS,
    FIELDS,
    IGNORE,
    MANY,
    MAX_COLUMNS,
    NOT_ENCODED,
    Layout,
    SheetError,
)
from ratecards.sheets.rules import RULES

SAMPLE = 1 << 18
TITLE_LINES = 20
_OFTEN_EMPTY = ("intra", "inter", "mcd", "pulse")
_OTHER_FILES = (
    (b"PK\x03\x04", "an Excel workbook or a ZIP archive"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an old or an encrypted Excel workbook"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\x1f\x8b", "a compressed file"),
    (b"BZh", "a compressed file"),
    (b"7z\xbc\xaf", "an archive"),
    (b"Rar!", "an archive"),
    (b"<", "a web page or XML"),
    (b"{", "JSON"),
    (b"[", "JSON"),
)


def recognise(path, *, encoding=None, delimiter=None, header=None, day=None, part=0, date1904=False):
    """Return the Layout that a file seems to have; what the caller says instead of leaving it None is taken as said.

    `header` is the line of the header (0: none), `day` the ISO day up to which an effective date has begun (today);
    `part` and `date1904` are what opening.open_sheets found the file to be.
    All else can be changed in the Layout afterwards. Raises SheetError (empty, kind, binary, columns, layout) for
    what is no rate sheet; a prefix or cost column that was not found is the reader's error, so that it can be named.
    """
    with open(path, "rb") as file:
        data = file.read(SAMPLE)
    encoding = encoding or _encoding(data)
    lines = _lines(data, encoding)
    delimiter = delimiter or _delimiter(lines)
    rows = _rows(lines, delimiter)
    width = Counter(len(row) for row in rows if any(row)).most_common(1)
    if not width:
        raise SheetError("empty", "The file is empty.")
    if max(map(len, rows)) > MAX_COLUMNS:
        raise SheetError("columns", f"A line of the file has more than {MAX_COLUMNS} columns: it is not a rate sheet.")
    header = _header(rows) if header is None else header
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


def refuse_other_files(data):
    """Raise SheetError (kind) for the first bytes of what is no text."""
    for magic, kind in _OTHER_FILES:
        if data.removeprefix(codecs.BOM_UTF8).lstrip().startswith(magic):
            raise SheetError("kind", f"The file is {kind}: save the rate sheet as CSV text and send that.")


def _encoding(data):
    if not data.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n,;|"):
        raise SheetError("empty", "The file is empty.")
    refuse_other_files(data)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if data.count(0, 1, 2000) * 4 > len(data[:2000]):
        return "utf-16-le" if data[1::2].count(0) > data[0::2].count(0) else "utf-16-be"
    control = sum(byte < 32 and byte not in b"\t\r\n\f\v" for byte in data)
    if control * 50 > len(data):
        raise SheetError("binary", "The file is not text: save the rate sheet as CSV text and send that.")
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(data)
    bad = text.count("\ufffd")
    # One good sign for every bad byte: a damaged UTF-8 file. None at all: the code page of a western Windows.
    return "utf-8" if bad <= sum(letter > "\x7f" for letter in text) - bad else "cp1252"


def _lines(data, encoding):
    """Return the whole lines of the sample; the last one may have been cut, unless it is the only one."""
    if encoding not in ENCODINGS:
        raise SheetError("layout", f"The encoding {encoding!r} is not known.")
    try:
        text = codecs.getincrementaldecoder(ENCODINGS[encoding])("replace").decode(data)
    except UnicodeError as error:
        raise SheetError("encoding", NOT_ENCODED.format(encoding.upper())) from error
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[:-1] if len(data) == SAMPLE and len(lines) > 1 else lines


def _rows(lines, delimiter):
    """Return the rows of the sample by line: a row of several lines is followed by empty ones, as is a broken one."""
    if delimiter not in DELIMITERS:
        raise SheetError("layout", f"The delimiter {delimiter!r} is not known.")
    reader, rows = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter), []
    while True:
        try:
            row = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return rows
        except csv.Error:
            row = []
        rows.append(row)
        rows.extend([] for _ in range(reader.line_num - len(rows)))


def _delimiter(lines):
    """Return the delimiter whose header tells most; without any, the one that splits most lines alike."""
    lines = lines[:200]

    def worth(delimiter):
        rows = [row for row in _rows(lines, delimiter) if any(row)]
        (width, count), *_ = Counter(map(len, rows)).most_common(1) or [(0, 0)]
        known = max((_known(row) for row in rows[:TITLE_LINES]), default=0)
        return known, width > 1, count * 10 // max(len(rows), 1), width

    return max(DELIMITERS, key=worth)


def _known(row):
    """Return how many header words a row holds, 0 unless one of them can be the prefix, or a name with its price."""
    found = [WORDS[word] for word in map(normal, row) if word in WORDS]
    return len(found) if "prefix" in found or {"name", "cost"} <= set(found) else 0


def _header(rows):
    """Return the line of the header: among the first rows the one that tells most, or a first row without any digit
    above rows that have some; 0 for none."""
    known = [_known(row) for row in rows[:TITLE_LINES]]
    if any(known):
        return known.index(max(known)) + 1
    filled = [line for line, row in enumerate(rows, start=1) if any(row)]
    first = filled[0]
    numbered = [any(re.search("[0-9]", cell) for cell in rows[line - 1]) for line in filled]
    return first if not numbered[0] and any(numbered) else 0


def _layout(rows, header, width, kept):
    if header > len(rows):
        raise SheetError("header", f"The first part of the file has no line {header}.")
    if header:
        columns, body = tuple(rows[header - 1]), rows[header:]
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
    mapping, notes = _mapping(columns, wanted, body)
    return Layout(
        format=form.name,
        columns=columns,
        mapping=mapping,
        decimal_comma=guesses.decimal_comma(body, mapping),
        rate_unit=form.rate_unit,
        from_start=form.from_start,
        currency=guesses.currency(body, mapping, {m[1].upper() for name in columns if (m := CURRENCY.search(name))}),
        codes="deck" if "key" in mapping and "prefix" not in mapping else guesses.codes_of(body, mapping),
        cut=guesses.cut_of(body, mapping),
        lead=guesses.lead_of(columns, body, mapping),
        dates=guesses.date_order(body, mapping, kept["day"]),
        notes=tuple(notes + _title_notes(rows, header) + _default_notes(mapping)),
        **kept,
    )


def _is_headerless(rows, width):
    """Whether the rows are prefix, name, price and so on, with nothing that names them."""
    rows = [row for row in rows if len(row) == width and any(row)][:50]
    return 3 <= width <= 9 and sum(_reads(row) for row in rows) * 2 > len(rows)


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
        elif target == IGNORE:
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


def _default_notes(mapping):
    absent = [FIELDS[field] for field in ("mcd", "pulse") if field not in mapping and "increments" not in mapping]
    return [f"No column holds the {' and the '.join(absent)}: 1 second is taken."] if absent else []


def _title_notes(rows, header):
    above = sum(any(row) for row in rows[: header - 1]) if header else 0
    return [f"Above the header, {above} line{'s are' if above > 1 else ' is'} not read."] if above else []
