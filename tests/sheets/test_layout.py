"""A layout can be kept as JSON, corrected by its caller, and refuses what it cannot mean."""

import json
from dataclasses import replace

import pytest

from ratecards.sheets import RULES, Layout, SheetError, read, recognise

from .conftest import DAY, FIXTURES, rates, refusals


@pytest.mark.parametrize("path", sorted(FIXTURES.iterdir()), ids=lambda path: path.name)
def test_layout_survives_json(path):
    layout = recognise(path, day=DAY)
    assert Layout.from_dict(json.loads(json.dumps(layout.to_dict()))) == layout


@pytest.mark.parametrize(
    "change",
    [
        {"encoding": "rot13"},
        {"delimiter": "x"},
        {"rate_unit": "hour"},
        {"mapping": ["prefix"]},
        {"mapping": ["prefix", "prefix", "cost", "mcd", "pulse"]},
        {"mapping": ["prefix", "company", "cost", "mcd", "pulse"]},
        {"mapping": ["first", "intra", "cost", "mcd", "pulse"]},
        {"mapping": ["grace", "free_below", "cost", "mcd", "pulse"]},
        {"mapping": "prefix"},
        {"columns": [], "mapping": []},
        {"header": -1},
        {"header": True},
        {"header": "1"},
        {"pulse": 0},
        {"mcd": 90_000},
        {"decimal_comma": "yes"},
        {"day": "tomorrow"},
        {"company": 7},
    ],
    ids=str,
)
def test_impossible_layout_is_refused(sheet, change):
    layout = recognise(sheet("prefix,name,cost,mcd,pulse\n44,UK,0.1,1,1\n")).to_dict()
    with pytest.raises(SheetError) as error:
        Layout.from_dict(layout | change)
    assert error.value.code == "layout"


def test_incomplete_layout_is_refused():
    with pytest.raises(SheetError):
        Layout.from_dict({"format": "other"})


@pytest.mark.parametrize(("header", "missing"), [("code,colour", "Cost"), ("colour,cost", "Prefix")])
def test_prefix_and_cost_must_be_known(sheet, header, missing):
    path = sheet(f"{header}\n44,55\n")
    with pytest.raises(SheetError) as error:
        read(path, recognise(path))
    assert error.value.code == "unmapped"
    assert missing in error.value.message


def test_caller_maps_columns_that_were_not_guessed(sheet):
    path = sheet("Ruf;Ziel;Tarif je Min\n44;UK;0,1\n")
    layout = recognise(path)
    assert (layout.header, layout.mapping) == (1, ("ignore", "ignore", "ignore"))
    layout = replace(layout, mapping=("prefix", "name", "cost"), decimal_comma=True, mcd=60, pulse=30)
    assert rates(read(path, layout)) == {"44": ("UK", "0.1", "0", 60, 30, 0, "")}


def test_caller_overrides_delimiter_and_header(sheet):
    path = sheet("44|UK|0.1\n45|DK|0.2\n")
    layout = recognise(path, delimiter="|", header=0)
    assert (layout.header, layout.mapping) == (0, ("prefix", "name", "cost"))
    assert set(rates(read(path, layout))) == {"44", "45"}


def test_layout_of_another_sheet_is_refused(sheet):
    layout = recognise(sheet("prefix,name,cost\n44,UK,0.1\n"))
    with pytest.raises(SheetError) as error:
        read(sheet("prefix,cost,name\n44,0.1,UK\n", "other.csv"), layout)
    assert error.value.code == "header"


def test_two_columns_for_one_field_are_not_both_read(sheet):
    layout = recognise(sheet("prefix,cost,rate\n44,0.1,0.1\n"))
    assert layout.mapping == ("prefix", "cost", "ignore")
    assert "rate: also looks like Cost, not read." in layout.notes


@pytest.mark.parametrize(
    ("prices", "comma"),
    [
        (["0,5", "1"], True),
        ([",5"], True),
        (["0,5", "0.5"], False),
        (["1,234"], False),
        (["1,234", "0,12"], True),
        (["5"], False),
    ],
)
def test_decimal_comma_is_told_by_sure_signs_only(sheet, prices, comma):
    rows = "".join(f"{44 + position};{price}\n" for position, price in enumerate(prices))
    assert recognise(sheet(f"prefix;cost\n{rows}")).decimal_comma is comma


def test_dot_in_a_sheet_of_commas_is_refused(load):
    assert refusals(load("prefix;cost\n44;0,5\n45;1.234\n46;1.23,5\n", decimal_comma=True)) == {
        3: "price_dot",
        4: "price_thousands",
    }


@pytest.mark.parametrize("rule", sorted(RULES))
def test_every_rule_takes_its_neutral_cells_and_refuses_others(sheet, rule):
    neutral = {"currency": "usd"}.get(rule, "")
    path = sheet(f"prefix,cost,thing\n44,0.1,{neutral}\n45,0.1,something else\n")
    layout = replace(recognise(path), mapping=("prefix", "cost", rule), currency="USD")
    assert refusals(read(path, layout)) == {3: rule}


def test_one_sheet_has_one_currency(load):
    result = load("prefix,cost,currency\n44,0.1,USD\n45,0.1,usd\n46,0.1,EUR\n")
    assert refusals(result) == {4: "currency"}


def test_progress_is_told_in_bytes_to_the_end(sheet):
    path, told = sheet("prefix,cost\n" + "".join(f"{n},0.1\n" for n in range(1000, 1500))), []
    read(path, recognise(path), progress=lambda *seen: told.append(seen))
    assert told[-1] == (path.stat().st_size, path.stat().st_size)
