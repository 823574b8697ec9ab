"""Cells that a spreadsheet must not run: written inert, read back as they were.

A spreadsheet takes a cell for a formula when it starts with = + - @ (or their full-width twins), a tab or a line end.
Such a cell gets an apostrophe in front; a plain number, signed or not, is harmless and stays a number.
"""

import re

_RUNS = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")


def inert(text):
    """Return a cell as it may be written to a CSV file: `plain(inert(text)) == text` for every text."""
    text = text.replace("\0", "\ufffd")
    return f"'{text}" if _RUNS.match(text) and not _NUMBER.fullmatch(text) else text


def plain(text):
    """Return a cell without the apostrophe that `inert` put in front; every other apostrophe stays."""
    return text[1:] if text.startswith("'") and _RUNS.match(text) else text
