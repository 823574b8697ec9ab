"""Customers as files: reading one of them again makes the same customers. No cell can run as a formula."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import NamedTuple

from accounts.sheets import csv_file, inert, workbook_file
from resellers.models import Customer

DIGITS = 15  # that a spreadsheet keeps of a number


class Format(NamedTuple):
    """One kind of file."""

    label: str
    content_type: str


FORMATS = {
    "csv": Format("CSV", "text/csv; charset=utf-8"),
    "xlsx": Format("Excel (XLSX)", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def pieces(form: str, batches: Iterable[list[Customer]], *, companies: bool) -> Iterator[bytes]:
    """A file of FORMATS, a batch at a time; `companies`: with the column of whose customers they are."""
    columns = ["name", *(["company"] if companies else []), "email", "status", "currency", "debit_limit", "notes", "created"]
    if form == "xlsx":
        yield from workbook_file.pieces("Customers", columns, batches, partial(book_row, companies=companies))
        return
    yield csv_file.text([columns]).encode()
    for batch in batches:
        rows = [list(map(inert, cells(customer, companies=companies))) for customer in batch]
        yield csv_file.text(rows).encode()


def cells(customer: Customer, *, companies: bool) -> list[str]:
    """The cells of a row as text; line breaks of notes are one character."""
    notes = customer.notes.replace("\r\n", "\n").replace("\r", "\n")
    return [
        customer.name, *([customer.company.name] if companies else []), customer.email, customer.get_status_display(),
        customer.currency, figure(customer), notes, f"{customer.created_at:%Y-%m-%d}",
    ]  # fmt: skip


def figure(customer: Customer) -> str:
    """The debit limit in plain decimal notation, without zeros that say nothing."""
    return format(customer.debit_limit.normalize(), "f")


def book_row(customer: Customer, *, companies: bool) -> str:
    texts = list(map(workbook_file.text, cells(customer, companies=companies)))
    amount = figure(customer)
    if sum(map(str.isdigit, amount)) <= DIGITS:
        texts[-3] = workbook_file.number(amount)
    return workbook_file.row(*texts)
