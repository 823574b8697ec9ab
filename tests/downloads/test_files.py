"""Files of prices read back: by other readers the same figures, for any rates whatever."""

import hashlib
import io
import json
import tempfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from accounts.sheets import workbook_file
from ratecards import sheets
from ratecards.downloads import FORMATS, Head
from ratecards.downloads.document import number
from ratecards.engine.classes import settled_row
from ratecards.engine.numbers import MAX_PRICE, from_units
from ratecards.engine.table import Row, from_rows

CARD = {
    "currency": "USD", "direction": "termination", "dialling": "dn", "public_notes": "", "price_precision": 6,
    "price_rounding": "up", "charge_precision": 4, "charge_rounding": "half_up", "source_countries": "AT,DE",
    "destination_countries": "FR",
}  # fmt: skip
PRESENTATIONS = ["single", "split", "full", "eea"]
PREFIX = st.from_regex(r"\A(?!00)[0-9]{1,15}\Z")
NAME = st.text(alphabet='abcÄé=+-@#/NA!"\\,; 1', max_size=20).map(str.strip)
PRICE = st.integers(0, MAX_PRICE) | st.integers(0, 200)
SECONDS = st.integers(1, 3600)


def head(presentation, grace=False) -> Head:
    return Head(
        "ab12-CD34", "Öffentlich", 3, CARD | {"presentation": presentation}, "2026-01-31", "2026-01-30T10:00:00Z", grace
    )


@st.composite
def rated(draw):
    """(a head, rows of its card in prefix order), Blocked ones without figures."""
    presentation, grace = draw(st.sampled_from(PRESENTATIONS)), draw(st.booleans())
    price = st.none() if presentation == "single" else PRICE
    seconds = {"mcd": SECONDS, "pulse": SECONDS, "grace": SECONDS if grace else st.just(0)}
    prices = {"cost": PRICE, "intra": price, "inter": price, "connect": PRICE}
    sold = st.builds(Row, prefix=PREFIX, name=NAME, **prices, **seconds, blocked=st.just(False))
    none = st.just(None if presentation == "single" else 0)
    blocked = st.builds(
        lambda prefix, name, other: Row(prefix, name, 0, other, other, blocked=True), PREFIX, NAME, none
    )
    rows = draw(st.lists(sold | blocked, min_size=1, max_size=12, unique_by=lambda row: row.prefix))
    rows = [settled_row(row, presentation) for row in rows]
    return head(presentation, grace), sorted(rows, key=lambda row: row.prefix)


def file_of(form, about, rows) -> bytes:
    half = len(rows) // 2
    return b"".join(FORMATS[form].pieces(about, iter([rows[:half], rows[half:]] if half else [rows])))


def prices(row) -> list:
    return [row.cost] if row.intra is None else [row.intra, row.inter, row.cost]


@settings(max_examples=60, deadline=None)
@given(rated())
def test_csv_read_back_is_the_same_card(given_card):
    about, rows = given_card
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "card.csv"
        path.write_bytes(file_of("csv", about, rows))
        result = sheets.read(path, sheets.recognise(path, encoding="utf-8", delimiter=",", header=1))
    assert (result.refused, result.skipped) == ([], [])
    assert result.table == from_rows(rows)


@settings(max_examples=60, deadline=None)
@given(rated())
def test_document_read_back_is_the_same_card_and_its_checksum_is_right(given_card):
    about, rows = given_card
    data = file_of("json", about, rows)
    found = json.loads(data, parse_float=Decimal, parse_int=Decimal)
    card = found["cards"]["ab12-CD34"]
    fields = [field["name"] for field in card["fields"]]
    assert len({"rate_intra", "rate_local", "rate"} & set(fields)) == (
        1 if about.card["presentation"] == "single" else 2
    )
    read = [row_of(dict(zip(fields, cells, strict=True))) for cells in card["rates"]]
    assert read == [row._replace(grace=row.grace if about.grace else 0) for row in rows]
    assert found["metadata"]["checksum"] == checksum(data)


