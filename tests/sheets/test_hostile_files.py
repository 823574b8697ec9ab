"""Files made to harm end in one clear sentence, in the process that opens files and within its limits."""

import io
import stat
import zipfile

import pytest

from accounts.sheets import opening
from ratecards.sheets import SheetError, read, recognise

from .books import opened, repacked, workbook
from .conftest import refusals

ROWS = [["prefix", "name", "cost"], [44, "UK", 0.1]]
SHEET = "xl/worksheets/sheet1.xml"
XML = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


def archive(**members):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return target.getvalue()


def link(info):
    info.external_attr = (stat.S_IFLNK | 0o777) << 16


def sheet_xml(cells):
    return repacked(workbook(("Rates", ROWS)), **{SHEET: XML.format(cells)})


GOOD = workbook(("Rates", ROWS))
FILES = {
    "zip bomb": (repacked(GOOD, **{"xl/media/x.bin": bytes(60_000_000)}), "bomb"),
    "symlink": (repacked(GOOD, link, **{"xl/worksheets/sheet9.xml": "/etc/passwd"}), "links"),
    "archive of a sheet": (archive(**{"rates.csv": "prefix,cost\n44,0.1\n"}), "kind"),
    "truncated": (GOOD[: len(GOOD) // 2], "zip"),
    "many columns": (workbook(("Rates", [["x"] * 5000])), "columns"),
    "no XML": (repacked(GOOD, **{SHEET: "<worksheet"}), "zip"),
    "endless cell": (
        sheet_xml(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"4" * 1_000_000}</t></is></c></row>'),
        "cell_long",
    ),
    "document of nothing": (b"{}", "document"),
    "document of a list": (b"[1]", "document"),
    "endless nesting": (b'{"a":' * 100_000, "json"),
    "half a document": (b'{"cards": {"a": {', "json"),
}


@pytest.mark.parametrize("name", FILES)
def test_file_is_refused_in_one_sentence(sheet, tmp_path, name):
    content, code = FILES[name]
    with pytest.raises(SheetError) as error:
        opened(sheet(content, "file"), tmp_path / "parts")
    assert error.value.code == code
    assert len(error.value.message) < 250
    assert str(tmp_path) not in error.value.message


def test_cell_at_the_far_corner_takes_no_memory(sheet, tmp_path):
    """The library below holds a sheet as a rectangle: this one would have 17 thousand million cells."""
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    with pytest.raises(SheetError) as error:
        opened(sheet(sheet_xml(cells), "file"), tmp_path / "parts")
    assert error.value.code in ("too_much", "zip", "columns")


def test_what_takes_too_long_is_ended(sheet, tmp_path):
    with pytest.raises(SheetError) as error:
        opening.open_sheets(sheet(GOOD, "file"), tmp_path, seconds=0)
    assert error.value.code == "too_much"


def test_external_entities_are_not_fetched(sheet, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("swordfish")
    xml = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>' + XML.format(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&e;</t></is></c></row>'
    )
    try:
        _, paths = opened(sheet(repacked(GOOD, **{SHEET: xml}), "file"), tmp_path / "parts")
    except SheetError:
        return
    assert not any("swordfish" in path.read_text() for path in paths.values())


def test_process_that_opens_files_knows_no_secret(sheet, tmp_path, monkeypatch):
    seen = {}
    monkeypatch.setenv("SECRET_KEY", "swordfish")
    run = opening.subprocess.run
    monkeypatch.setattr(
        opening.subprocess, "run", lambda *command, **options: seen.update(options) or run(*command, **options)
    )
    opened(sheet(GOOD, "file"), tmp_path / "parts")
    assert "swordfish" not in str(seen["env"])
    assert not any(name.startswith(("DATABASE", "DJANGO")) for name in seen["env"])


def test_text_of_a_hundred_megabytes_in_one_cell_is_refused(sheet):
    path = sheet("prefix,cost\n44,0.1\n" + "4" * 100_000_000)
    with pytest.raises(SheetError) as error:
        read(path, recognise(path))
    assert error.value.code == "line_long"


def test_nul_and_formulas_of_a_text_are_read_as_what_they_are(load):
    result = load("prefix,name,cost\n44,=cmd|'/C calc'!A0,0.1\n45,a\0b,0.1\n='[x.xlsx]a'!A1,Link,0.1\n")
    assert refusals(result) == {3: "line_nul", 4: "prefix_characters"}


def test_header_that_stands_twice_is_skipped_the_second_time(load):
    result = load("prefix,name,cost\n44,UK,0.1\nprefix,name,cost\n33,France,0.2\n")
    assert [line.code for line in result.skipped] == ["line_header"]
    assert result.accepted == 2
