"""However a file is mangled: every line is accepted, skipped or refused once, and no accepted price is invented."""

import tempfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.sheets import lines
from ratecards.engine.numbers import from_units
from ratecards.sheets import Layout, SheetError, corrected_layout, error_file, preview, read, recognise

split_cells = lines.cells
HEADER = "prefix,name,cost,mcd,pulse,status"
CELLS = st.sampled_from(
    ["44", "447", "+33", "0044", "4.4E+11", "", " ", "0.1", "-1", "0,5", "1", "60", "Blocked", "x", "'=1", "a\nb", '"']
) | st.text(max_size=6)
QUOTE = st.sampled_from(['"', ""])


def write(folder, content):
    path = Path(folder) / "sheet.csv"
    path.write_bytes(content)
    return path


@st.composite
def mangled_lines(draw):
    cells = draw(st.lists(CELLS, min_size=0, max_size=8))
    quoted = [f"{quote}{cell}{quote}" for cell in cells for quote in [draw(QUOTE)]]
    return ",".join(quoted) + draw(st.sampled_from(["\n", "\r\n", "\r", "\n\n"]))


@st.composite
def good_lines(draw):
    prefix = draw(st.integers(1, 10**15 - 1))
    cost = draw(st.decimals(0, 1000, places=draw(st.integers(0, 8))))
    return f"{prefix},Name,{cost:f},{draw(st.integers(0, 60))},{draw(st.integers(1, 60))},\n"


def counted(path, layout, whole=True):
    try:
        result = read(path, layout)
    except SheetError as error:
        assert error.code == "no_rates"
        return None
    assert result.accepted + len(result.skipped) + len(result.refused) == result.read
    assert not whole or result.accepted == len(result.table)
    numbers = [line.number for line in result.skipped + result.refused]
    assert len(numbers) == len(set(numbers))
    assert all(line.code and line.reason and line.number > 1 for line in result.refused)
    return result


@settings(max_examples=100, deadline=None)
@given(body=st.lists(mangled_lines() | good_lines(), max_size=30), chunk=st.sampled_from([7, 64]))
def test_every_line_of_a_mangled_sheet_is_counted_once(body, chunk):
    with tempfile.TemporaryDirectory() as folder:
        layout = recognise(write(folder, f"{HEADER}\n44,UK,0.1,1,1,\n".encode()))
        path = write(folder, (HEADER + "\n" + "".join(body)).encode("utf-8", "replace"))
        whole = counted(path, layout)
        usual, lines.CHUNK = lines.CHUNK, chunk
        try:
            again = counted(path, layout)
        finally:
            lines.CHUNK = usual
        assert (whole is None) == (again is None)
        if whole:
            assert whole.table == again.table
            assert whole[1:5] == again[1:5]


LISTS = st.sampled_from(
    ["44", "44-46", "44,45", "61 38,39", "46-44", "x", "", "0044", "4420-29;4470", "011420", "Total", "#"]
)
DAYS = st.sampled_from(["", "2020-01-01", "2999-01-01", "3/4/2024", "31.12.2024", "45505", "soon", "1-Sep-2024"])
CHANGES = st.sampled_from(["", "new", "-", "Blocked", "deleted", "closed"])


@settings(max_examples=150, deadline=None)
@given(
    cells=st.lists(st.tuples(LISTS, CELLS, DAYS, CHANGES, CHANGES), max_size=15),
    codes=st.sampled_from(["one", "several", "country", "joined"]),
    cut=st.sampled_from(["", "00", "011"]), closed=st.sampled_from(["block", "remove"]),
    dates=st.sampled_from(["", "dmy", "mdy"]), first=st.sampled_from(["prefix", "country_code"]),
)  # fmt: skip
def test_lists_dates_and_closed_lines_are_counted_once_as_well(cells, codes, cut, closed, dates, first):
    """What is accepted gives rates, or takes prefixes out; no prefix stands twice in what begins at one time."""
    columns = ("area", "codes", "price", "from", "flag", "status")
    mapping = (first if first == "country_code" else "ignore", "prefix", "cost", "effective", "flag", "status")
    layout = Layout(format="other", encoding="utf-8", delimiter=";", header=1, columns=columns, mapping=mapping, codes=codes,
                    cut=cut, closed=closed, dates=dates, day="2024-06-30")  # fmt: skip
    rows = [";".join(f'"{cell}"'.replace('""""', '""') for cell in ("44", *row)) for row in cells]
    with tempfile.TemporaryDirectory() as folder:
        path = write(folder, ("\n".join([";".join(columns), *rows]) + "\n").encode("utf-8", "replace"))
        result = counted(path, layout, whole=False)
    if result:
        given = sum(len(step.table) + len(step.gone) for step in result.steps)
        assert bool(given) == bool(result.accepted)
        assert given >= result.accepted
        assert all(len(set(step.table.keys.tolist())) == len(step.table) for step in result.steps)


@settings(max_examples=100, deadline=None)
@given(body=st.lists(good_lines(), min_size=1, max_size=20))
def test_good_lines_are_read_to_the_last_decimal(body):
    with tempfile.TemporaryDirectory() as folder:
        path = write(folder, (HEADER + "\n" + "".join(body)).encode())
        result = counted(path, recognise(path))
        wanted = {}
        for line in body:
            prefix, _, cost, mcd, pulse, _ = line.split(",")
            wanted.setdefault(prefix, (Decimal(cost), int(mcd), int(pulse)))
        found = {row.prefix: (from_units(row.cost), row.mcd, row.pulse) for row in result.table.rows()}
        assert found == wanted


@settings(max_examples=150, deadline=None)
@given(content=st.binary(max_size=400))
def test_any_bytes_end_in_a_result_or_a_clear_error(content):
    with tempfile.TemporaryDirectory() as folder:
        path = write(folder, content)
        try:
            layout = recognise(path)
            layout = replace(layout, mapping=("prefix", "cost", *layout.mapping[2:]))
            result = read(path, layout)
        except SheetError as error:
            assert error.message
            return
        assert result.accepted + len(result.skipped) + len(result.refused) == result.read


@settings(max_examples=100, deadline=None)
@given(body=st.lists(mangled_lines(), min_size=1, max_size=15))
def test_error_file_read_again_accepts_nothing(body):
    with tempfile.TemporaryDirectory() as folder:
        layout = recognise(write(folder, f"{HEADER}\n44,UK,0.1,1,1,\n".encode()))
        path = write(folder, (HEADER + "\n" + "".join(body)).encode("utf-8", "replace"))
        assert len(preview(path, layout, 3).first) <= 3
        result = counted(path, layout)
        refused = [line for line in result.refused if line.code != "duplicate"] if result else []
        if refused:
            path = write(folder, error_file(refused, layout).encode())
            again = counted(path, corrected_layout(layout))
            assert again.accepted == 0


def test_open_quotes_cost_each_line_a_bounded_number_of_looks(sheet, monkeypatch):
    """Every line closes the quote of the one before and opens another: each is refused after MAX_RECORD lines."""
    looked = []
    monkeypatch.setattr(lines, "cells", lambda raw, delimiter: looked.append(len(raw)) or split_cells(raw, delimiter))
    path = sheet("prefix,cost\n" + 'a","x\n' * 500)
    layout = Layout(
        format="other",
        encoding="utf-8",
        delimiter=",",
        header=1,
        columns=("prefix", "cost"),
        mapping=("prefix", "cost"),
    )
    assert sum(len(block.refused) for block in lines.blocks(path, layout)) == 500
    assert sum(looked) < 2 * path.stat().st_size
