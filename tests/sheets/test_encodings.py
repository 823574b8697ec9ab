"""A sheet reads the same in every encoding, with every delimiter and every kind of line end."""

import pytest

from ratecards.sheets import SheetError, read, recognise

from .conftest import rates, refusals

TEXT = "prefix,name,cost,mcd,pulse\n33,Provençal café,0.5,1,1\n44,Großbritannien,0.25,30,6\n"
RATES = {"33": ("Provençal café", "0.5", "0", 1, 1, 0, ""), "44": ("Großbritannien", "0.25", "0", 30, 6, 0, "")}


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
    ],
)
def test_every_encoding_reads_the_same(sheet, codec, name):
    path = sheet(TEXT.encode(codec))
    layout = recognise(path)
    assert layout.encoding == name
    assert rates(read(path, layout)) == RATES


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_delimiter_reads_the_same(load, delimiter):
    assert rates(load(TEXT.replace(",", delimiter))) == RATES


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_reads_the_same(load, end):
    assert rates(load(TEXT.replace("\n", end))) == RATES


def test_mixed_line_ends_keep_true_line_numbers(load):
    result = load("prefix,name,cost\r\n33,France,0.5\r44,UK,bad\n49,Germany,worse\r\n")
    assert refusals(result) == {3: "price_characters", 4: "price_characters"}


def test_last_line_needs_no_end(load):
    assert rates(load(TEXT.rstrip("\n"))) == RATES


def test_damaged_bytes_in_utf8_refuse_their_line_only(load):
    result = load(TEXT.encode() + b"49,Th\xfcringen,0.1,1,1\n")
    assert rates(result) == RATES
    assert refusals(result) == {4: "line_bytes"}


def test_named_encoding_is_taken_as_said(sheet):
    path = sheet(TEXT.encode("cp1252"))
    layout = recognise(path, encoding="utf-8")
    assert refusals(read(path, layout)) == {2: "line_bytes", 3: "line_bytes"}


def test_nul_refuses_its_line_only(load):
    result = load(TEXT + "49,Ger\0many,0.1,1,1\n")
    assert rates(result) == RATES
    assert refusals(result) == {4: "line_nul"}


@pytest.mark.parametrize("encoding", ["rot13", "idna", "utf-7", ""])
def test_unknown_encoding_is_refused(sheet, encoding):
    path = sheet(TEXT)
    with pytest.raises(SheetError) as error:
        recognise(path, encoding=encoding or "latin-99")
    assert error.value.code == "layout"


def test_quoted_newline_keeps_true_line_numbers(load):
    result = load('prefix,name,cost\n33,"Fra\nnce",0.5\n44,UK,bad\n49,"Ger\r\nmany",0.1\n')
    assert rates(result)["33"][0] == "Fra nce"
    assert rates(result)["49"][0] == "Ger many"
    assert refusals(result) == {4: "price_characters"}
    assert result.read == 3


def test_open_quote_spoils_its_own_line_only(load):
    lines = "".join(f"{prefix},Name,0.1\n" for prefix in range(5000, 5100))
    result = load(f'prefix,name,cost\n33,France,0.5\n44,"UK,0.5\n{lines}')
    assert result.accepted == 101
    assert refusals(result) == {3: "line_quote"}


def test_quote_closed_far_below_does_not_swallow_what_stands_between(load):
    lines = "".join(f"{prefix},Name,0.1\n" for prefix in range(5000, 5050))
    result = load(f'prefix,name,cost\n44,"UK,0.5\n{lines}49,Ger"many,0.1\n')
    assert result.accepted == 51
    assert refusals(result) == {2: "line_quote"}


def test_lines_across_blocks_are_read_once(load, monkeypatch):
    monkeypatch.setattr("accounts.sheets.lines.CHUNK", 64)
    lines = "".join(f'{prefix},"Name\n{prefix}",0.1\n' for prefix in range(1000, 1200))
    result = load(f"prefix,name,cost\n{lines}44,UK,bad\n")
    assert rates(result)["1199"][0] == "Name 1199"
    assert result.accepted == 200
    assert refusals(result) == {402: "price_characters"}
