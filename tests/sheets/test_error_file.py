"""The refused lines come back as a file: harmless, in the sheet's own columns, to be corrected and read again."""

import csv
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratecards.sheets import corrected_layout, error_file, inert, plain, read, recognise

from .conftest import DAY, FIXTURES, rates, refusals


def refused_text(path, **changes):
    layout = replace(recognise(path, day=DAY), **changes)
    result = read(path, layout)
    return layout, result, error_file(result.refused, layout)


def test_error_file_has_the_columns_and_cells_of_the_sheet(sheet):
    _, _, text = refused_text(sheet("prefix,name,cost\n44,UK,0.1\n45,DK,dear\n"))
    assert list(csv.reader(text.splitlines())) == [
        ["line", "reason", "prefix", "name", "cost"],
        ["3", "'dear' is not a price: only digits and one decimal mark may stand there.", "45", "DK", "dear"],
    ]


def test_corrected_error_file_loads(sheet):
    path = sheet("prefix;name;cost\n44;UK;0,1\n45;DK;dear\n")
    layout, _, text = refused_text(path)
    again = sheet(text.replace(";dear", ";0,2"), "again.csv")
    assert rates(read(again, corrected_layout(layout))) == {"45": ("DK", "0.2", "0", 1, 1, 0, "")}
    assert rates(read(again, recognise(again))) == {"45": ("DK", "0.2", "0", 1, 1, 0, "")}


@pytest.mark.parametrize("path", sorted(FIXTURES.iterdir()), ids=lambda path: path.name)
def test_error_file_left_uncorrected_is_refused_for_the_same_reasons(sheet, path):
    layout, result, text = refused_text(path)
    if result.refused:
        again = read(sheet(text), corrected_layout(layout))
        assert [line.code for line in again.refused] == [line.code for line in result.refused]
        assert again.accepted == 0


def test_lines_that_cannot_be_split_stay_refused(sheet):
    path = sheet(b'prefix,name,cost\n44,UK,0.1\n45,DK\n46,X,0.1,0.2\n47,"open,0.1\n48,\xff,0.1\n49,a\0b,0.1\n')
    layout, result, text = refused_text(path, encoding="utf-8")
    assert refusals(result) == {3: "line_short", 4: "line_extra", 5: "line_quote", 6: "line_bytes", 7: "line_nul"}
    again = read(sheet(text), corrected_layout(layout))
    assert again.accepted == 0
    assert [line.code for line in again.refused][:2] == ["line_short", "line_extra"]


def test_refused_lines_of_a_sheet_without_header_get_one(sheet):
    _, _, text = refused_text(sheet("44;UK;0.1\n45;DK;dear\n46;SE;0.2\n"))
    assert text.splitlines()[0] == "line;reason;Column 1;Column 2;Column 3"


FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\tx", "=cmd|' /C calc'!A0", "＝1", "'=1"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_an_error_file_can_run(sheet, formula):
    path = sheet(f'"prefix","{formula}",cost\n44,x,0.1\n45,"{formula}",dear\n', "a.csv")
    _, _, text = refused_text(path, mapping=("prefix", "ignore", "cost"))
    cells = [cell for row in csv.reader(text.splitlines()) for cell in row]
    assert not [cell for cell in cells if cell[:1] in set("=+-@\t\r＝＋－＠")]


@pytest.mark.parametrize("number", ["-1", "+44", "-0.5", "1,5"])
def test_numbers_stay_numbers(number):
    assert inert(number) == number


@pytest.mark.parametrize(
    "text", ["Foo;=1+1", "Foo\t@SUM(A1)", "Foo;'-1", 'Foo;"=1+1"', "Foo\n=1+1", ";=1", "=1;=1", "a;＝1"]
)
def test_no_part_of_a_cell_can_run_where_other_letters_separate_cells(text):
    parts = re.split("[;\t\n]", inert(text))
    assert not [part for part in parts if part.strip('"')[:1] in set("=+-@＝＋－＠") and part]
    assert plain(inert(text)) == text


@given(st.text(alphabet="'=+-@\t 1a＝;\"\r\n") | st.text())
def test_inert_cells_read_back_as_they_were(text):
    assert plain(inert(text)) == text.replace("\0", "\ufffd")
    assert not inert(text).startswith(("=", "@", "\t"))


@pytest.mark.parametrize("name", ["=1+1", "'=1+1", "-cheap-", "O'Higgins", "@home"])
def test_name_written_inert_reads_back_as_it_was(load, name):
    assert rates(load(f"prefix,name,cost\n44,{inert(name)},0.1\n"))["44"][0] == name
