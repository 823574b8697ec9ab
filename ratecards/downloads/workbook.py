"""Prices as an Excel workbook: prefixes and names as text, figures as exact numbers."""

from collections.abc import Iterable, Iterator
from functools import partial

from accounts.sheets.workbook_file import number, row, text
from accounts.sheets.workbook_file import pieces as workbook
from ratecards.downloads.csv_file import columns_of
from ratecards.downloads.head import Head
from ratecards.engine.numbers import format_units
from ratecards.engine.table import Row


def pieces(head: Head, batches: Iterable[list[Row]]) -> Iterator[bytes]:
    """The file, about a batch at a time."""
    yield from workbook("Rates", columns_of(head), batches, partial(cells, head=head))


def cells(rate: Row, head: Head) -> str:
    prices = [format_units(getattr(rate, column) or 0) for column in head.prices]
    grace = [rate.grace] if head.grace else []
    figures = map(number, (*prices, rate.mcd, rate.pulse, format_units(rate.connect), *grace))
    return row(text(rate.prefix), text(rate.name), *figures, text("Blocked" if rate.blocked else ""))
