"""What kind of text a file is, from its first part alone: encoding, lines, rows, delimiter, the line of the header.

What the columns mean is for those to know whose sheet it is: `known(row)` of theirs tells how many words of a row they
know, and 0 unless it can be a header.
"""

import codecs
import csv
import re
from collections import Counter

from accounts.sheets.basics import DELIMITERS, ENCODINGS, NOT_ENCODED, SheetError

SAMPLE = 1 << 18
TITLE_LINES = 20
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


def refuse_other_files(data):
    """Raise SheetError (kind) for the first bytes of what is no text."""
    for magic, kind in _OTHER_FILES:
        if data.removeprefix(codecs.BOM_UTF8).lstrip().startswith(magic):
            raise SheetError("kind", f"The file is {kind}: save the sheet as CSV text and send that.")


def encoding_of(data):
    """Return the encoding that a sample seems to have. Raises SheetError: empty, kind, binary."""
    if not data.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n,;|"):
        raise SheetError("empty", "The file is empty.")
    refuse_other_files(data)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if data.count(0, 1, 2000) * 4 > len(data[:2000]):
        return "utf-16-le" if data[1::2].count(0) > data[0::2].count(0) else "utf-16-be"
    control = sum(byte < 32 and byte not in b"\t\r\n\f\v" for byte in data)
    if control * 50 > len(data):
        raise SheetError("binary", "The file is not text: save the sheet as CSV text and send that.")
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(data)
    bad = text.count("\ufffd")
    # One good sign for every bad byte: a damaged UTF-8 file. None at all: the code page of a western Windows.
    return "utf-8" if bad <= sum(letter > "\x7f" for letter in text) - bad else "cp1252"


def lines_of(data, encoding):
    """Return the whole lines of the sample; the last one may have been cut, unless it is the only one."""
    if encoding not in ENCODINGS:
        raise SheetError("layout", f"The encoding {encoding!r} is not known.")
    try:
        text = codecs.getincrementaldecoder(ENCODINGS[encoding])("replace").decode(data)
    except UnicodeError as error:
        raise SheetError("encoding", NOT_ENCODED.format(encoding.upper())) from error
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[:-1] if len(data) == SAMPLE and len(lines) > 1 else lines


def rows_of(lines, delimiter):
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


def delimiter_of(lines, known):
    """Return the delimiter whose header tells most; without any, the one that splits most lines alike."""
    lines = lines[:200]

    def worth(delimiter):
        rows = [row for row in rows_of(lines, delimiter) if any(row)]
        (width, count), *_ = Counter(map(len, rows)).most_common(1) or [(0, 0)]
        told = max((known(row) for row in rows[:TITLE_LINES]), default=0)
        return told, width > 1, count * 10 // max(len(rows), 1), width

    return max(DELIMITERS, key=worth)


def header_of(rows, known):
    """Return the line of the header: among the first rows the one that tells most, or a first row without any digit
    above rows that have some; 0 for none."""
    told = [known(row) for row in rows[:TITLE_LINES]]
    if any(told):
        return told.index(max(told)) + 1
    filled = [line for line, row in enumerate(rows, start=1) if any(row)]
    first = filled[0]
    numbered = [any(re.search("[0-9]", cell) for cell in rows[line - 1]) for line in filled]
    return first if not numbered[0] and any(numbered) else 0


def header_cells(rows, header):
    """Return the cells of the line of the header. Raises SheetError (header) for a NUL in one: nothing can keep it."""
    if any("\0" in cell for cell in rows[header - 1]):
        raise SheetError(
            "header", f"The header, line {header}, holds a NUL character: save the sheet as CSV text again."
        )
    return tuple(rows[header - 1])


def title_notes(rows, header):
    """Return what to tell of the lines above the header."""
    above = sum(any(row) for row in rows[: header - 1]) if header else 0
    return [f"Above the header, {above} line{'s are' if above > 1 else ' is'} not read."] if above else []
