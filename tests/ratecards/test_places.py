"""Where numbers are, and what a call between two of them pays."""

import json

import pytest
from django.core.management import call_command

from ratecards.engine.classes import UNKNOWN, Place
from ratecards.engine.table import Row, from_rows
from ratecards.places import STATES, place_of
from tests.ratecards.conftest import customer_card, published


@pytest.mark.parametrize(
    ("number", "place"),
    [
        ("12125550100", Place("US", "NY")), ("13155550100", Place("US", "NY")), ("12245550100", Place("US", "IL")),
        ("12025550100", Place("US", "DC")), ("18005550100", UNKNOWN), ("441782123456", Place("GB")), ("4930123456", Place("DE")),
        ("", UNKNOWN), ("1", UNKNOWN), ("999", UNKNOWN), ("9" * 40, UNKNOWN),
    ],
)  # fmt: skip
def test_number_is_in_its_country_and_state(number, place):
    found = place_of(number)
    assert found == place or (place is UNKNOWN and not found.state)


def test_all_states_are_known():
    assert len(set(STATES.values())) == 51


def rated(capsys, card, number, *more):
    call_command("rate", "--card", card.code, number, "--json", *more)
    return json.loads(capsys.readouterr().out)


def test_command_rates_by_the_state_of_the_caller(world, acting, capsys):
    with acting(world.admin):
        card = customer_card(world.admin, presentation="full")
        published(
            card, {}, world.admin, rates=from_rows([Row("1212", "NY", 3 * 10**6, 10**6, 2 * 10**6, mcd=1, pulse=1)])
        )
    found = {caller: rated(capsys, card, "12125550100", *(["--caller", caller] if caller else []))["rate"]
             for caller in ("13155550100", "12245550100", "441782123456", "")}  # fmt: skip
    assert found == {"13155550100": "0.01", "12245550100": "0.02", "441782123456": "0.03", "": "0.03"}


def test_command_says_that_a_price_is_above_the_cap(world, acting, capsys):
    with acting(world.admin):
        card = customer_card(world.admin, capped_rate="0.05")
        published(card, {"44": "0.06", "49": "0.05"}, world.admin)
    assert (rated(capsys, card, "441")["status"], rated(capsys, card, "491")["status"]) == ("Capped", "")
    assert rated(capsys, card, "441", "--duration", "60")["charge"] == "0.06"
