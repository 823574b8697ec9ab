"""Two revisions of a card against one another: kinds, figures, narrowing, download, and whose revisions they may be."""

import csv

import pytest

from accounts.models import AuditEntry
from ratecards import store
from ratecards.models import Chunk
from ratecards.services import drafts, revisions
from tests.ratecards.conftest import published, row
from tests.ratecards_screens.conftest import body_of, newest, path_of, text_of
from tests.roles import damaging


@pytest.fixture
def two(shop, world, acting):
    """The carrier's card with a second list, live now: 44 dearer, 441 taken out (44 answers), 447 cheaper, 33 new."""
    with acting(world.admin):
        published(shop.source, {"44": "0.025", "447": "0.015", "33": "0.01"}, world.admin)
    return shop.source


def compared(page) -> dict[str, tuple]:
    return {one.prefix: (one.kind, one.before, one.after) for one in page.context["rows"]}


def test_active_revision_stands_against_the_newest_one(two, panel):
    page = panel("admin", path_of(two, "compare/"))
    assert (page.context["old"].number, page.context["new"].number) == (1, 2)
    assert compared(page) == {
        "33": ("new", -1, 1_000_000), "44": ("increased", 2_000_000, 2_500_000),
        "441": ("increased", 1_000_000, 2_500_000), "447": ("decreased", 3_000_000, 1_500_000),
    }  # fmt: skip
    assert "by 44" in text_of(page)
    assert "+25.00 %" in text_of(page)


def test_row_by_row_a_row_taken_out_is_closed(two, panel):
    page = panel("admin", path_of(two, "compare/?how=rows"))
    assert compared(page)["441"] == ("closed", 1_000_000, -1)
    assert {kind: count for kind, _, count in page.context["counts"]} == {
        "new": 1, "increased": 1, "decreased": 1, "closed": 1, "other": 0, "unchanged": 0}  # fmt: skip


def test_sides_are_swapped_by_the_address(two, panel):
    assert compared(panel("admin", path_of(two, "compare/?old=2&new=1")))["33"] == ("closed", 1_000_000, -1)


def test_revision_is_no_different_from_itself(two, panel):
    assert "No difference" in text_of(panel("admin", path_of(two, "compare/?old=1&new=1")))


@pytest.mark.parametrize(
    ("query", "prefixes"),
    [("kind=increased", ["44", "441"]), ("q=44", ["44", "441", "447"]), ("q=447&kind=decreased", ["447"]), ("kind=closed", []),
     ("sort=rises", ["441", "44", "33", "447"]), ("sort=falls", ["447", "33", "44", "441"])],
)  # fmt: skip
def test_list_is_narrowed_and_ordered(two, panel, query, prefixes):
    page = panel("admin", path_of(two, f"compare/?{query}"))
    assert [one.prefix for one in page.context["rows"]] == prefixes


@pytest.mark.parametrize(
    "query", ["kind=x", "how=x", "column=inter", "sort=%00", "page=x", "page=-4", "q=abc", "q=%D9%A4", "q=" + "1" * 99]
)
def test_odd_addresses_answer_with_a_page(two, panel, query):
    assert panel("admin", path_of(two, f"compare/?{query}")).status_code == 200


@pytest.mark.parametrize("query", ["old=9", "new=x", "old=-1", "new=99999999999999999999"])
def test_unknown_revisions_are_404(two, panel, query):
    assert panel("admin", path_of(two, f"compare/?{query}")).status_code == 404


def test_histogram_has_a_figure_beside_every_bar(two, panel):
    page = panel("admin", path_of(two, "compare/"))
    assert {bar.label: bar.count for bar in page.context["bars"] if bar.count} == {
        "−50 % or more": 1,
        "+20 to +50 %": 1,
        "+50 % or more": 1,
    }
    assert body_of(page).count('class="bar"') == 10


def test_draft_is_compared_with_its_changes_by_hand(two, world, acting, panel):
    with acting(world.admin):
        draft = revisions.create_draft(two, actor=world.admin, copy_of=revisions.active_revision(two))
        drafts.set_rate(draft, row("44", "0.05"), actor=world.admin)
        drafts.remove_rate(draft, "33", actor=world.admin)
    page = panel("admin", path_of(two, "compare/"))
    assert compared(page) == {"33": ("closed", 1_000_000, -1), "44": ("increased", 2_500_000, 5_000_000)}


def test_card_with_one_revision_says_what_is_missing(shop, panel):
    assert "Nothing to compare yet" in text_of(panel("admin", path_of(shop.source, "compare/")))
    assert panel("admin", path_of(shop.source, "compare/download/")).status_code == 404


def test_download_holds_what_is_listed_and_stands_in_the_trail(two, panel):
    answer = panel("admin", path_of(two, "compare/download/?kind=increased"))
    lines = list(csv.DictReader(body_of(answer).splitlines()))
    assert [(line["prefix"], line["before"], line["after"], line["percent"]) for line in lines] == [
        ("44", "0.02", "0.025", "+25.00"), ("441", "0.01", "0.025", "+150.00")]  # fmt: skip
    assert newest(AuditEntry, action="export").changes["compared"] == [1, 2]


def test_assigned_company_compares_what_it_may_see_and_no_more(shop, world, acting, panel):
    with acting(world.admin):
        published(shop.retail, {"44": "0.05"}, world.admin)
        published(shop.retail, {"44": "0.99"}, world.admin, activate=False)
    page = panel("a_admin", path_of(shop.retail, "compare/"))
    assert (page.context["old"].number, page.context["new"].number) == (1, 2)
    assert "0.99" not in body_of(page)
    assert panel("a_admin", path_of(shop.retail, "compare/?new=3")).status_code == 404
    assert panel("a_reader", path_of(shop.retail, "compare/")).status_code == 200
    assert panel("a_reader", path_of(shop.retail, "compare/download/")).status_code == 403
    assert panel("b_admin", path_of(shop.retail, "compare/")).status_code == 404


def test_damage_is_told_and_noted_and_no_price_is_shown(two, panel):
    with damaging():
        Chunk.objects.filter(card=two).update(payload=b"garbage")
    store.comparing.DIFFERENCES.clear()  # what was compared before the damage may be shown
    for rest in ("compare/", "compare/download/"):
        page = panel("admin", path_of(two, rest))
        assert page.status_code == 500
        assert "cannot be read" in body_of(page)
        assert "0.025" not in body_of(page)
    assert newest(AuditEntry, action="damage").result == "failed"


def test_statements_do_not_grow_with_the_difference(two, world, acting, panel, statements):
    few = statements("admin", path_of(two, "compare/"))
    with acting(world.admin):
        published(two, {f"49{number:03d}": "0.01" for number in range(400)}, world.admin)
    assert len(statements("admin", path_of(two, "compare/"))) <= len(few) + 1
    assert len(few) <= 16
