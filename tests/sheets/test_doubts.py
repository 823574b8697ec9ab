"""What could be read in two ways: the cells prove one of them, or it is asked; a wrong price is never the quiet answer."""

from datetime import timedelta

import pytest

from ratecards.sheets import SheetError, open_sheets, read, recognise
from tests.sheets.books import workbook
from tests.sheets.conftest import rates, refusals


def costs(result) -> dict:
    return {prefix: rate[1] for prefix, rate in rates(result).items()}


@pytest.mark.parametrize(
    ("head", "line"),
    [
        ("Current Rate,New Rate", "0.1,0.2"),
        ("Rate,New Price", "0.1,0.2"),
        ("New Rate (USD),Old Rate,Rate", "0.2,0.1,0.1"),
        ("Rate,Price", "0.2,0.2"),
    ],
)
def test_new_price_is_taken_beside_the_old_one(load, head, line):
    assert costs(load(f"Code,{head}\n44,{line}\n")) == {"44": "0.2"}


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Code,Rate,Rate\n44,0.1,0.2\n", "Rate, Rate"),
        ("Code,Rate,Price\n44,0.1,0.2\n", "Rate, Price"),
        ("Code,Prefix,Rate\n7001,44,0.1\n", "Code, Prefix"),
        ("Prefix,Rate,Billing increment,Min duration\n44,0.1,1/1,30\n", "Billing increment, Min duration"),
        ("Prefix,First price,Rate,Intra\n44,0.1,0.1,0.1\n", "First price, Intra"),
        ("Country code,Code,Rate\n7,701,0.1\n7,7172,0.2\n", "Country code"),
    ],
)
def test_columns_that_contradict_one_another_are_asked_for(sheet, text, asked):
    path = sheet(text)
    with pytest.raises(SheetError, match=f"Say what is in: {asked}") as error:
        read(path, recognise(path))
    assert error.value.code == "unmapped"


@pytest.mark.parametrize(
    ("text", "mcd", "pulse"),
    [
        ("Code,Rate,Billing increment,Min duration\n44,0.1,60/30,60\n", 60, 30),
        ("Code,Rate,Billing increment,Min duration\n44,0.1,1,30\n", 30, 1),
        ("Code,Rate,Billing increment\n44,0.1,60/1\n", 60, 1),
    ],
)
def test_increments_that_are_said_twice_alike_are_taken(load, text, mcd, pulse):
    assert rates(load(text))["44"][3:5] == (mcd, pulse)


def test_country_code_that_prefixes_begin_with_is_not_put_in_front(load):
    text = "Country code,Dial code,Rate\n44,44,0.1\n44,4420,0.2\n33,331,0.3\n33,49,0.4\n"
    result = load(text + "".join(f"7,7{code},0.5\n" for code in range(400, 420)))
    assert {"44", "4420", "331", "7400"} <= costs(result).keys()
    assert refusals(result) == {5: "prefix_country"}


def test_american_country_code_is_in_front_of_no_code_twice(load):
    assert set(costs(load("Country code,Code,Rate\n1,1212,0.1\n1,1213,0.2\n"))) == {"1212", "1213"}


@pytest.mark.parametrize(
    ("cells", "wanted", "refused"),
    [
        (["61 38,39", "4420-4421", "4470-71"], {"6138", "6139", "4420", "4421", "4470", "4471"}, {}),
        (["61 38,39", "4470 4471", "44-45"], {"6138", "6139"}, {3: "prefix_several", 4: "prefix_several"}),
        (["61 38/39", "44 20"], {"6138", "6139", "4420"}, {}),
        (["4420;4421", "44 21"], {"4420", "4421"}, {3: "prefix_several"}),
        (["4420;4421", "44,207", "790,791"], {"4420", "4421", "790", "791"}, {3: "prefix_several"}),
    ],
)
def test_spaces_and_dashes_beside_lists_are_not_guessed(load, cells, wanted, refused):
    result = load("Code;Rate\n" + "".join(f'"{cell}";0.1\n' for cell in cells))
    assert refusals(result) == refused
    assert set(costs(result)) == wanted


def test_american_prices_by_state_say_that_codes_lack_their_1(load):
    head = "code,duration,increment,interrate,intrarate,ijrate\n"
    assert set(rates(load(f"{head}201200,6,6,0.001,0.001,0.001\n2022001,6,6,0.001,0.001,0.001\n"))) == {
        "1201200",
        "12022001",
    }
    assert set(rates(load(f"{head}201200,6,6,0.001,0.001,0.001\n44,6,6,0.001,0.001,0.001\n"))) == {"201200", "44"}


def test_price_that_was_split_at_its_comma_is_no_price_of_nothing(sheet):
    path = sheet("44,UK,0,15\n33,France,0,20\n")
    with pytest.raises(SheetError, match="Say which column holds"):
        read(path, recognise(path))


