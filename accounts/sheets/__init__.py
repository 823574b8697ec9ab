"""Files as lines of cells, whatever they tell of: text in any encoding, workbooks opened in a bounded process.

Nothing here knows what a column means, a user or a database. What is read and what is refused is for the app to say
whose sheet it is.
"""

from accounts.sheets.basics import (
    BREAK,
    DELIMITERS,
    ENCODINGS,
    IGNORE,
    MAX_COLUMNS,
    NOT_ENCODED,
    BadLine,
    Line,
    SheetError,
)
from accounts.sheets.cells import inert, plain
from accounts.sheets.opening import DOCUMENT, TEXT, WORKBOOK, Opened, kind_of, open_sheets, opened_from
from accounts.sheets.report import (
    Preview,
    PreviewRow,
    as_it_stands,
    as_saved,
    cells_of,
    corrected_layout,
    error_file,
    remapped,
)

__all__ = [
    "BREAK",
    "DELIMITERS",
    "DOCUMENT",
    "ENCODINGS",
    "IGNORE",
    "MAX_COLUMNS",
    "NOT_ENCODED",
    "TEXT",
    "WORKBOOK",
    "BadLine",
    "Line",
    "Opened",
    "Preview",
    "PreviewRow",
    "SheetError",
    "as_it_stands",
    "as_saved",
    "cells_of",
    "corrected_layout",
    "error_file",
    "inert",
    "kind_of",
    "open_sheets",
    "opened_from",
    "plain",
    "remapped",
]
