"""Properties of many cards: what each becomes is shown before, all changes are one, and a card that refuses says why."""

from decimal import Decimal

import pytest

from ratecards.models import RateCard
from ratecards.services import cards
from tests.ratecards.conftest import customer_card
from tests.ratecards_screens.conftest import CARDS, newest, text_of

MANY = CARDS + "change/"


@pytest.fixture
def pair(shop, world, acting):
    """Card A sells by, with a published revision, and one without."""
    with acting(world.a_admin):
        return shop.resold, customer_card(world.a_admin, "Fresh")


def chosen(*some) -> dict:
    return {"selection": [card.pk for card in some]}


def stored(card) -> RateCard:
    return newest(RateCard, pk=card.pk)


def test_list_offers_the_change_to_who_may(shop, panel):
    assert "Change properties" in text_of(panel("a_admin", CARDS + "customer/"))
    assert "Change properties" not in text_of(panel("a_reader", CARDS + "customer/"))
    assert "Change properties" not in text_of(panel("a_admin", CARDS + "provider/"))


def test_outcomes_are_shown_and_nothing_is_changed_before_they_were_seen(pair, panel):
    page = panel("a_admin", MANY, chosen(*pair) | {"step": "look", "charge_rounding": "down", "compact": "average"})
    assert page.status_code == 200
    outcomes = {one.card.pk: (lines, one.refused) for one, lines in page.context["outcomes"]}
    assert "cannot change" in outcomes[pair[0].pk][1]
    assert outcomes[pair[1].pk] == (["Charge rounding: Half-up → Down", "Rate compact: Maximum → Average"], "")
    assert stored(pair[1]).charge_rounding == "half_up"


def test_what_was_seen_is_done_and_the_refusing_card_stays(pair, panel):
    asked = chosen(*pair) | {"step": "look", "charge_rounding": "down", "price_precision": "2"}
    page = panel("a_admin", MANY, asked)
    answer = panel("a_admin", MANY, asked | {"apply": page.context["shown"]})
    assert (answer.status_code, answer.url) == (302, CARDS + "customer/")
    assert (stored(pair[1]).charge_rounding, stored(pair[1]).price_precision) == ("down", 2)
    assert (stored(pair[0]).charge_rounding, stored(pair[0]).price_precision) == ("half_up", 4)


def test_what_became_other_since_it_was_seen_is_shown_anew(pair, world, acting, panel):
    asked = chosen(*pair) | {"step": "look", "capped_rate": "0.5"}
    shown = panel("a_admin", MANY, asked).context["shown"]
    with acting(world.a_admin):
        cards.change_card(pair[1], actor=world.a_admin, capped_rate=Decimal("0.25"))
    page = panel("a_admin", MANY, asked | {"apply": shown})
    assert page.status_code == 200
    assert stored(pair[1]).capped_rate == Decimal("0.25")
    assert panel("a_admin", MANY, asked | {"apply": page.context["shown"]}).status_code == 302
    assert {stored(card).capped_rate for card in pair} == {Decimal("0.5")}


def test_cap_is_removed_and_downloads_closed(pair, world, acting, panel):
    with acting(world.a_admin):
        cards.change_card(pair[1], actor=world.a_admin, capped_rate=Decimal(1))
    asked = chosen(pair[1]) | {"step": "look", "no_cap": "on", "public_options": "none"}
    panel("a_admin", MANY, asked | {"apply": panel("a_admin", MANY, asked).context["shown"]})
    assert (stored(pair[1]).capped_rate, stored(pair[1]).public_options) == (None, [])


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"compact": "cheapest"},
        {"price_precision": "9"},
        {"capped_rate": "1e5"},
        {"capped_rate": "1", "no_cap": "on"},
    ],
)
def test_what_is_no_change_is_said(pair, panel, change):
    page = panel("a_admin", MANY, chosen(*pair) | {"step": "look"} | change)
    assert page.status_code == 422
    assert page.context["form"].errors


def test_cards_of_others_are_never_among_the_chosen(shop, panel):
    page = panel("a_admin", MANY, chosen(shop.resold, shop.retail, shop.source))
    assert [card.pk for card in page.context["cards"]] == [shop.resold.pk]
    assert panel("b_admin", MANY, chosen(shop.resold)).status_code == 302


@pytest.mark.parametrize("selection", [[], ["x"], ["9" * 30], ["-1"], ["1"] * 201])
def test_selection_that_is_none_leads_back(shop, panel, selection):
    assert panel("a_admin", MANY, {"selection": selection}).status_code == 302