@pytest.mark.parametrize(
    ("head", "said"),
    [("Code,Rate (Min)", ""), ("Code,Rate [EUR]", "EUR"), ("Code,Rate USD", "USD"), ("Prices in EUR,\nCode,Rate", "EUR"),
     ("USD or EUR,\nCode,Rate", ""), ("Prices in EUR,\nCode,Rate (USD)", "USD")],
)  # fmt: skip
def test_currency_is_one_that_exists_and_may_stand_in_the_title(sheet, head, said):
    layout = recognise(sheet(f"{head}\n44,0.1\n"))
    assert (layout.currency, layout.mapping) == (said, ("prefix", "cost"))


def test_sign_of_several_currencies_is_one_of_them(load, sheet):
    assert recognise(sheet("Code,Rate\n44,$0.1\n")).currency == "$"
    assert costs(load("Code,Rate (CAD)\n44,$0.1\n")) == {"44": "0.1"}
    assert refusals(load("Code,Rate (EUR)\n33,0.1\n44,$0.1\n")) == {3: "currency"}


def test_what_stands_above_the_header_and_may_be_a_date_is_told(sheet):
    notes = recognise(sheet("Effective 15 Dec 2026,\n\nCode,Rate\n44,0.1\n")).notes
    assert (
        "Above the header stands “Effective 15 Dec 2026”: a date there says nothing, choose it when you activate."
        in notes
    )


@pytest.mark.parametrize("cell", ["202612", "2026121"])
def test_digits_that_are_several_dates_are_none(load, cell):
    assert refusals(load(f"Code,Rate,Effective\n33,0.1,\n44,0.1,{cell}\n")) == {3: "date_characters"}


def test_change_that_deletes_or_blocks_ends_the_sale(load):
    text = "Code,Rate,Change\n33,0.1,New\n44,0.2,Deleted\n49,0.3,Blocked\n39,,Discontinued\n"
    assert {prefix: rate[-1] for prefix, rate in rates(load(text)).items()} == {
        "33": "", "39": "Blocked", "44": "Blocked", "49": "Blocked"}  # fmt: skip
    result = load(text, closed="remove")
    assert (set(rates(result)), len(result.gone)) == ({"33", "49"}, 2)


def test_status_may_say_the_change_and_no_letter_alone(load):
    result = load("Code,Rate,Status\n33,0.1,Increase\n44,0.2,No change\n49,0.3,D\n39,0.1,Closed\n")
    assert {prefix: rate[-1] for prefix, rate in rates(result).items()} == {"33": "", "44": "", "39": "Blocked"}
    assert refusals(result) == {4: "status"}


def test_unit_of_the_prices_in_a_column_is_read(load):
    assert costs(load("Code,Rate,Unit\n44,0.001,sec\n33,0.06,min\n")) == {"33": "0.06", "44": "0.06"}


@pytest.mark.parametrize("cell", ["2027-04-03", "03/04/2027", "3-Apr-27", "2027-04-03 10:00"])
def test_dates_to_come_under_an_unknown_header_are_asked_for(sheet, cell):
    path = sheet(f"Code,Rate,From\n44,0.1,{cell}\n")
    with pytest.raises(SheetError, match="Say what is in: From"):
        read(path, recognise(path, day="2026-12-01"))
    assert recognise(path, day="2027-12-01").mapping[2] == "ignore"


def test_unit_under_an_unknown_header_is_read(load):
    assert costs(load("Code,Rate,Rate Type\n44,0.001,per second\n")) == {"44": "0.06"}


def test_price_of_the_weekend_must_be_the_same(load):
    assert refusals(load("Code,Rate,Weekend Rate\n44,0.1,0.1\n33,0.1,0.05\n")) == {3: "off_peak"}
    assert refusals(load("Code,Rate,Weekend\n44,0.1,\n33,0.1,0.05\n")) == {3: "no_time"}


def test_codes_of_letters_are_no_prefixes(load):
    assert costs(load("Destination code,Country code,Prefix,Rate\nGBRF,GB,44,0.1\nFRAF,FR,33,USD0.2\n")) == {
        "44": "0.1",
        "33": "0.2",
    }


def test_second_line_of_a_header_is_asked_for(sheet):
    path = sheet("Destination,Code,Rate,Increment,\n,,,Min,Inc\nUK,44,0.1,60,1\n")
    with pytest.raises(SheetError, match="Say what is in: Column 5"):
        read(path, recognise(path))


def test_code_that_a_spreadsheet_made_a_time_is_no_number_of_seconds(load, tmp_path):
    book, minute = tmp_path / "book", timedelta(minutes=1)
    rows = [["Code", "Rate", "MCD"], [timedelta(hours=44, minutes=20), 0.1, minute], [33, 0.1, minute]]
    book.write_bytes(workbook(("Rates", rows)))
    (tmp_path / "parts").mkdir()
    assert open_sheets(book, tmp_path / "parts").first == 0
    result = load((tmp_path / "parts" / "0.csv").read_bytes())
    assert refusals(result) == {2: "prefix_characters"}
    assert rates(result)["33"][3] == 60


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (["1-684", "44-7911", "60-82", "33"], {"1684", "447911", "6082", "33"}),
        (["60-62", "4420-4421"], {"60", "61", "62", "4420", "4421"}),
    ],
)
def test_dashes_after_country_codes_are_no_ranges(load, cells, wanted):
    assert set(costs(load("Code,Rate\n" + "".join(f"{cell},0.1\n" for cell in cells)))) == wanted
