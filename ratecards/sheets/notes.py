"""Lines that are no rates and no mistakes: empty ones, titles and footers, totals, comments, a header said again.

They are skipped with what they are. Only a line that could not be read as a rate is asked, so nothing that holds a
prefix and a price is ever taken for one of them.
"""

import re

from ratecards.engine.numbers import Refused

_LETTER = re.compile(r"[^\W\d_]")
_TOTAL = re.compile(r"(?:grand |sub)?-?(?:total|sum|summe|gesamt)\b", re.IGNORECASE)

BLANK = Refused("line_blank", "The line is empty.")
HEADER = Refused("line_header", "The header stands here again.")
NOTE = Refused("line_note", "The line holds one text and neither prefix nor price.")
TOTAL = Refused("line_total", "The line is a sum.")
COMMENT = Refused("line_comment", "The line is a comment.")


def said(cells, layout):
    """Return why a line that gave no rate is skipped, as a Refused; None for one that is to be refused."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled:
        return BLANK
    if layout.header and tuple(map(str.strip, cells)) == layout.columns:
        return HEADER
    if filled[0].startswith("#") and cells[0].strip() == filled[0]:
        return COMMENT
    if len(filled) == 1 and len(layout.columns) > 1 and _LETTER.search(filled[0]) and not _has_digits_first(filled[0]):
        return NOTE
    prefix = layout.address
    empty = (
        prefix is not None
        and prefix < len(cells)
        and (not cells[prefix].strip() or _TOTAL.match(cells[prefix].strip()))
    )
    return TOTAL if empty and _TOTAL.match(filled[0]) else None


def _has_digits_first(text):
    """A damaged prefix is for its sender to correct: 44x, +44 (0)20."""
    return text.lstrip("+'( ")[:1].isdigit()
