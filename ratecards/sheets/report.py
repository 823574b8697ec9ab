"""Showing a rate sheet before it is taken."""

from datetime import UTC, datetime

from accounts.sheets import report
from accounts.sheets.report import PreviewRow
from ratecards.engine.numbers import format_units
from ratecards.sheets.convert import PRICES, Converter
from ratecards.sheets.dates import PAST


def preview(path, layout, rows=10, deck=None):
    """Return the Preview of a file's first and last lines; a prefix listed twice is for the reading itself to find.

    `deck` as for reading. Raises SheetError as reading does.
    """
    layout.require()
    converter = Converter(layout, deck)
    return report.preview(path, layout, lambda block: _shown(converter, block), rows)


def _begins(row):
    """Return when a rate begins, for a sheet that says so."""
    if "effective" not in row:
        return {}
    instant = row["effective"]
    return {"effective": datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%d %H:%M") if instant > PAST else "now"}


def _shown(converter, block):
    rates, skipped, refused = converter.convert(block)
    problem = next(iter(skipped + refused), None)
    values = {}
    if not problem:
        names = list(converter.names.positions)
        row = {field: column[0].item() for field, column in rates.columns.items()}
        prices = {field: format_units(row[field]) for field in (*PRICES, "connect") if field in row}
        seconds = {field: str(row[field]) for field in ("mcd", "pulse", "grace")}
        status = {"status": "Leaves the list" if row["gone"] else "Blocked" if row["blocked"] else ""}
        more = len(rates.prefixes) - 1
        prefix = f"{rates.prefixes[0]} to {rates.prefixes[-1]} ({more + 1})" if more else rates.prefixes[0]
        values = {"prefix": prefix, "name": names[row["name"]]} | prices | seconds | status | _begins(row)
    return PreviewRow(block.numbers[0], block.rows[0], values, problem, bool(skipped))
