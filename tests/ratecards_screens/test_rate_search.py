"""Global Search: the longest match of a number in every card the user has, and in no other."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from accounts.models import AuditEntry
from ratecards import store, timeline
from ratecards.models import CardAssignment
from ratecards.services import assignments, cards
from ratecards.views.search import ordered
from tests import factories
from tests.ratecards.conftest import published, row
from tests.ratecards_screens.conftest import CARDS, body_of, newest, text_of
from tests.ratecards_screens.test_card_lists import grown
from tests.roles import as_owner
from tests.world import role

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


def lines(page) -> list[tuple[str, str]]:
    """(card, prefix) of the listed rates of the market, in their order."""
    return [(card.shown_name, row.prefix) for card, _, row in page.context["found"] if card.shown_name in SHOP]


def test_prefix_lists_what_begins_with_it_in_every_card(shop, panel):
    page = panel("a_admin", SEARCH + "?number=44&how=below")
    assert lines(page) == [(card, prefix) for card in ("A retail", "Wholesale") for prefix in ("44", "441", "447")]
    assert lines(panel("a_admin", SEARCH + "?number=447&how=below")) == [("A retail", "447"), ("Wholesale", "447")]
    assert "No rate begins so" in text_of(panel("a_admin", SEARCH + "?number=999&how=below"))


def test_prefix_shows_the_first_rates_of_a_card_and_leads_to_the_others(shop, world, acting, panel):
    with acting(world.admin):
        published(shop.source, {f"44{number}": "0.01" for number in range(100, 130)}, world.admin)
    page = panel("admin", SEARCH + "?number=44&how=below&kind=provider")
    assert len([card for card, _ in lines(page) if card == "Carrier prices"]) == 20
    assert shop.source.pk in page.context["more"]


def test_part_of_a_name_is_found_in_small_and_capital_letters(shop, panel):
    assert lines(panel("a_admin", SEARCH + "?number=TO 447&how=name")) == [("A retail", "447"), ("Wholesale", "447")]
    assert panel("a_admin", SEARCH + "?number=to&how=name").status_code == 422


def test_name_search_reads_no_more_than_its_share_and_says_so(shop, panel, monkeypatch):
    monkeypatch.setattr("ratecards.views.search.MOST_CHUNKS", 1)
    page = panel("a_admin", SEARCH + "?number=To 447&how=name")
    assert page.context["unread"] > 0
    assert "Not every card was looked into" in text_of(page)


@pytest.mark.parametrize("how", ["", "below"])
@pytest.mark.parametrize("sort", ["card", "prefix", "name", "price"])
def test_rates_are_listed_in_either_order_of_a_column(shop, panel, how, sort):
    up = lines(panel("admin", f"{SEARCH}?number=44&how={how}&sort={sort}"))
    down = lines(panel("admin", f"{SEARCH}?number=44&how={how}&sort=-{sort}"))
    assert up == down[::-1] != []


def test_cheapest_comes_first_and_a_blocked_one_last(shop, world, acting, panel):
    with acting(world.admin):
        published(shop.source, {"44": "0.5", "441": "Blocked"}, world.admin)
    assert lines(panel("admin", SEARCH + "?number=4412&sort=price")) == [("Retail", "441"), ("Carrier prices", "441")]
    assert lines(panel("admin", SEARCH + "?number=449&sort=price")) == [("Retail", "44"), ("Carrier prices", "44")]


def test_long_answer_is_paged(shop, panel, monkeypatch):
    monkeypatch.setattr("ratecards.views.search.PER_PAGE", 4)
    first, second = (panel("a_admin", f"{SEARCH}?number=44&how=below&page={page}") for page in (1, 2))
    assert len(first.context["found"]) == 4
    assert set(lines(first)).isdisjoint(lines(second))


def test_more_cards_of_others_than_can_be_open_are_all_searched(shop, world, acting, panel, monkeypatch):
    monkeypatch.setattr("ratecards.store.searching.LIMIT", 1)
    grown(world, shop, 3)
    many = lines(panel("a_admin", SEARCH + "?number=44"))
    monkeypatch.undo()
    assert many == lines(panel("a_admin", SEARCH + "?number=44"))


def test_answer_is_downloaded_of_the_cards_that_offer_it(shop, world, acting, panel):
    body = body_of(panel("a_admin", SEARCH + "download/?number=4412345&sort=card"))
    rows = [line.split(",") for line in body.splitlines()]
    assert rows[0][:2] == ["card", "code"]
    assert [(row[0], row[5], row[9]) for row in rows[1:] if row[0] in SHOP] == [
        ("A retail", "441", "0.016"),
        ("Wholesale", "441", "0.011"),
    ]
    with acting(world.admin):
        cards.change_card(shop.retail, actor=world.admin, public_options=[])
    assert shop.retail.code not in body_of(panel("a_admin", SEARCH + "download/?number=4412345"))


def test_download_is_on_the_trail_and_needs_the_right_to_export(shop, panel):
    body = body_of(panel("a_reader", SEARCH + "download/?number=44"))
    assert body.count("\n") == 1
    entry = newest(AuditEntry, action="export")
    assert (entry.label, entry.changes) == ("Global search", {"number": "44", "how": "", "rows": 0})


def test_rate_above_the_cap_is_marked(shop, world, acting, panel):
    with acting(world.a_admin):
        cards.change_card(shop.resold, actor=world.a_admin, capped_rate=Decimal("0.03"))
    assert "Above the cap" in text_of(panel("a_admin", SEARCH + "?number=447&kind=customer"))
    assert "Above the cap" not in text_of(panel("a_admin", SEARCH + "?number=441&kind=customer"))


@pytest.mark.parametrize("how", ["below", "name"])
def test_statements_of_the_other_searches_do_not_grow_with_cards(shop, world, statements, how):
    path = f"{SEARCH}?number=447&how={how}"
    before = len(statements("a_admin", path))
    grown(world, shop, 10)
    assert len(statements("a_admin", path)) <= max(before, 14)


class Incomparable(SimpleNamespace):
    """What is sorted is never looked for in a list: that would be work of the square of its length."""

    __hash__ = object.__hash__

    def __eq__(self, other):
        raise AssertionError("two cards were compared")


@pytest.mark.parametrize("sort", ["", "-price"])
def test_what_has_no_place_in_the_order_comes_last_in_one_pass(sort):
    found = [
        (Incomparable(sort_name="a", pk=n, currency="USD"), "Provider", n % 2 and row(str(n), "0.01", blocked=n > 4))
        for n in range(1, 9)
    ]
    prefixes = [one[2] and one[2].prefix for one in ordered(found, sort)]
    assert prefixes[-4:] == [0, 0, 0, 0] if not sort else prefixes == ["3", "1", 0, 0, "5", 0, "7", 0]


def test_download_is_offered_when_any_card_that_was_found_has_it(shop, world, panel):
    rights = {"rate_search": ("read",), "customer_card": ("read",), "provider_card": ("read", "export")}
    with as_owner():
        world.half = factories.UserFactory(company=world.companies.a, role=role("Half", "reseller", rights))
    page = panel("half", SEARCH + "?number=4412345")
    assert page.context["found"][0][0] == shop.resold, "the first is no card to be exported"
    assert "search/download/" in body_of(page)
    assert "search/download/" not in body_of(panel("half", SEARCH + "?number=4412345&kind=customer"))
