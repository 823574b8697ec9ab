"""A destination that is not sold becomes a Blocked rate in every way that sheets say it."""

import pytest

from .conftest import rates, refusals

HEADER = "prefix,name,cost,mcd,pulse,status\n33,France,0.1,1,1,\n"


@pytest.mark.parametrize("cost", ["-1", "-1.0", "-1.0000", "CLOSED", "Blocked", "deleted"])
def test_word_or_minus_one_in_the_cost_blocks(load, cost):
    assert rates(load(f"{HEADER}44,UK,{cost},1,1,\n"))["44"][-1] == "Blocked"


@pytest.mark.parametrize("status", ["Blocked", "blocked", "CLOSED", "Deleted"])
def test_status_blocks_and_keeps_the_price(load, status):
    assert rates(load(f"{HEADER}44,UK,0.3,60,60,{status}\n"))["44"] == ("UK", "0.3", "0", 60, 60, 0, "Blocked")


@pytest.mark.parametrize("status", ["", "Active", "open"])
def test_other_status_sells(load, status):
    assert rates(load(f"{HEADER}44,UK,0.3,60,60,{status}\n"))["44"][-1] == ""


def test_blocked_row_needs_no_price_and_no_increments(load):
    assert rates(load(f"{HEADER}44,UK,,,,Blocked\n"))["44"] == ("UK", "0", "0", 1, 1, 0, "Blocked")


def test_blocked_row_with_a_bad_price_is_refused(load):
    assert refusals(load(f"{HEADER}44,UK,cheap,1,1,Blocked\n")) == {3: "price_characters"}


def test_empty_cost_is_not_blocked_but_refused(load):
    assert refusals(load(f"{HEADER}44,UK,,1,1,\n")) == {3: "price_empty"}


def test_blocked_row_is_not_asked_for_its_first_interval(load):
    header = "Prefix,Initial Rate,Next Rate,Initial Interval,Next Interval\n"
    result = load(f"{header}44,0.1,0.1,60,1\n45,0.1,-1,60,1\n46,-1,0.1,60,1\n")
    assert [(prefix, rate[2], rate[-1]) for prefix, rate in rates(result).items()] == [
        ("44", "0", ""),
        ("45", "0", "Blocked"),
        ("46", "0", "Blocked"),
    ]
