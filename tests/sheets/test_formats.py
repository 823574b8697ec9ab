"""Every known format is recognised by itself and read to the prices that its sender means."""

import pytest

from ratecards.engine.numbers import format_units
from ratecards.sheets import read, recognise

from .conftest import DAY, FIXTURES, rates, refusals


def fixture(name):
    path = FIXTURES / name
    layout = recognise(path, day=DAY)
    return layout, read(path, layout)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("connexcs.csv", "connexcs"),
        ("connexcs_split.csv", "connexcs"),
        ("astpp.csv", "astpp"),
        ("astpp_termination.csv", "astpp"),
        ("magnus.csv", "magnus"),
        ("magnus_short.csv", "magnus"),
        ("yeti.csv", "yeti"),
        ("kazoo.csv", "kazoo"),
        ("labs46.csv", "46labs"),
        ("pyfb.csv", "pyfb"),
        ("jerasoft.csv", "jerasoft"),
        ("other.csv", "other"),
    ],
)
def test_format_is_recognised(file, name):
    assert recognise(FIXTURES / file, day=DAY).format == name


def test_connexcs_rates():
    layout, result = fixture("connexcs.csv")
    assert rates(result) == {
        "44": ("United Kingdom", "0.01", "0", 1, 1, 0, ""),
        "447": ("United Kingdom Mobile", "0.025", "0.001", 30, 6, 0, ""),
        "44870": ("United Kingdom Premium", "0", "0", 1, 1, 0, "Blocked"),
        "1684": ("Samoa, American", "0.08", "0", 60, 60, 0, ""),
    }
    assert refusals(result) == {}
    assert result.table.presented == ("cost",)
    assert layout.notes == ("intra: empty, so there is no Intra.", "inter: empty, so there is no Inter.")


def test_connexcs_split_prices():
    _, result = fixture("connexcs_split.csv")
    assert [tuple(map(format_units, (row.cost, row.intra, row.inter))) for row in result.table.rows()] == [
        ("0.0015", "0.0012", "0.0009"),
        ("0.0016", "0.0013", "0.0008"),
    ]


def test_astpp_names_its_currency_and_refuses_free_seconds():
    layout, result = fixture("astpp.csv")
    assert layout.currency == "USD"
    assert rates(result) == {
        "93": ("Afghanistan", "0.25", "0.01", 60, 60, 0, ""),
        "9370": ("Afghanistan Mobile", "0.28", "0", 30, 6, 0, ""),
    }
    assert refusals(result) == {4: "no_free"}


def test_astpp_refuses_strip_even_in_curly_quotes():
    _, result = fixture("astpp_termination.csv")
    assert set(rates(result)) == {"93"}
    assert refusals(result) == {3: "no_change"}


def test_magnus_without_header():
    layout, result = fixture("magnus.csv")
    assert (layout.header, layout.delimiter, layout.encoding) == (0, ";", "cp1252")
    assert rates(result) == {
        "5511": ("Brasil São Paulo", "0.15", "0.01", 30, 6, 3, ""),
        "5521": ("Brasil Rio", "0.16", "0", 60, 60, 0, ""),
    }


def test_magnus_refuses_pulses_counted_from_the_start_and_other_fees():
    _, result = fixture("magnus.csv")
    assert refusals(result) == {3: "increments", 4: "no_fee"}


def test_magnus_of_three_columns_says_which_increments_it_takes():
    layout, result = fixture("magnus_short.csv")
    assert rates(result)["5511"] == ("brasil SP", "0.15", "0", 1, 1, 0, "")
    assert "No column holds the MCD and the Pulse: 1 second is taken." in layout.notes


def test_yeti_dearer_first_interval_becomes_connect_cost():
    _, result = fixture("yeti.csv")
    assert rates(result) == {
        "380": ("", "0.05", "0.01", 1, 1, 0, ""),
        "38044": ("", "0.06", "0.07", 60, 1, 0, ""),
    }


def test_yeti_refuses_what_has_no_field():
    _, result = fixture("yeti.csv")
    assert refusals(result) == {
        4: "first_cheaper",
        5: "no_length",
        6: "no_tag",
        7: "enabled",
        8: "date_far",
        9: "first_exact",
    }


def test_kazoo_free_below_three_seconds_is_a_grace_of_two():
    layout, result = fixture("kazoo.csv")
    assert rates(result) == {
        "1503": ("OREGON", "0.1", "0.02", 60, 60, 2, ""),
        "150": ("GENERAL", "0.2", "0", 30, 6, 0, ""),
    }
    assert refusals(result) == {4: "outbound"}
    assert "pvt_rate_cost: not known, not read." in layout.notes


def test_46labs_price_of_an_increment_becomes_a_price_a_minute():
    _, result = fixture("labs46.csv")
    assert [
        (row.prefix, row.mcd, row.pulse, *map(format_units, (row.cost, row.inter, row.intra)))
        for row in result.table.rows()
    ] == [
        ("1201200", 6, 6, "0.018", "0.006", "0.012"),
        ("1201201", 6, 6, "0.019", "0.007", "0.013"),
        ("1201202", 7, 7, "0.018", "0.006", "0.012"),
    ]


def test_46labs_refuses_an_increment_without_an_exact_minute():
    _, result = fixture("labs46.csv")
    assert refusals(result) == {5: "price_minute"}


def test_pyfb_minus_one_is_blocked():
    layout, result = fixture("pyfb.csv")
    assert layout.decimal_comma
    assert rates(result) == {
        "33": ("France", "0.015", "0", 1, 1, 0, ""),
        "336": ("France Mobile", "0.045", "0", 60, 30, 0, ""),
        "3389": ("France Audiotel", "0", "0", 1, 1, 0, "Blocked"),
    }
    assert refusals(result) == {5: "increments"}


def test_jerasoft_export():
    layout, result = fixture("jerasoft.csv")
    assert layout.codes == "several"
    kingdom = {str(prefix): ("United Kingdom", "0.09", "0", 60, 60, 0, "") for prefix in range(4400, 4410)}
    assert rates(result) == kingdom | {
        "49": ("Germany", "0.02", "0", 1, 1, 0, ""),
        "4915": ("Germany Mobile", "0.09", "0.005", 60, 60, 0, ""),
    }
    assert refusals(result) == {
        4: "no_origin",
        5: "no_policy",
        6: "no_end",
        7: "no_tag",
        9: "no_time",
    }


def test_unknown_headers_are_guessed_below_a_title():
    layout, result = fixture("other.csv")
    assert (layout.header, layout.currency, layout.decimal_comma) == (3, "EUR", True)
    assert layout.mapping == ("prefix", "name", "cost", "pulse", "ignore")
    assert "Zone colour: not known, not read." in layout.notes
    assert "Above the header, 1 line is not read." in layout.notes
    assert rates(result)["43"] == ("Österreich", "0.0123", "0", 1, 60, 0, "")
