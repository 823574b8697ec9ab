"""Rates written in ConnexCS columns (which know no grace) read back as they were."""

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from ratecards.engine.numbers import MAX_PRICE, format_units
from ratecards.engine.table import Row, from_rows
from ratecards.sheets import inert, read, recognise

PREFIX = st.from_regex(r"\A(?!00)[0-9]{1,15}\Z")
NAME = st.text(alphabet="abcÄé=+-@'\",; 1", max_size=20).map(str.strip)
COLUMNS = ("prefix", "name", "intra", "inter", "cost", "mcd", "pulse", "rate_connect", "status")
PRICE = st.integers(0, MAX_PRICE)


@st.composite
def cards(draw):
    """Return rows of one card, single-priced or split, some of them Blocked."""
    split = draw(st.booleans())
    price = PRICE if split else st.none()
    row = st.builds(
        Row,
        prefix=PREFIX,
        name=NAME,
        cost=PRICE,
        intra=price,
        inter=price,
        connect=PRICE,
        mcd=st.integers(0, 3600),
        pulse=st.integers(1, 3600),
        grace=st.just(0),
        blocked=st.booleans(),
    )
    return draw(st.lists(row, min_size=1, max_size=12, unique_by=lambda row: row.prefix))


def exported(rows):
    """Return rows as an export writes them: plain decimals, empty where the card has no such price."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in rows:
        intra, inter = ["" if price is None else format_units(price) for price in (row.intra, row.inter)]
        amounts = [intra, inter, format_units(row.cost), row.mcd, row.pulse, format_units(row.connect)]
        writer.writerow([row.prefix, inert(row.name), *amounts, "Blocked" if row.blocked else ""])
    return text.getvalue()


@settings(max_examples=100, deadline=None)
@given(cards())
def test_export_in_connexcs_columns_imports_to_the_same_table(rows):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "card.csv"
        path.write_bytes(exported(rows).encode())
        result = read(path, recognise(path))
    assert result.refused == []
    assert result.table == from_rows(rows)
