"""Global Search: the longest match of a number in every card the user has, and in no other."""

import pytest

from ratecards import store, timeline
from ratecards.models import CardAssignment
from ratecards.services import assignments, cards
from tests.ratecards.conftest import published
from tests.ratecards_screens.conftest import CARDS, body_of, text_of
from tests.ratecards_screens.test_card_lists import grown

SEARCH = CARDS + "search/"


SHOP = {"Carrier prices", "Retail", "Wholesale", "A retail"}


def found(page) -> dict[str, tuple[str, str, int]]:
    """What the page says of the cards of the market, by their names for the reader."""
    rows = {card.shown_name: (kind, row.prefix, row.cost) for card, kind, row in page.context["found"]}
    return {name: row for name, row in rows.items() if name in SHOP}


def test_master_sees_both_of_its_tiers_and_no_other(shop, panel):
    page = panel("admin", SEARCH + "?number=4412345")
    assert found(page) == {"Carrier prices": ("Provider", "441", 1_000_000), "Retail": ("Customer", "441", 1_100_000)}


def test_reseller_sees_what_it_pays_and_what_it_asks(shop, panel):
    page = panel("a_admin", SEARCH + "?number=4412345")
    assert found(page) == {"Wholesale": ("Provider", "441", 1_100_000), "A retail": ("Customer", "441", 1_600_000)}
    body = body_of(page)
    for secret in ("Carrier prices", shop.source.code, "0.01 USD", "Source"):
        assert secret not in body


def test_stranger_finds_nothing(shop, panel):
    page = panel("b_admin", SEARCH + "?number=4412345")
    assert found(page) == {}
    assert shop.retail.code not in body_of(page)


def test_number_that_no_card_rates_says_so(shop, panel):
    assert "No card rates this number" in text_of(panel("a_admin", SEARCH + "?number=999"))


def test_scope_is_narrowed(shop, panel):
    assert list(found(panel("a_admin", SEARCH + "?number=44&kind=provider"))) == ["Wholesale"]
    assert list(found(panel("a_admin", SEARCH + "?number=44&kind=customer"))) == ["A retail"]
    assert found(panel("a_admin", SEARCH + "?number=44&direction=origination")) == {}


def test_active_prices_count_and_archived_cards_do_not(shop, world, acting, panel):
    with acting(world.admin):
        published(shop.source, {"44": "0.5"}, world.admin, activate=False)
    assert found(panel("admin", SEARCH + "?number=4412345"))["Carrier prices"][2] == 1_000_000
    with acting(world.a_admin):
        cards.archive_card(shop.resold, actor=world.a_admin)
    assert list(found(panel("a_admin", SEARCH + "?number=44"))) == ["Wholesale"]


def test_blocked_rate_is_told_as_such(shop, world, acting, panel):
    with acting(world.admin):
        published(shop.source, {"44": "0.01", "441": "Blocked"}, world.admin)
    assert "Blocked" in text_of(panel("admin", SEARCH + "?number=4412345&kind=provider"))


def test_card_is_gone_at_the_request_after_unassigning(shop, world, acting, panel):
    with acting(world.admin):
        assignments.unassign_card(CardAssignment.objects.get(pk=shop.assignment.pk), actor=world.admin)
    assert list(found(panel("a_admin", SEARCH + "?number=44"))) == ["A retail"]


@pytest.mark.parametrize("number", ["abc", "", "4" * 41, "44;drop", "٤٤", "+", "4.4"])
def test_what_is_no_number_is_said(shop, panel, number):
    page = panel("admin", SEARCH, QUERY_STRING="number=" + number.encode().decode("latin-1"))
    assert page.status_code == 422


def test_number_may_be_written_with_plus_and_spaces(shop, panel):
    assert "Carrier prices" in found(panel("admin", SEARCH + "?number=%2B44 1234"))


def test_statements_do_not_grow_with_cards(shop, world, statements):
    for who in ("admin", "a_admin"):
        assert len(statements(who, SEARCH + "?number=44")) <= 14
    grown(world, shop, 10)
    for who in ("admin", "a_admin"):
        assert len(statements(who, SEARCH + "?number=44")) <= 14


def test_one_answer_for_one_card_and_for_many(shop, world, acting):
    for number in ("44", "441", "4479", "49", "4412345678901234567890", "1"):
        for who, cards_of in ((world.admin, (shop.source, shop.retail)), (world.a_admin, (shop.retail, shop.resold))):
            with acting(who):
                active = {card.pk: timeline.active_revision(card) for card in cards_of}
                wanted = {pk: (revision, store.find(revision, number)) for pk, revision in active.items()}
                assert store.find_active(cards_of, number) == wanted


def test_cards_of_others_are_not_looked_into(shop, world, acting):
    with acting(world.b_admin):
        assert store.find_active([shop.source, shop.retail, shop.resold], "44") == {}
    with acting(world.a_admin):
        assert set(store.find_active([shop.source, shop.retail, shop.resold], "44")) == {shop.retail.pk, shop.resold.pk}


def test_first_visit_explains_itself(shop, panel):
    assert "What does a number cost?" in text_of(panel("a_reader", SEARCH))
