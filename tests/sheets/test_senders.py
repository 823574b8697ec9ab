"""The sheets that senders really send, row by row of what each means: recognised by themselves, read to the same prices."""

import pytest

from ratecards.sheets import recognise

from .conftest import DAY, rates, refusals


def test_switzernet_prices_at_other_times_must_be_the_same(load):
    head = "Destination,Prefix,First Price,Next Price,Off-peak First,Off-peak Next,Effective from,Preference\n"
    result = load(f"{head}UK,44,0.1,0.1,0.1,0.1,2024-01-01,5\nUK Mobile,447,0.2,0.2,0.2,0.1,2024-01-01,5\n")
    assert rates(result) == {"44": ("UK", "0.1", "0", 1, 1, 0, "")}
    assert refusals(result) == {3: "off_peak"}


def test_freeside_country_code_once_and_then_a_list(load):
    result = load('Destination name,code,rate\nAustralia,"61 38,39",0.02\nMexico,52 33,0.03\nUK,44,0.01\n')
    assert {prefix: rate[1] for prefix, rate in rates(result).items()} == {
        "6138": "0.02", "6139": "0.02", "5233": "0.03", "44": "0.01"}  # fmt: skip


def test_syncswitch_without_header_rate_first_code_last(load):
    row = '{rate},UK,00:00:00,23:59:59,"SUN,MON,TUE,WED,THU,FRI,SAT",{code}\n'
    result = load(row.format(rate="0.0100", code="44") + row.format(rate="0.0200", code="447")
                  + row.format(rate="0.0300", code="447") + row.format(rate="0.0400", code="4420").replace("SUN,", ""))  # fmt: skip
    assert {prefix: rate[:2] for prefix, rate in rates(result).items()} == {"44": ("UK", "0.01"), "447": ("UK", "0.02")}
    assert refusals(result) == {3: "duplicate", 4: "no_time"}


def test_bandwidth_country_in_the_description(load):
    result = load("Destination / Country / Description,Dial Prefix,Rate\nUnited Kingdom (BT),44,0.01\n")
    assert rates(result)["44"][0] == "United Kingdom (BT)"


def test_a2billing_patterns_and_week_minutes(load):
    head = (
        "dialprefix,destination,rateinitial,initblock,billingblock,connectcharge,startdate,stopdate,starttime,endtime\n"
    )
    result = load(f"{head}44,UK,0.01,30,6,0,2024-01-01 00:00:00,2099-01-01 00:00:00,0,10079\n_447XNZ.,UK,0.01,1,1,0,,,0,10079\n"
                  "447,UK,0.01,1,1,0,,,480,1200\ndefaultprefix,All,0.5,1,1,0,,,0,10079\n")  # fmt: skip
    assert rates(result) == {"44": ("UK", "0.01", "0", 30, 6, 0, "")}
    assert refusals(result) == {3: "prefix_characters", 4: "no_time", 5: "prefix_characters"}


def test_cgrates_seconds_with_a_unit_comments_and_interval_start(load):
    head = "#Prefix,ConnectFee,Rate,RateIncrement,GroupIntervalStart\n"
    result = load(f"{head}+49,0.1,0.2,60s,0s\n#a comment,,,,\n+4915,0,0.2,1s,60s\n")
    assert rates(result) == {"49": ("", "0.2", "0.1", 60, 60, 0, "")}
    assert [line.code for line in result.skipped] == ["line_comment"]
    assert refusals(result) == {4: "no_interval"}


def test_portabilling_discontinued_and_dialling_prefix(load):
    head = "Prefix,Description,Rate,Effective from,Discontinued,Payback\n"
    result = load(
        f"{head}011420,Czechia,0.01,2024-01-01 00:00:00 UTC,N,0\n011421,Slovakia,0.02,,Y,0\n01143,Austria,0.02,,,0.5\n"
    )
    assert [(prefix, rate[-1]) for prefix, rate in rates(result).items()] == [("420", ""), ("421", "Blocked")]
    assert refusals(result) == {4: "no_fee"}


