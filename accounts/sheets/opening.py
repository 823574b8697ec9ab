"""Workbooks and documents become plain text before anybody reads them, in a process of its own with hard limits.

`kind_of` tells by the first bytes what a file is; `open_sheets` lets an opener (accounts/sheets/opener.py, which opens
workbooks, or the one named) write every sheet of a workbook, or every part of a document, as one CSV file. That process
is given no secret and no way to the database, a bounded time, memory and output, and whatever it dies of is one sentence
for the user. Call it in jobs and commands only, never in a request.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from accounts.sheets.basics import SheetError
from accounts.sheets.text import refuse_other_files

SECONDS = 240
ROOT = Path(__file__).resolve().parents[2]
WORKBOOK, DOCUMENT, TEXT = "workbook", "document", "text"
TOO_MUCH = "The file needs more memory or time to be opened than a sheet may: save the sheet as CSV text and send that."


class Part(NamedTuple):
    """One sheet of a workbook or card of a document, written as `<number>.csv`; `notes` tell what is worth knowing."""

    number: int
    name: str
    lines: int
    notes: tuple[str, ...] = ()


class Opened(NamedTuple):
    """What stood in a file: its parts, the one to begin with, and the epoch of its dates."""

    parts: tuple[Part, ...]
    first: int
    date1904: bool

    def to_dict(self):
        """Return plain values for JSON; `opened_from` reads them back."""
        return {"parts": [list(part) for part in self.parts], "first": self.first, "date1904": self.date1904}


def opened_from(values):
    """Return the Opened of `to_dict`."""
    parts = tuple(Part(number, name, lines, tuple(notes)) for number, name, lines, notes in values["parts"])
    return Opened(parts, values["first"], values["date1904"])


def kind_of(path):
    """Return TEXT, WORKBOOK or DOCUMENT. Raises SheetError (empty, kind) for what is none of them."""
    with open(path, "rb") as file:
        data = file.read(4096)
    if data.startswith(b"PK\x03\x04"):
        return WORKBOOK
    if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
        return DOCUMENT
    refuse_other_files(data)
    return TEXT


def open_sheets(path, folder, seconds=SECONDS, opener="accounts.sheets.opener"):
    """Write the sheets of a workbook or document into a folder that exists, and return what they are as Opened.

    `opener` is the module that is run to open them.

    Raises SheetError with the reason: zip (damaged), kind, encrypted, links, bomb, columns, cell_long, sheets, json,
    document, checksum, too_much.
    """
    command = [sys.executable, "-m", opener, str(path), str(folder)]
    clean = {"PATH": os.defpath, "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=clean, capture_output=True, timeout=seconds, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired as error:
        raise SheetError("too_much", TOO_MUCH) from error
    try:
        said = json.loads(done.stdout)
    except ValueError as error:  # killed by a limit, or by an abort of the library below
        raise SheetError("too_much", TOO_MUCH) from error
    if "code" in said:
        raise SheetError(said["code"], said["message"])
    return opened_from(said)
