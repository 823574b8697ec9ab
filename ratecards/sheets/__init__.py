"""Reading rate sheets: a carrier's file becomes a layout that can be seen and corrected, then a table of rates.

open_sheets(path, folder) makes text of a workbook or a document, recognise(path) says how a file is laid out, read(path, layout) reads it, preview(path, layout) shows it, and
error_file(refused, layout) gives the refused lines back to be corrected. Nothing here knows a card, a user or a
database, so no column of a file can say to whom a row belongs.
"""

from ratecards.sheets.cells import inert, plain
from ratecards.sheets.decks import Deck, first_lines, recognise_deck, with_deck
from ratecards.sheets.decks import load as load_deck
from ratecards.sheets.layout import FIELDS, Layout, Line, SheetError
from ratecards.sheets.opening import DOCUMENT, TEXT, WORKBOOK, Opened, kind_of, open_sheets, opened_from
from ratecards.sheets.reader import SheetResult, read
from ratecards.sheets.recognition import recognise
from ratecards.sheets.report import Preview, PreviewRow, cells_of, corrected_layout, error_file, preview
from ratecards.sheets.rules import RULES

__all__ = [
    "DOCUMENT",
    "FIELDS",
    "RULES",
    "TEXT",
    "WORKBOOK",
    "Deck",
    "Layout",
    "Line",
    "Opened",
    "Preview",
    "PreviewRow",
    "SheetError",
    "SheetResult",
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
