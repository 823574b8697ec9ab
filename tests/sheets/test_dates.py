"""Effective dates: every way to write one, both orders, time zones; the doubtful is asked, never guessed."""

from datetime import UTC, datetime

import pytest

from ratecards.sheets import SheetError, read, recognise

from .conftest import rates, refusals

FIRST = datetime(2024, 8, 1, tzinfo=UTC)


def begins(load, cell, **changes):
    result = load(f"prefix;cost;effective date\n33;0.1;\n44;0.1;{cell}\n", **changes)
    assert refusals(result) == {}
    return [datetime.fromtimestamp(step.instant, UTC) for step in result.later]


@pytest.mark.parametrize(
    "cell",
    ["2024-08-01", "2024/08/01", "20240801", "1-Aug-2024", "01 August 2024", "Aug 1, 2024", "2024-08-01T00:00:00Z",
     "2024-08-01 00:00:00 UTC", "2024-08-01 02:00 +02:00", "2024-08-01 02:00 Europe/Berlin", "45505", "45505.0",
     "2024-08-01 12:00 am", "1st Aug 24"],
)  # fmt: skip
def test_date_is_the_same_instant_however_it_is_written(load, cell):
    assert begins(load, cell) == [FIRST]


@pytest.mark.parametrize(("cell", "order"), [("01/08/2024", "dmy"), ("8/1/2024", "mdy"), ("01.08.24", "dmy")])
def test_order_that_was_chosen_is_kept(load, cell, order):
    assert begins(load, cell, dates=order) == [FIRST]


def test_dates_without_a_zone_are_on_the_clock_of_the_file(load):
    assert begins(load, "2024-08-01", zone="America/New_York") == [datetime(2024, 8, 1, 4, tzinfo=UTC)]


@pytest.mark.parametrize("cell", ["", "2024-06-30", "2001-01-01", "30.06.2024 23:59", "5/6/2024"])
def test_what_has_come_counts_from_now(load, cell):
    assert begins(load, cell) == []


@pytest.mark.parametrize(
    ("cell", "code"),
    [("soon", "date_characters"), ("2024-13-01", "date_characters"), ("2030-01-01", "date_far"), ("31/02/2024", "date_characters"),
     ("2024-08-01 10:00 Moon/Base", "date_zone"), ("2024-08-01 25:00", "date_characters"), ("9" * 70, "date_characters"),
     ("12/25/2024", "date_order")],
)  # fmt: skip
def test_date_that_is_none_is_refused_with_its_reason(load, cell, code):
    assert refusals(load(f"prefix;cost;effective date\n33;0.1;\n44;0.1;{cell}\n", dates="dmy")) == {3: code}


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["3/4/2025"], "ask"),
        (["3/4/2023"], ""),
        (["3/4/2025", "25/4/2025"], "dmy"),
        (["3/4/2025", "4/25/2025"], "mdy"),
        (["13/4/2025", "4/13/2025"], "ask"),
        (["2025-04-03"], ""),
    ],
)
def test_order_is_told_by_proof_alone(sheet, cells, order):
    body = "".join(f"{44 + place};0.1;{cell}\n" for place, cell in enumerate(cells))
    path = sheet(f"prefix;cost;effective date\n{body}")
    layout = recognise(path, day="2024-06-30")
    assert layout.dates == order
    if order == "ask":
        with pytest.raises(SheetError) as error:
            read(path, layout)
        assert error.value.code == "dates"


def test_doubtful_date_beyond_the_sample_refuses_its_line(load):
    result = load("prefix;cost;effective date\n44;0.1;3/4/2025\n", dates="")
    assert refusals(result) == {2: "date_order"}


def test_a_prefix_may_have_a_price_now_and_another_later(load):
    result = load("prefix;cost;effective date\n44;0.1;\n44;0.2;2024-08-01\n44;0.3;2024-08-01\n33;0.1;2024-09-01\n")
    assert refusals(result) == {4: "duplicate"}
    assert [rate[1] for rate in rates(result).values()] == ["0.1"]
    assert [len(step.table) for step in result.later] == [1, 1]
    assert [step.instant for step in result.later] == sorted(step.instant for step in result.later)


def test_two_dates_that_have_come_are_one_time(load):
    result = load("prefix;cost;effective date\n44;0.1;2024-01-01\n44;0.2;2024-02-01\n")
    assert refusals(result) == {3: "duplicate"}
    assert result.past == 1
