"""What every sheet has, whatever stands in it: encodings, delimiters, bounds, and what is said of a file or a line."""

from typing import NamedTuple

IGNORE = "ignore"
ENCODINGS = {
    "utf-8": "utf-8-sig",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "cp1252": "cp1252",
}
NOT_ENCODED = "The file is not text in {}: choose another encoding."
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
MAX_COLUMNS = 100
BREAK = "\u2028"  # a line break within a cell of a workbook: it ends no line of a text file


class SheetError(Exception):
    """A file that cannot be read as a sheet at all, or a layout that does not fit it; `.code`, `.message`."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code
        self.message = message


class BadLine(Exception):
    """A line that cannot be split into cells: `.code` is stable and for programs, `.message` tells the reason."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code
        self.message = message


class Line(NamedTuple):
    """A line that was not taken: where it starts, the column at fault ("" for the whole line), and why."""

    number: int
    column: str
    reason: str
    code: str
    raw: str
