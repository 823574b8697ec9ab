"""The prices of a card: pages, search, download, and what an assigned company sees of them."""

from urllib.parse import urlencode

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from ratecards.engine.table import Row, from_rows
from ratecards.models import CardAssignment, Chunk
from ratecards.services import assignments, revisions
from tests.ratecards.conftest import begin_now, customer_card, provider_card, published
from tests.ratecards_screens.conftest import body_of, newest, path_of, text_of
from tests.roles import damaging


def prefixes(page) -> list[str]:
    return [row.prefix for row in page.context["rows"]]


@pytest.fixture
def long_card(shop, world, acting):
    """The master's card with 250 rates under 49."""
    with acting(world.admin):
        published(shop.source, {f"49{number:03d}": "0.01" for number in range(250)}, world.admin)
    return shop.source


def test_active_prices_are_shown_in_prefix_order(shop, panel):
    page = panel("admin", path_of(shop.retail, "rates/"))
    assert prefixes(page) == ["44", "441", "447"]
    assert "0.022 USD" in text_of(page)
    assert "1/1" in text_of(page)


def test_any_page_is_reached_by_its_number(long_card, panel):
    page = panel("admin", path_of(long_card, "rates/?page=3"))
    assert prefixes(page) == [f"49{number:03d}" for number in range(200, 250)]
    assert page.context["page"].paginator.count == 250


@pytest.mark.parametrize(
    ("number", "first"), [("0", "49200"), ("-1", "49200"), ("99", "49200"), ("x", "49000"), ("", "49000")]
)
def test_page_numbers_that_are_none_show_a_page(long_card, panel, number, first):
    assert prefixes(panel("admin", path_of(long_card, f"rates/?page={number}")))[0] == first


@pytest.mark.parametrize(("row", "first"), [("1", "49000"), ("101", "49100"), ("250", "49200"), ("1 01", "49100"), ("0", "49200"), ("999999999", "49200"),
                                            ("9999999999", "49000"), ("x", "49000"), ("-5", "49000"), ("٤", "49000")])  # fmt: skip
def test_any_row_is_reached_by_its_number(long_card, panel, row, first):
    assert prefixes(panel("admin", path_of(long_card, f"rates/?row={row}")))[0] == first


@pytest.mark.parametrize(("query", "found"), [("sort=cost", ["441", "44", "447"]), ("sort=-cost", ["447", "44", "441"]),
                                              ("sort=-cost&q=44", ["447", "44", "441"]), ("sort=cost&q=to 447", ["447"]),
                                              ("sort=inter", ["44", "441", "447"]), ("sort=--cost", ["44", "441", "447"])])  # fmt: skip
def test_rates_are_sorted_by_price_within_what_is_searched(shop, panel, query, found):
    assert prefixes(panel("admin", path_of(shop.retail, f"rates/?{query}"))) == found


def test_price_columns_are_those_of_the_card(world, acting, panel):
    with acting(world.admin):
        card = provider_card(world.admin, presentation="full")
        published(card, {}, world.admin, rates=from_rows([Row("1", "US", 5, 9, 7), Row("12", "US", 4, 8, 9)]))
    page = panel("admin", path_of(card, "rates/?sort=inter"))
    assert [words for words, _ in page.context["columns"]] == ["Intra", "Inter", "Indeterminate"]
    assert "1 US 0.00000009 USD 0.00000007 USD 0.00000005 USD" in text_of(page)


def test_number_shows_its_longest_match(shop, panel):
    page = panel("admin", path_of(shop.retail, "rates/?q=%2B44 1234567890"))
    assert page.context["match"].prefix == "441"


def test_prefix_lists_what_begins_with_it(long_card, panel):
    page = panel("admin", path_of(long_card, "rates/?q=4912"))
    assert prefixes(page) == [f"4912{number}" for number in range(10)]


def test_one_prefix_tells_what_stands_around_it_and_what_it_was(shop, world, acting, panel):
    with acting(world.admin):
        published(shop.source, {"44": "0.05", "4477": "0.09", "4478": "Blocked"}, world.admin)
    page = panel("admin", path_of(shop.source, "rate/?prefix=447"))
    assert (page.context["row"].prefix, page.context["shorter"], page.context["below"]) == ("44", None, 2)
    assert [(one.number, row.prefix) for one, _, row in page.context["history"]] == [(2, "44"), (1, "447")]
    page = panel("admin", path_of(shop.source, "rate/?prefix=4477&revision=2"))
    assert (page.context["row"].prefix, page.context["shorter"].prefix, page.context["below"]) == ("4477", "44", 0)


@pytest.mark.parametrize("prefix", ["", "x", "1" * 16, "\0", "٤٤", "<b>"])
def test_prefix_that_is_none_is_said(shop, panel, prefix):
    page = panel("admin", path_of(shop.retail, f"rate/?{urlencode({'prefix': prefix})}"))
    assert page.status_code == 200
    assert page.context["problem"]


def test_history_of_an_assigned_card_shows_what_may_be_seen_alone(shop, world, acting, panel):
    with acting(world.admin):
        published(shop.retail, {"44": "0.987654"}, world.admin, activate=False)
    page = panel("a_admin", path_of(shop.retail, "rate/?prefix=44"))
    assert [one.number for one, _, _ in page.context["history"]] == [1]
    assert "0.987654" not in body_of(page)


