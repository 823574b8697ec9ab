"""Prices as CSV in ConnexCS columns: importing the file gives the same prices again."""

from collections.abc import Iterable, Iterator

from accounts.sheets import inert
from accounts.sheets.csv_file import text
from ratecards.downloads.head import Head
from ratecards.engine.numbers import format_units
from ratecards.engine.table import Row


def pieces(head: Head, batches: Iterable[list[Row]]) -> Iterator[bytes]:
    """The file, a batch at a time. Figures in plain decimal notation."""
    yield text([columns_of(head)]).encode()
    for batch in batches:
        yield text([cells(row, head) for row in batch]).encode()


def columns_of(head: Head) -> list[str]:
    grace = ["grace"] if head.grace else []
    return ["prefix", "name", *head.prices.values(), "mcd", "pulse", "rate_connect", *grace, "status"]


def cells(row: Row, head: Head) -> list[str]:
    prices = [format_units(getattr(row, column) or 0) for column in head.prices]
    grace = [str(row.grace)] if head.grace else []
    status = "Blocked" if row.blocked else ""
    return [
        row.prefix,
        inert(row.name),
        *prices,
        str(row.mcd),
        str(row.pulse),
        format_units(row.connect),
        *grace,
        status,
    ]
