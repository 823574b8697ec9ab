"""Files of customers as they come: encodings, workbooks, odd numbers, and what means harm."""

import io
from decimal import Decimal

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import jobs
from tests.resellers.customer_sheets import IMPORT, as_shown, counts, made, newest
from tests.sheets.books import far_below

pytestmark = pytest.mark.usefixtures("uploads")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize(("delimiter", "end"), [(",", "\n"), (";", "\r\n"), ("\t", "\r"), ("|", "\n")])
def test_text_is_read_as_it_comes(world, run, encoding, delimiter, end):
    rows = [["name", "currency", "notes"], ["Küstenfunk", "EUR", '"two', 'lines"'], ["Søren", "DKK", "plain"]]
    text = end.join(delimiter.join(row[:2]) + delimiter + end.join(row[2:]) for row in rows) + end
    assert counts(run(text.encode(encoding)))[1] == 2
    assert made(world.companies.a)["Küstenfunk"].notes == "two\nlines"


def test_workbook_is_opened_by_the_worker_and_read(world, upload):
    book, target = openpyxl.Workbook(), io.BytesIO()
    for row in (
        ["Name", "Currency", "Debit limit", "E-mail"],
        ["Fjord", "EUR", 250.5, None],
        ["=cmd", "EUR", 100000000000, "x@y.test"],
    ):
        book.active.append(row)
    book.save(target)
    client, job_page = upload(target.getvalue(), name="customers.xlsx")
    jobs.run_now(newest())
    path = client.get(job_page).url
    client.post(path, as_shown(client.get(path)) | {"start": "1"})
    assert counts(jobs.run_now(newest())) == (2, 1, 0, 1, 1, 0)  # the formula has no value: no name
    assert made(world.companies.a)["Fjord"].debit_limit == Decimal("250.5")


def test_workbook_whose_rows_begin_far_below_is_refused_in_words(upload):
    client, job_page = upload(far_below(["Fjord", "EUR"]), name="customers.xlsx")
    jobs.run_now(newest())
    page = client.get(client.get(job_page).url, follow=True)
    assert page.redirect_chain[-1][0] == IMPORT
    assert "The file is empty." in page.content.decode()


HOSTILE = {
    "json": (b'{"cards": []}', "The file is JSON"),
    "pdf": (b"%PDF-1.7 x", "The file is a PDF"),
    "empty": (b"", "empty"),
    "columns": (b",".join([b"name"] * 5000) + b"\n", "more than 100 columns"),
    "binary": (bytes(range(1, 256)) * 40, "not text"),
    "NUL in the header": (
        b"Name,Currency,No\0tes\n" + b"Long enough a name,EUR,some notes\n" * 9,
        "line 1, holds a NUL",
    ),
    "old book": (b"\xd0\xcf\x11\xe0" + b"x" * 100, "old or an encrypted Excel workbook"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_file_is_refused_in_words_and_not_kept(world, login, uploads, kind):
    content, words = HOSTILE[kind]
    answer = login(world.a_admin).post(IMPORT, {"file": SimpleUploadedFile("x.csv", content)})
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not [path for path in uploads.rglob("*") if path.is_file()]


def test_hostile_cells_are_refused_lines_or_plain_text(world, run):
    cells = ["=HYPERLINK(1)", "'=inert", "<script>x</script>", "a\0b", "x" * 151, "zero\u200bwidth", '"', "new\x0bline"]
    job = run("name,currency\n" + "".join(f"{cell},EUR\n" for cell in cells))
    assert counts(job) == (8, 3, 0, 5, 3, 0)
    assert {"=HYPERLINK(1)", "=inert", "<script>x</script>"} <= made(world.companies.a).keys()


@pytest.mark.parametrize(
    "limit", ["1e3", "NaN", "Infinity", "1,000,000", "0.00001", "٣", "9999999999999", "--5", "0x10"]
)
def test_debit_limit_is_a_plain_number_or_refused(run, limit):
    job = run(f'name,currency,debit_limit\nOne,EUR,"{limit}"\nTwo,EUR,1\n')
    assert counts(job) == (2, 1, 0, 1, 1, 0) and job.result["lines"][0]["column"] == "debit_limit"


def test_decimal_comma_is_read_where_no_thousand_can_be_meant(world, run):
    assert counts(run("name;currency;debit limit\nOne;EUR;12,5\nTwo;EUR;1,234\n"))[1] == 2
    found = made(world.companies.a)
    assert (found["One"].debit_limit, found["Two"].debit_limit) == (Decimal("12.5"), Decimal("1.234"))
    assert counts(run("name;currency;debit limit\nFour;EUR;1,234\n"))[3] == 1


def test_header_alone_and_a_layout_without_currency_say_so(start):
    assert "no lines below" in jobs.run_now(start("name,currency\n")).error
    with pytest.raises(ValidationError, match="Currency"):
        start("name,email\nx,y@z.test\n")