def test_names_with_commas_and_eight_decimals(load):
    result = load('name,code,rate\n"Afghanistan, AWCC mobile",9370,0.12345678\n')
    assert rates(result)["9370"][:2] == ("Afghanistan, AWCC mobile", "0.12345678")


@pytest.mark.parametrize(
    ("cell", "mcd", "pulse"), [("60/60", 60, 60), ("30/6", 30, 6), ("0/6", 0, 6), ("1/1", 1, 1), ("60/1/1", 60, 1), ("60+1", 60, 1),
                               ("6", 6, 6), ("60:30", 60, 30)]
)  # fmt: skip
def test_increments_in_one_cell(load, cell, mcd, pulse):
    assert rates(load(f"code;rate;billing increment\n44;0.1;{cell}\n"))["44"][3:5] == (mcd, pulse)


@pytest.mark.parametrize("cell", ["30-Jun", "2024-06-30", "01/01/1900", "60/1/6", "x", "30/0"])
def test_increments_that_are_none_are_refused(load, cell):
    result = load(f"code;rate;billing increment\n33;0.1;1/1\n44;0.1;{cell}\n")
    assert list(refusals(result)) == [3]


@pytest.mark.parametrize(
    ("cell", "price", "comma"),
    [("€0.1234", "0.1234", False), ("0.1234 EUR", "0.1234", False), ("EUR 0.1234", "0.1234", False), ("0,1234 €", "0.1234", True),
     ("1.234,56", "1234.56", True), ("1,234.56", "1234.56", False), ("1.234.567,8", None, True), ("$0.1", "0.1", False)],
)  # fmt: skip
def test_marks_of_currencies_and_of_thousands(load, cell, price, comma):
    result = load(f'code;rate\n33;"{cell}"\n')
    found = rates(result).get("33")
    assert (found and found[1]) == price


def test_another_currency_in_one_cell_is_refused(load):
    assert refusals(load("code;rate [EUR]\n33;0.1 EUR\n44;0.1 USD\n49;£0.1\n")) == {3: "currency", 4: "currency"}


def test_country_alone_is_the_name_and_beside_a_name_stands_before_it(load):
    assert rates(load("Country;Code;Rate\nFrance;33;0.1\n"))["33"][0] == "France"
    found = rates(load("Country;Destination;Code;Rate\nFrance;Mobile;336;0.1\nFrance;France Paris;331;0.1\n"))
    assert [rate[0] for rate in found.values()] == ["France Paris", "France Mobile"]


def test_closed_lines_leave_the_list_when_told(load):
    text = "code;rate;status\n33;0.1;\n44;0.2;deleted\n49;closed;\n39;0.1;Blocked\n"
    assert [(prefix, rate[-1]) for prefix, rate in rates(load(text)).items()] == [
        ("33", ""),
        ("39", "Blocked"),
        ("44", "Blocked"),
        ("49", "Blocked"),
    ]
    result = load(text, closed="remove")
    assert set(rates(result)) == {"33", "39"}
    assert (len(result.gone), result.accepted) == (2, 4)


@pytest.mark.parametrize(
    ("word", "flag"),
    [("Increase", 2), ("↓", 3), ("-", 3), ("+", 2), ("NEW", 1), ("no change", 4), ("Deleted", 5), ("?", 0)],
)
def test_flags_are_kept_beside_the_prices(load, word, flag):
    result = load(f"code;rate;change\n33;0.1;{word}\n")
    assert (result.flags[1].tolist() if result.flags else [0]) == [flag]


def test_recognition_says_all_it_found(sheet):
    layout = recognise(
        sheet("Prices of July\n\nPrefix;Ziel;Rate [EUR];Effective\n4420-29;UK;0,0123;13.08.2024\n"), day=DAY
    )
    assert (layout.header, layout.delimiter, layout.currency, layout.decimal_comma, layout.codes, layout.dates) == (
        3, ";", "EUR", True, "several", "dmy")  # fmt: skip