def row_of(cells: dict) -> Row:
    price = {
        name: next((units(cells[key]) for key in keys if key in cells), None)
        for name, keys in {
            "cost": ["rate"],
            "intra": ["rate_intra", "rate_local"],
            "inter": ["rate_inter", "rate_eea"],
        }.items()
    }
    seconds = {"mcd": cells["initial_interval"], "pulse": cells["billing_interval"], "grace": cells.get("grace", 0)}
    return Row(cells["prefix"], cells["name"], **price, connect=units(cells["connection_fee"]),
               **{name: int(value) for name, value in seconds.items()}, blocked=cells["status"] == "Blocked")  # fmt: skip


def units(figure: Decimal) -> int:
    return int(figure.scaleb(8))


def checksum(data: bytes) -> str:
    """The digest of the document without its checksum, written canonically by other means: as floats, by their repr."""
    found = json.loads(data)
    del found["metadata"]["checksum"]
    return hashlib.sha256(ecma(found).encode()).hexdigest()


def ecma(value) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{ecma(key)}:{ecma(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(ecma, value)) + "]"
    if isinstance(value, float):
        plain = repr(value).replace("e-0", "e-")
        return (
            f"{value:.6f}".rstrip("0")
            if 1e-6 <= value < 1e-4 and "e" in plain and len(f"{Decimal(plain):f}") <= 8
            else f"{Decimal(plain):f}"
            if value >= 1e-6
            else plain
        )
    return json.dumps(value, ensure_ascii=False)


@pytest.mark.parametrize(
    ("price", "text"),
    [(0, "0"), (1, "1e-8"), (10, "1e-7"), (12, "1.2e-7"), (99, "9.9e-7"), (90, "9e-7"), (100, "0.000001"), (123, "0.00000123"),
     (10**8, "1"), (MAX_PRICE, "100000"), (448_000, "0.00448")],
)  # fmt: skip
def test_numbers_are_written_as_ecmascript_does(price, text):
    assert number(price) == text


@settings(max_examples=30, deadline=None)
@given(rated())
def test_workbook_holds_prefixes_as_text_and_exact_figures(given_card):
    about, rows = given_card
    data = file_of("xlsx", about, rows)
    found = list(load_workbook(io.BytesIO(data), read_only=True)["Rates"].iter_rows(values_only=True))
    assert found[0][:2] == ("prefix", "name")
    assert [line[0] for line in found[1:]] == [row.prefix for row in rows]
    for line, row in zip(found[1:], rows, strict=True):
        figures = dict(zip(found[0], line, strict=True))
        shown = [figures[name] for column, name in about.prices.items() for _ in [column]]
        assert [Decimal(repr(one)) for one in shown] == [from_units(price).normalize() for price in prices(row)]
        assert (figures["mcd"], figures["pulse"], figures["status"] == "Blocked") == (row.mcd, row.pulse, row.blocked)
        assert sheets.plain(line[1] or "") == row.name


@pytest.mark.parametrize("name", ["=1+1", "+1", "-2+3", "@SUM(A1)", "#N/A", "#REF!", "\x01bell"])
def test_cell_that_looks_like_a_formula_or_an_error_is_text(name):
    data = file_of("xlsx", head("single"), [Row("44", name, 1)])
    cell = load_workbook(io.BytesIO(data))["Rates"]["B2"]
    assert cell.data_type == "s"
    assert (
        CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("Rates").to_python()[1][1].endswith(name[1:])
    )


def test_list_longer_than_a_sheet_goes_on_in_the_next(monkeypatch):
    monkeypatch.setattr(workbook_file, "SHEET_ROWS", 3)
    rows = [Row(str(number), "", number) for number in range(1, 6)]
    book = load_workbook(io.BytesIO(file_of("xlsx", head("single"), rows)))
    assert book.sheetnames == ["Rates", "Rates 2", "Rates 3"]
    assert [[cell.value for cell in sheet["A"]] for sheet in book] == [
        ["prefix", "1", "2"],
        ["prefix", "3", "4"],
        ["prefix", "5"],
    ]


def test_prices_of_an_eea_card_are_named_for_what_they_are():
    lines = file_of("csv", head("eea"), [Row("49", "Germany", 3, 1, 2)]).decode().splitlines()
    assert lines == ["prefix,name,rate_local,rate_eea,rate_international,mcd,pulse,rate_connect,status",
                     "49,Germany,0.00000001,0.00000002,0.00000003,0,1,0,"]  # fmt: skip
    assert json.loads(file_of("json", head("eea"), []))["cards"]["ab12-CD34"]["source_countries"] == ["AT", "DE"]
