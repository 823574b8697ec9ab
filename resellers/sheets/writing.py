"""Customers as files: reading one of them again makes the same customers. No cell can run as a formula."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import NamedTuple

from accounts.sheets import csv_file, inert, workbook_file
from resellers.models import Customer

DIGITS = 15  # that a spreadsheet keeps of a number
VALUES = ("name", "company__name", "email", "status", "currency", "debit_limit", "notes", "created_at")
LABELS = dict(Customer.STATUSES)


class Format(NamedTuple):
    """One kind of file."""

    label: str
    content_type: str


FORMATS = {
    "csv": Format("CSV", "text/csv; charset=utf-8"),
    "xlsx": Format("Excel (XLSX)", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def pieces(form: str, batches: Iterable[list], *, companies: bool) -> Iterator[bytes]:
    """A file of FORMATS, a batch at a time; `companies`: with the column of whose customers they are.

    A batch holds named tuples of VALUES: a million customers are never a million objects of the model.
    """
    columns = [
        "name",
        *(["company"] if companies else []),
        "email",
        "status",
        "currency",
        "debit_limit",
        "notes",
        "created",
    ]
    if form == "xlsx":
        yield from workbook_file.pieces("Customers", columns, batches, partial(book_row, companies=companies))
        return
    yield csv_file.text([columns]).encode()
    for batch in batches:
        rows = [list(map(inert, cells(customer, companies=companies))) for customer in batch]
        yield csv_file.text(rows).encode()


def cells(customer, *, companies: bool) -> list[str]:
    """The cells of a row as text; line breaks of notes are one character."""
    notes = customer.notes.replace("\r\n", "\n").replace("\r", "\n")
    return [
        customer.name, *([customer.company__name] if companies else []), customer.email, LABELS[customer.status],
        customer.currency, figure(customer), notes, f"{customer.created_at:%Y-%m-%d}",
    ]  # fmt: skip


def figure(customer) -> str:
    """The debit limit in plain decimal notation, without zeros that say nothing."""
    return format(customer.debit_limit.normalize(), "f")


def book_row(customer, *, companies: bool) -> str:
    texts = list(map(workbook_file.text, cells(customer, companies=companies)))
    amount = figure(customer)
    if sum(map(str.isdigit, amount)) <= DIGITS:
        texts[-3] = workbook_file.number(amount)
    return workbook_file.row(*texts)