def test_statements_do_not_grow_with_rates_or_revisions(shop, world, acting, panel, statements):
    paths = [path_of(shop.source, rest) for rest in ("rates/?sort=cost", "rates/?q=44", "rate/?prefix=44")]
    few = [len(statements("admin", path)) for path in paths]
    with acting(world.admin):
        for price in range(4):
            published(shop.source, {f"44{number:03d}": f"0.0{price}" for number in range(300)}, world.admin)
    assert [len(statements("admin", path)) for path in paths] == few
    assert max(few) <= 14


def test_words_are_looked_for_in_names(long_card, panel):
    assert prefixes(panel("admin", path_of(long_card, "rates/?q=to 4901"))) == [f"4901{number}" for number in range(10)]


def test_nothing_found_says_so(shop, panel):
    for query in ("999", "atlantis"):
        page = panel("admin", path_of(shop.retail, f"rates/?q={query}"))
        assert "Nothing in this revision fits" in text_of(page)


@pytest.mark.parametrize("query", ["4" * 40, "<script>", "\0", "٤٤", "44' OR 1=1", "+", " "])
def test_odd_searches_answer_with_a_page(shop, panel, query):
    page = panel("admin", path_of(shop.retail, f"rates/?{urlencode({'q': query})}"))
    assert page.status_code == 200
    assert "<script>" not in body_of(page)


def test_blocked_rate_shows_no_price(shop, world, acting, panel):
    with acting(world.admin):
        published(shop.source, {"44": "0.01", "447": "Blocked"}, world.admin)
    assert "447 To 447 – – – Blocked" in text_of(panel("admin", path_of(shop.source, "rates/")))


def test_revision_is_chosen_and_an_unknown_one_is_404(shop, world, acting, panel):
    with acting(world.admin):
        published(shop.source, {"1": "0.01"}, world.admin)
    assert prefixes(panel("admin", path_of(shop.source, "rates/?revision=1"))) == ["44", "441", "447"]
    for number in ("9", "x", "-1", "1e9", "99999999999999999999"):
        assert panel("admin", path_of(shop.source, f"rates/?revision={number}")).status_code == 404


def test_assigned_company_reads_active_and_announced_prices_and_no_others(shop, world, acting, panel):
    with acting(world.admin):
        hidden = published(shop.retail, {"98765": "0.987654"}, world.admin, activate=False)
        announced = published(shop.retail, {"44": "0.05"}, world.admin, activate=False)
        revisions.activate_revision(announced, actor=world.admin, at=timezone.now() + timezone.timedelta(days=3))
    page = panel("a_admin", path_of(shop.retail, "rates/"))
    assert [one.number for one, _ in page.context["choices"]] == [announced.number, 1]
    assert prefixes(panel("a_admin", path_of(shop.retail, f"rates/?revision={announced.number}"))) == ["44"]
    assert panel("a_admin", path_of(shop.retail, f"rates/?revision={hidden.number}")).status_code == 404
    assert panel("a_admin", path_of(shop.retail, f"revisions/{hidden.number}/download/")).status_code == 404
    assert "0.987654" not in body_of(page)


def test_prices_from_before_the_assignment_stay_hidden(shop, world, acting, panel):
    with acting(world.admin):
        published(shop.retail, {"44": "0.05"}, world.admin)
        later = assignments.assign_card(shop.retail, world.companies.b, actor=world.admin)
    begin_now(later)
    page = panel("b_admin", path_of(shop.retail, "rates/"))
    assert [one.number for one, _ in page.context["choices"]] == [2]
    assert panel("b_admin", path_of(shop.retail, "rates/?revision=1")).status_code == 404


def test_download_holds_every_rate_and_stands_in_the_trail(shop, panel):
    answer = panel("a_admin", path_of(shop.retail, "revisions/1/download/"))
    lines = body_of(answer).splitlines()
    assert lines[0] == "prefix,name,cost,mcd,pulse,rate_connect,status"
    assert lines[1] == "44,To 44,0.022,1,1,0,"
    assert len(lines) == 4
    assert f'filename="{shop.retail.code}-1.csv"' in answer["Content-Disposition"]
    assert newest(AuditEntry, action="export").actor_label == "a_admin@example.test"


def test_download_needs_the_right_to_export(shop, panel):
    assert panel("a_reader", path_of(shop.retail, "rates/")).status_code == 200
    assert panel("a_reader", path_of(shop.retail, "revisions/1/download/")).status_code == 403
    assert "Download" not in text_of(panel("a_reader", path_of(shop.retail, "rates/")))


def test_rates_are_gone_at_the_request_after_unassigning(shop, world, acting, panel):
    path = path_of(shop.retail, "rates/")
    assert panel("a_admin", path).status_code == 200
    with acting(world.admin):
        assignments.unassign_card(CardAssignment.objects.get(pk=shop.assignment.pk), actor=world.admin)
    for rest in ("", "rates/", "rates/?q=44", "revisions/1/download/"):
        assert panel("a_admin", path_of(shop.retail, rest)).status_code == 404


def test_damaged_prices_are_told_and_never_shown(shop, panel):
    with damaging():
        Chunk.objects.filter(card=shop.retail).update(payload=b"garbage")
    for path in (path_of(shop.retail, "rates/"), path_of(shop.retail, "rates/?q=44")):
        page = panel("admin", path)
        assert page.status_code == 500
        assert "cannot be read" in body_of(page)
        assert "0.022" not in body_of(page)
    page = panel("admin", "/management/rate-cards/search/?number=44")
    assert page.status_code == 200
    assert "cannot be read" in body_of(page)
    assert "0.022 USD" not in body_of(page)


def test_card_without_prices_says_so(world, acting, panel):
    with acting(world.a_admin):
        card = customer_card(world.a_admin, "Empty")
    assert "No prices yet" in text_of(panel("a_admin", path_of(card, "rates/")))
