"""A preview shows the first and the last lines as they stand and as they will be read."""

import pytest

from accounts.sheets.lines import split as kept
from ratecards.sheets import SheetError, preview, recognise


def shown(sheet, text, rows=2):
    path = sheet(text)
    return preview(path, recognise(path), rows)


def test_first_and_last_lines_with_their_values(sheet):
    lines = "".join(f"{prefix},Name,0.10,30,6,0.5\n" for prefix in range(1000, 1100))
    seen = shown(sheet, f"prefix,name,cost,mcd,pulse,connect\n{lines}")
    assert [row.number for row in seen.first + seen.last] == [2, 3, 100, 101]
    assert seen.lines == 100
    assert seen.first[0].cells == ["1000", "Name", "0.10", "30", "6", "0.5"]
    assert seen.first[0].values == {
        "prefix": "1000",
        "name": "Name",
        "cost": "0.1",
        "connect": "0.5",
        "mcd": "30",
        "pulse": "6",
        "grace": "0",
        "status": "",
    }


def test_refused_line_shows_its_reason(sheet):
    seen = shown(sheet, "prefix,cost\n44,dear\n")
    assert seen.first[0].problem.code == "price_characters"
    assert seen.first[0].values == {}
    assert seen.last == []


def test_note_below_the_rates_is_shown_as_skipped(sheet):
    seen = shown(sheet, "prefix,cost\n44,0.1\nAll without VAT,\n")
    assert [(row.is_skipped, row.problem and row.problem.code) for row in seen.first] == [
        (False, None),
        (True, "line_note"),
    ]


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_no_line_is_shown_twice(sheet, count):
    seen = shown(sheet, "prefix,cost\n" + "".join(f"{n},0.1\n" for n in range(40, 40 + count)))
    numbers = [row.number for row in seen.first + seen.last]
    assert numbers == sorted(set(numbers))
    assert len(numbers) == min(count, 4)


def test_last_lines_are_gathered_across_blocks(sheet, monkeypatch):
    monkeypatch.setattr("accounts.sheets.lines.CHUNK", 16)
    seen = shown(sheet, "prefix,cost\n" + "".join(f"{n},0.1\n" for n in range(40, 60)), rows=5)
    assert [row.cells[0] for row in seen.first] == ["40", "41", "42", "43", "44"]
    assert [row.cells[0] for row in seen.last] == ["55", "56", "57", "58", "59"]


def test_preview_needs_prefix_and_cost(sheet):
    with pytest.raises(SheetError):
        shown(sheet, "colour,shape\nred,round\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_large_file_shows_the_same_ends_as_if_all_of_it_were_read(sheet, monkeypatch, encoding, end):
    path = sheet(end.join(["prefix,name,cost", *(f"{n},\u00d6st,0.1" for n in range(1000, 9000))]).encode(encoding))
    layout = recognise(path, encoding=encoding)
    whole = preview(path, layout, 5)
    monkeypatch.setattr("accounts.sheets.lines.EDGE", 1000)
    assert preview(path, layout, 5) == whole
    assert (whole.lines, whole.last[-1].number, whole.last[-1].values["prefix"]) == (8000, 8001, "8999")


def test_middle_of_a_large_file_is_not_split_into_cells(sheet, monkeypatch):
    """Open quotes between the ends would be work without end."""
    monkeypatch.setattr("accounts.sheets.lines.EDGE", 1000)
    good = "".join(f"{n},0.1\n" for n in range(1000, 1300))
    split = []
    monkeypatch.setattr(
        "accounts.sheets.lines.split", lambda lines, *rest, **more: split.extend(lines) or kept(lines, *rest, **more)
    )
    layout = recognise(sheet(f"prefix,cost\n{good}"))
    seen = preview(sheet(f"prefix,cost\n{good}" + 'a","x\n' * 10_000 + good), layout, 2)
    assert not any(line.startswith("a") for line in split)
    assert [row.number for row in seen.last] == [10_600, 10_601]
