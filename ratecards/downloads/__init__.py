"""Price lists as files: each format turns a head and batches of rates into pieces of bytes, in constant memory.

Nothing here knows a user or a database. Figures are exact; no cell of a spreadsheet can run as a formula; the private
name of a card is in no file.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from ratecards.downloads import csv_file, document, workbook
from ratecards.downloads.head import Head
from ratecards.engine.table import Row


class Format(NamedTuple):
    """One kind of file; `pieces` makes it of a `Head` and batches of rows in prefix order."""

    label: str
    content_type: str
    pieces: Callable[[Head, Iterable[list[Row]]], Iterator[bytes]]


FORMATS = {
    "csv": Format("CSV", "text/csv; charset=utf-8", csv_file.pieces),
    "xlsx": Format(
        "Excel (XLSX)", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook.pieces
    ),
    "json": Format("open-rate-card (JSON)", "application/json", document.pieces),
}
__all__ = ["FORMATS", "Format", "Head"]
