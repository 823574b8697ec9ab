"""Cells that a spreadsheet must not run: written inert, read back as they were.

A spreadsheet takes a cell for a formula when it starts with = + - @ (or their full-width twins), a tab or a line end.
Such a cell gets an apostrophe in front; a plain number, signed or not, is harmless and stays a number. Where the
spreadsheet's locale says ; or a tab separates cells, a text of a comma file falls apart at these, and at line ends: what
follows them gets an apostrophe too.
"""

import re

_RUNS = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_RUNS_INSIDE = re.compile(r"([;\t\r\n])(?=['\"]*[=+\-@\uff1d\uff0b\uff0d\uff20])")
_INERT_INSIDE = re.compile(r"([;\t\r\n])'(?=['\"]*[=+\-@\uff1d\uff0b\uff0d\uff20])")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")


def inert(text):
    """Return a cell as it may be written to a CSV file: `plain(inert(text)) == text` for every text."""
    text = _RUNS_INSIDE.sub(r"\1'", text.replace("\0", "\ufffd"))
    return f"'{text}" if _RUNS.match(text) and not _NUMBER.fullmatch(text) else text


def plain(text):
    """Return a cell without the apostrophes that `inert` put into it; every other apostrophe stays."""
    return _INERT_INSIDE.sub(r"\1", text[1:] if text.startswith("'") and _RUNS.match(text) else text)
