"""What is no rate sheet is refused with a sentence that says what it is."""

import io
import zipfile

import pytest

from ratecards.sheets import SheetError, read, recognise


def zipped():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("rates.csv", "prefix,cost\n44,0.1\n")
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "code", "word"),
    [
        (b"", "empty", "empty"),
        (b" \r\n\t\n", "empty", "empty"),
        (b"\xef\xbb\xbf", "empty", "empty"),
        (b"\xff\xfe", "empty", "empty"),
        (b",,\n;;\n,,\n", "empty", "empty"),
        (zipped(), "kind", "ZIP"),
        (b"%PDF-1.7\n1 0 obj", "kind", "PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "kind", "image"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "kind", "image"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "kind", "Excel"),
        (b"\x1f\x8b\x08\0", "kind", "compressed"),
        (b"\n <html><table>", "kind", "web page"),
        (b'{"cards": {}}', "kind", "JSON"),
        (bytes(range(1, 32)) * 40, "binary", "not text"),
        (",".join(map(str, range(5000))).encode() + b"\n", "columns", "100"),
        (b"prefix,cost\n44,0.1\n" + b"," * 5000, "columns", "100"),
    ],
    ids=range(16),
)
def test_wrong_file_is_named(sheet, content, code, word):
    with pytest.raises(SheetError) as error:
        recognise(sheet(content))
    assert error.value.code == code
    assert word in error.value.message


def test_header_beyond_the_file_is_refused(sheet):
    with pytest.raises(SheetError) as error:
        recognise(sheet("prefix,cost\n44,0.1\n"), header=9)
    assert error.value.code == "header"


def test_file_of_one_endless_line_is_refused(sheet, monkeypatch):
    monkeypatch.setattr("accounts.sheets.lines.CHUNK", 1000)
    monkeypatch.setattr("accounts.sheets.lines.MAX_TEXT", 5000)
    path = sheet("prefix,cost\n44,0.1\n" + "4" * 10_000)
    with pytest.raises(SheetError) as error:
        read(path, recognise(path))
    assert error.value.code == "line_long"
