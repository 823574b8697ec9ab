"""Plain lines are read from bytes: whatever the file holds, exactly what the careful reader makes of it."""

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ratecards.sheets import Layout, SheetError, read, reader, swift

LAYOUT = Layout(
    format="other",
    encoding="utf-8",
    delimiter=",",
    header=1,
    columns=("prefix", "name", "cost", "mcd", "pulse", "grace", "effective", "status", "change"),
    mapping=("prefix", "name", "cost", "mcd", "pulse", "grace", "effective", "status", "flag"),
    day="2024-06-30",
)
HEADER = ",".join(LAYOUT.columns)
KINDS = {
    "prefix": ["44", "447", "1", "33", "123456789012345", "12345678", "123456789", "0", "01", "00", "0044", "+44", " 44",
               "'44", "1234567890123456", "4.4E+11", "44 20", "", "x", "4\u0664", "12345678x"],
    "name": ["UK", "UK", "United Kingdom Mobile - Other Operators Special", "UK\u00a0", " UK", "'=1", "\u00c7a", "", "a\tb", "x" * 201,
             "n" * 70, "n" * 70 + "m", "\x07"],
    "cost": ["0", "1", "0.1", "0.10", "99999", "99999.99999999", "100000", "100001", "100000.1", "0.123456789", "0.12345678", "1.", ".5", "0,5",
             "1.000,5", "1,000.5", "-1", "-1.0", "", " ", "n/a", "Blocked", "closed", "$0.1", "EUR 0.1", "1e-3", "00000.1", "000001",
             "1..2", "0.1x", "x0.1", "1.2.3", "12345678901234567890", ".", "0.1 "],
    "seconds": ["0", "1", "60", "86400", "86401", "99999", "000001", "00060", "", " 1", "1s", "-1", "x", "1.0", "999999"],
    "effective": ["", "2024-01-01", "2024-07-01", "2025-01-01", "2024-07-01 12:00", "45500", "x", "2099-01-01"],
    "status": ["", "", "Blocked", "closed", "active", "?"],
    "flag": ["", "new", "increase", "nothing"],
}  # fmt: skip
CELLS = [
    st.sampled_from(KINDS[kind])
    for kind in ("prefix", "name", "cost", "seconds", "seconds", "seconds", "effective", "status", "flag")
]
GOOD = st.tuples(
    st.integers(1, 10**15 - 1).map(str) | st.integers(1, 30).map(str), st.sampled_from(["UK", "France", "\u00c5land"]),
    st.decimals(0, 99999, places=4).map(str), *[st.integers(1, 90).map(str)] * 3, st.sampled_from(KINDS["effective"][:4]), *CELLS[7:],
).map(",".join)  # fmt: skip
QUOTES = st.sampled_from(['"{}"', '"{}"', "{}", '"{},"', '"{}""', '{}"', '"{}', ' "{}"'])
QUOTED = st.tuples(*[st.tuples(cell, QUOTES).map(lambda both: both[1].format(both[0])) for cell in CELLS]).map(",".join)
ODD = st.sampled_from(["", " ", ",,,,,,,,", HEADER, "# note", "Total,,,9,,,,,", "44", "44,UK,0.1,1,1,0,,,,,", '"44"x,a,1,1,1,1,,,', "\0", "a\0,,,,,,,,",
                       '44,"UK, mobile",0.1,1,1,0,,,', '44,5" wide,0.1,1,1,0,,,', '44,"say ""hi""",0.1,1,1,0,,,', "\ufffd,,,,,,,,"])  # fmt: skip
LINES = GOOD | GOOD | GOOD | st.tuples(*CELLS).map(",".join) | QUOTED | ODD
ENDS = st.sampled_from(["\n", "\n", "\r\n"])
BODIES = st.lists(st.tuples(LINES, ENDS).map("".join), max_size=40).map("".join)
LAST = st.sampled_from(
    ["", "", "4477,UK,0.1,1,1,0,,,", "447,UK,0.1,1,1,0,,,\r", "4,\r5,\n", '44,"open,1\n45,x,1,1,1,1,,,\n']
)


def outcome(path, layout, way):
    """Return what a way of reading says of a file, in plain values."""
    try:
        result = way(path, layout, None)
    except SheetError as error:
        return error.code
    steps = [(step.instant, step.table.rows(), step.gone.tolist()) for step in result.steps]
    flags = [values.tolist() for values in result.flags]
    return result[1:5], steps, result.gone.tolist(), flags, result.lines, result.past


