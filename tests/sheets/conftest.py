"""Sheets written to a file of their own for one test, and the known ones of the fixtures folder."""

from dataclasses import replace
from pathlib import Path

import pytest

from ratecards.engine.numbers import format_units
from ratecards.sheets import read, recognise

FIXTURES = Path(__file__).parent / "fixtures"
DAY = "2024-06-30"


@pytest.fixture
def sheet(tmp_path):
    """Write text (as UTF-8) or bytes to a file and give its path."""

    def write(content, name="sheet.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def load(sheet):
    """Write, recognise and read a sheet; changes to the recognised layout may be named."""

    def run(content, **changes):
        path = sheet(content)
        return read(path, replace(recognise(path, day=DAY), **changes))

    return run


def rates(result):
    """Return the accepted rows by prefix: (name, cost, connect, mcd, pulse, grace, "Blocked" or "")."""
    return {
        row.prefix: (
            row.name,
            format_units(row.cost),
            format_units(row.connect),
            row.mcd,
            row.pulse,
            row.grace,
            "Blocked" if row.blocked else "",
        )
        for row in result.table.rows()
    }


def refusals(result):
    """Return {line: code} of the refused lines, after checking that every line was counted once."""
    assert result.accepted + len(result.skipped) + len(result.refused) == result.read
    return {line.number: line.code for line in result.refused}
