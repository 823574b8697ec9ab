"""Reading sheets of customers: whatever stands in them, every line is counted once."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.sheets import SheetError
from resellers import sheets
from resellers.sheets import CustomerLayout
from resellers.sheets.reader import RECORD

CELL = st.text(alphabet="aA0=+-@'\",;\n\r\t\0 \ufffd|é", max_size=8)
LAYOUT = CustomerLayout("utf-8", ",", 1, ("name", "currency", "notes"), ("name", "currency", "notes"))


def read(path, text, layout=LAYOUT):
    path.write_bytes(text.encode())
    return list(sheets.chunks(path, layout))


@settings(deadline=None, max_examples=150)
@given(
    rows=st.lists(
        st.tuples(st.one_of(st.just("Name"), CELL), st.sampled_from(["EUR", "usd", "", "E"]), CELL), max_size=12
    ),
    tail=CELL,
)
def test_accepted_skipped_and_refused_are_the_lines_read(tmp_path_factory, rows, tail):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([("name", "currency", "notes"), *rows])
    found = read(tmp_path_factory.getbasetemp() / "some.csv", text.getvalue() + tail)
    for chunk in found:
        assert len(chunk.rows) + len(chunk.skipped) + len(chunk.refused) == chunk.read
        lines = sorted(one.number for part in chunk[1:] for one in part)
        assert len(lines) == len(set(lines)) == chunk.read
        assert all(line.reason for line in (*chunk.skipped, *chunk.refused))


@settings(deadline=None, max_examples=100)
@given(name=st.text(alphabet="=+-@'\"abc ,;0", min_size=1, max_size=20).map(str.strip).filter(bool),
       notes=st.text(alphabet="=+-@'\"a\n ,", max_size=30).map(str.strip))  # fmt: skip
def test_written_cells_are_read_back_as_they_were(tmp_path_factory, name, notes):
    from accounts.sheets import csv_file, inert

    text = csv_file.text([["name", "currency", "notes"], [inert(name), "EUR", inert(notes)]])
    (chunk,) = read(tmp_path_factory.getbasetemp() / "back.csv", text)
    values = chunk.rows[0].values
    assert (values["name"], values.get("notes", "")) == (name, notes)


def test_chunks_are_the_same_every_time_and_bounded(tmp_path):
    text = "name,currency,notes\n" + "".join(f"N{number},EUR,\n" for number in range(2500))
    first, again = read(tmp_path / "a.csv", text), read(tmp_path / "a.csv", text)
    assert first == again and [chunk.read for chunk in first] == [1000, 1000, 500]


def test_quote_that_is_never_closed_costs_its_own_line(tmp_path):
    text = 'name,currency,notes\nOne,EUR,"open\n' + "".join(f"N{number},EUR,\n" for number in range(RECORD + 10))
    found = read(tmp_path / "a.csv", text)
    assert sum(len(chunk.refused) for chunk in found) == 1 and sum(len(chunk.rows) for chunk in found) == RECORD + 10


@pytest.mark.parametrize(
    ("first", "mapping"),
    [
        ("Customer;Currency Code;Credit Limit;Comment", ("name", "currency", "debit_limit", "notes")),
        ("Ccy;E-Mail Address;Name;Name", ("currency", "email", "name", "ignore")),
        ("id;name;reseller;currency", ("ignore", "name", "ignore", "currency")),
    ],
)
def test_columns_are_known_by_the_words_people_use(tmp_path, first, mapping):
    path = tmp_path / "a.csv"
    path.write_text(first + "\n" + ";".join("x" * len(mapping)) + "\n")
    assert sheets.recognise(path).mapping == mapping


def test_sheet_without_header_is_guessed_by_what_stands_in_it(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("7,Nordlys 1,EUR,noc@n.test\n8,Fjord 2,nok,a@b.test\n")
    layout = sheets.recognise(path)
    assert (layout.header, layout.mapping) == (0, ("ignore", "name", "currency", "email"))


@pytest.mark.parametrize(
    "change",
    [{"encoding": "latin"}, {"delimiter": "x"}, {"header": -1}, {"mapping": ("name", "name", "notes")}, {"mapping": ("name", "company", "notes")},
     {"columns": ("name",)}, {"part": "0"}],
)  # fmt: skip
def test_layout_kept_with_a_job_is_checked_again(change):
    with pytest.raises(SheetError):
        CustomerLayout.from_dict(
            LAYOUT.to_dict()
            | {key: list(value) if isinstance(value, tuple) else value for key, value in change.items()}
        )
    assert CustomerLayout.from_dict(LAYOUT.to_dict()) == LAYOUT


def test_column_that_bears_the_name_of_a_field_holds_it_wherever_it_stands(tmp_path):
    path = tmp_path / "two.csv"
    path.write_text("Customer,Name,Currency,Credit limit,Debit limit\n1001,Acme,EUR,100,-5\n")
    layout = sheets.recognise(path)
    assert layout.mapping == ("ignore", "name", "currency", "ignore", "debit_limit")
    assert "Customer: also looks like Name, not read." in layout.notes
