"""Prefixes in words: the names that go into sheets and, for imports without names, onto cards."""

import pytest

from connexcs.demo import sheets
from ratecards.destinations import NOWHERE, destination_of, name_of

NAMES = {
    "44": "United Kingdom",
    "4420": "United Kingdom - London",
    "442079": "United Kingdom - London",
    "447": "United Kingdom Mobile",
    "447700": "United Kingdom Mobile - O2",
    "44870": "United Kingdom Premium Rate",
    "441481": "Guernsey",
    "447797": "Jersey Mobile - JT",
    "1": "United States and Canada",
    "1204": "Canada - Manitoba",
    "1212": "United States - New York, NY",
    "1242": "Bahamas",
    "7": "Russia and Kazakhstan",
    "7495": "Russia - Moscow",
    "77": "Kazakhstan",
    "7701": "Kazakhstan Mobile - Kcell/Activ",
    "3906": "Italy - Rome",
    "39066982": "Vatican - Vatican City",
    "39335": "Italy Mobile - TIM",
    "383": "Kosovo",
    "4915": "Germany Mobile",
    "55119": "Brazil Mobile",
    "5511": "Brazil - São Paulo",
    "870": "Inmarsat Satellite",
    "8835": "International Networks",
}


@pytest.mark.parametrize("prefix", NAMES)
def test_a_prefix_is_called_what_people_call_it(prefix):
    assert name_of(prefix) == NAMES[prefix]


@pytest.mark.parametrize("prefix", ["", "9", "21", "999", "0044", "abc", "44x", "+44", "٤٤"])
def test_what_no_country_has_has_no_name(prefix):
    assert destination_of(prefix) == NOWHERE
    assert name_of(prefix) == ""


@pytest.mark.parametrize("sheet", [sheets.LARGER, sheets.SMALLER], ids=lambda sheet: sheet.file)
def test_every_line_of_the_demo_sheets_has_a_name_that_fits(sheet):
    rows = list(sheets.rows(sheet))
    name, prefix = (
        sheet.format.index("name" if "name" in sheet.format else "Code Name"),
        0 if "name" in sheet.format else 1,
    )

    assert len({row[prefix] for row in rows}) == len(rows)
    assert all(0 < len(row[name]) <= 150 for row in rows)