def both(content, layout=LAYOUT):
    """Return what the swift way says, None for a file that is not for it, and what the careful one does."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.csv"
        path.write_bytes(content)
        careful = outcome(path, layout, reader.read_carefully)
        try:
            return outcome(path, layout, reader.read_swiftly), careful
        except swift.Unfit:
            return None, careful


@settings(max_examples=300, deadline=None)
@given(
    BODIES,
    LAST,
    st.sampled_from(["utf-8", "cp1252"]),
    st.sampled_from(["", "\ufeff"]),
    st.booleans(),
    st.sampled_from([1 << 21, 300]),
)
@example(
    "1,a,1,1,1,1,,,\n1,b,2,1,1,1,,,\n1,c,3,1,1,1,2025-01-01,,\n1,c,3,1,1,1,2025-01-01,,\n", "", "utf-8", "", False, 300
)
def test_both_ways_say_the_same_of_any_file(body, last, encoding, mark, comma, block):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(swift, "BLOCK", block)
        content = f"{mark if encoding == 'utf-8' else ''}{HEADER}\n{body}{last}".encode(encoding, "replace")
        found, careful = both(content, replace(LAYOUT, encoding=encoding, decimal_comma=comma))
    assert found is None or found == careful


@settings(max_examples=100, deadline=None)
@given(BODIES, st.integers(0, 1 << 30), st.binary(min_size=1, max_size=3), st.sampled_from(["utf-8", "cp1252"]))
def test_damaged_bytes_are_refused_by_both_ways_alike(body, place, damage, encoding):
    content = (HEADER + "\n" + body).encode(encoding, "replace")
    place = len(HEADER) + place % (len(content) - len(HEADER)) + 1
    found, careful = both(content[:place] + damage + content[place:], replace(LAYOUT, encoding=encoding))
    assert found is None or found == careful


@pytest.mark.parametrize(
    "content",
    [HEADER + "\r44,UK,0.1,1,1,0,,,\r", HEADER + '\n44,"a\nb",0.1,1,1,0,,,\n', f"{'x' * 3_000_000}\n{HEADER}\n"],
    ids=["line ends of old", "a row of two lines", "a header far below"],
)
def test_rows_that_are_no_lines_are_left_to_the_careful_reader(content):
    found, careful = both(content.encode())
    assert found is None
    assert careful


def test_plain_lines_need_no_text(sheet, monkeypatch):
    monkeypatch.setattr("accounts.sheets.lines.cells", None)
    monkeypatch.setattr("ratecards.sheets.reader.read_carefully", None)
    path = sheet(HEADER + "\n" + "".join(f"44{line},UK,0.{line},60,1,0,,,\r\n" for line in range(10, 99)))
    result = read(path, LAYOUT)
    assert result.accepted == 89
    assert result.table.cost.max() == 98_000_000
    assert np.unique(result.table.mcd).tolist() == [60]


def test_quoted_cells_need_no_text_either(sheet, monkeypatch):
    monkeypatch.setattr("accounts.sheets.lines.cells", None)
    monkeypatch.setattr("ratecards.sheets.reader.read_carefully", None)
    path = sheet(HEADER + '\n"44","UK, Mobile","0.1","60",1,"","","",""\r\n45,"France",0.2,1,1,0,,,""\n')
    assert [(row.prefix, row.name, row.cost) for row in read(path, LAYOUT).table.rows()] == [
        ("44", "UK, Mobile", 10_000_000),
        ("45", "France", 20_000_000),
    ]


def test_line_ends_of_two_bytes_may_lie_across_blocks(monkeypatch):
    content = (HEADER + "\r\n" + '"44","UK, Mobile",0.1,1,1,0,,,\r\n45,France,0.2,1,1,0,,,\r\n').encode()
    for block in range(len(HEADER) + 2, len(content) + 1):
        monkeypatch.setattr(swift, "BLOCK", block)
        found, careful = both(content)
        assert found == careful
        assert found[0][0] == 2


def test_duplicates_far_apart_name_the_first_line(sheet, monkeypatch):
    monkeypatch.setattr(swift, "BLOCK", 200)
    body = "".join(f"44{line},UK,0.1,60,1,0,,,\n" for line in range(10, 99))
    result = read(sheet(f"{HEADER}\n{body}4412,UK,0.7,60,1,0,,,\r\n"), LAYOUT)
    (line,) = result.refused
    assert (line.number, line.raw, line.code) == (91, "4412,UK,0.7,60,1,0,,,", "duplicate")
    assert "line 4 already" in line.reason
