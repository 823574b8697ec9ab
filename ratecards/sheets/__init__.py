"""Reading rate sheets: a carrier's file becomes a layout that can be seen and corrected, then a table of rates.

open_sheets(path, folder) makes text of a workbook or a document, recognise(path) says how a file is laid out,
read(path, layout) reads it, preview(path, layout) shows it, and error_file(refused, layout) gives the refused lines back
to be corrected; load_deck(path, layout) reads the codes of a sheet that has only names. Nothing here knows a card, a
user or a database, so no column of a file can say to whom a row belongs.
"""

from functools import partial

from accounts.sheets import (
    DOCUMENT,
    TEXT,
    WORKBOOK,
    Line,
    Opened,
    Preview,
    PreviewRow,
    SheetError,
    as_saved,
    cells_of,
    corrected_layout,
    error_file,
    inert,
    kind_of,
    opened_from,
    opening,
    plain,
)
from ratecards.sheets.decks import Deck, first_lines, recognise_deck, with_deck
from ratecards.sheets.decks import load as load_deck
from ratecards.sheets.layout import FIELDS, Layout
from ratecards.sheets.reader import Dated, SheetResult, read
from ratecards.sheets.recognition import recognise
from ratecards.sheets.report import preview
from ratecards.sheets.rules import RULES

open_sheets = partial(opening.open_sheets, opener="ratecards.sheets.opener")  # it opens documents as well

__all__ = [
    "DOCUMENT",
    "FIELDS",
    "RULES",
    "TEXT",
    "WORKBOOK",
    "Dated",
    "Deck",
    "Layout",
    "Line",
    "Opened",
    "Preview",
    "PreviewRow",
    "SheetError",
    "SheetResult",
    "as_saved",
    "cells_of",
    "corrected_layout",
    "error_file",
    "first_lines",
    "inert",
    "kind_of",
    "load_deck",
    "open_sheets",
    "opened_from",
    "plain",
    "preview",
    "read",
    "recognise",
    "recognise_deck",
    "with_deck",
]
