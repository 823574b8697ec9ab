"""A draft in the browser: its list, a row edited in place, rows pasted, many changed, and the way back."""

import pytest

from ratecards.models import Chunk, DraftRow
from ratecards.services import drafts, publishing, revisions
from tests.ratecards.conftest import row
from tests.ratecards_screens.conftest import body_of, newest, number_of, path_of, run_newest_job, seen, text_of
from tests.roles import damaging

RATE = {"prefix": "441", "name": "London", "cost": "0.0140", "connect": "", "mcd": "30", "pulse": "6", "grace": ""}
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def draft(shop, world, acting):
    """Revision 2 of the carrier's card, begun on revision 1: 44, 441 and 447."""
    with acting(world.admin):
        return revisions.create_draft(shop.source, actor=world.admin, copy_of=revisions.active_revision(shop.source))


@pytest.fixture
def of_draft(shop, draft):
    return lambda rest="": path_of(shop.source, f"revisions/2/rates/{rest}")


def prefixes(page) -> list[str]:
    return [one.prefix for one in page.context["rows"]]


def test_list_shows_the_draft_with_its_changes_marked(of_draft, draft, world, acting, panel):
    with acting(world.admin):
        drafts.set_rate(draft, row("441", "0.5"), actor=world.admin)
        drafts.set_rate(draft, row("33", "0.7"), actor=world.admin)
        drafts.remove_rate(draft, "447", actor=world.admin)
    page = panel("admin", of_draft())
    assert prefixes(page) == ["33", "44", "441"]
    assert "33 added" in text_of(page)
    assert "441 changed" in text_of(page)
    only = text_of(panel("admin", of_draft("?changes=1")))
    assert "447 taken out" in only
    assert "44 To 44" not in only


@pytest.mark.parametrize(("query", "found"), [("q=441", ["441"]), ("q=to 447", ["447"]), ("sort=cost", ["441", "44", "447"]),
                                              ("sort=-cost", ["447", "44", "441"]), ("q=999", []), ("sort=inter", ["44", "441", "447"])])  # fmt: skip
def test_draft_is_searched_and_sorted(of_draft, panel, query, found):
    assert prefixes(panel("admin", of_draft(f"?{query}"))) == found


def test_list_leads_to_the_form_of_each_row_and_of_a_new_one(of_draft, panel):
    page = body_of(panel("admin", of_draft()))
    assert f'hx-get="{of_draft("row/")}"' in page
    assert f'hx-get="{of_draft("row/?prefix=441")}"' in page


def test_row_is_edited_in_place(of_draft, panel):
    form = panel("admin", of_draft("row/?prefix=441"), **HTMX)
    assert body_of(form).lstrip().startswith("<tr")
    assert form.context["form"]["cost"].value() == "0.01"
    answer = panel("admin", of_draft("row/"), RATE, **HTMX)
    assert answer.status_code == 200
    assert "0.014 USD" in text_of(answer)
    assert "<html" not in body_of(answer)
    assert newest(DraftRow).cost == 1_400_000


@pytest.mark.parametrize("name", ["a\nb", "a\tb", "a\x1fb", "a\u200bb"])
def test_name_that_no_file_brings_back_is_refused(of_draft, panel, name):
    answer = panel("admin", of_draft("row/"), RATE | {"name": name})
    assert answer.status_code == 422
    assert "Write it in one line" in text_of(answer)
    assert newest(DraftRow) is None


@pytest.mark.parametrize("change", ["0.5", None])
def test_row_changed_or_taken_out_meanwhile_is_not_put_back(of_draft, draft, world, acting, panel, change):
    path = of_draft("row/?prefix=441")
    form = panel("admin", path, **HTMX)
    assert f'hx-post="{path}"' in body_of(form)
    with acting(world.admin):
        if change:
            drafts.set_rate(draft, row("441", change), actor=world.admin)
        else:
            drafts.remove_rate(draft, "441", actor=world.admin)
    late = panel("admin", path, RATE | seen(form), **HTMX)
    assert late.status_code == 422
    assert "Somebody changed this meanwhile" in text_of(late)
    assert newest(DraftRow).cost != 1_400_000
    if change:
        assert panel("admin", path, RATE | seen(panel("admin", path))).status_code == 302


def test_wrong_figure_brings_the_row_back_as_a_form(of_draft, panel):
    answer = panel("admin", of_draft("row/"), RATE | {"cost": "1e-3"}, **HTMX)
    assert answer.status_code == 422
    assert body_of(answer).lstrip().startswith("<tr")
    assert "scientific notation" in text_of(answer)
    assert number_of(DraftRow) == 0


def test_row_is_edited_on_a_page_of_its_own_without_scripts(of_draft, panel):
    assert panel("admin", of_draft("row/?prefix=441")).status_code == 200
    assert panel("admin", of_draft("row/"), RATE).url == of_draft("?q=441")


def test_way_back_keeps_the_search_and_nothing_else(of_draft, panel):
    answer = panel("admin", of_draft("remove/"), {"prefix": "441", "q": "44", "page": "1", "next": "//evil.example"})
    assert answer.url == of_draft("?q=44&page=1")


def test_rows_are_pasted(of_draft, panel):
    assert panel("admin", of_draft("paste/"), {"rows": "33\tFrance\t0.07\n44\tUK\t0.01"}).url == of_draft()
    assert prefixes(panel("admin", of_draft())) == ["33", "44", "441", "447"]


def test_refused_line_is_named_and_nothing_that_was_pasted_is_lost(of_draft, panel):
    rows = "33\tFrance\t0.07\n44x\tUK\t0.01"
    page = panel("admin", of_draft("paste/"), {"rows": rows})
    assert page.status_code == 422
    assert "'44x' is not a prefix" in text_of(page)
    assert page.context["form"]["rows"].value() == rows
    assert number_of(DraftRow) == 0
    page = panel("admin", of_draft("paste/"), {"rows": rows, "partly": "on"})
    assert page.status_code == 200
    assert "1 rate is in the draft." in text_of(page)
    assert page.context["form"]["rows"].value() == "44x\tUK\t0.01"
    assert newest(DraftRow).prefix == "33"


@pytest.mark.parametrize("rows", ["", " \n\n", "x", "\0", "44", "<script>\t<b>\n"])
def test_pasted_nonsense_is_answered_with_a_page(of_draft, panel, rows):
    page = panel("admin", of_draft("paste/"), {"rows": rows})
    assert page.status_code == 422
    assert number_of(DraftRow) == 0


def test_many_are_counted_first_and_changed_then(of_draft, panel):
    change = {"match": "^44", "price": "percent", "value": "10"}
    page = panel("admin", of_draft("bulk/"), change)
    assert (page.context["preview"].fitting, page.context["preview"].altered) == (3, 3)
    assert "0.02 → 0.022" in text_of(page)
    assert number_of(DraftRow) == 0
    said = {"apply": page.context["shown"]}
    assert panel("admin", of_draft("bulk/"), change | said | {"value": "11"}).context["preview"].altered == 3
    assert number_of(DraftRow) == 0
    assert panel("admin", of_draft("bulk/"), change | said).url == of_draft()
    assert number_of(DraftRow, revision__number=2) == 3


@pytest.mark.parametrize("at_once", [1, 100_000])
def test_change_sent_twice_is_done_once(of_draft, panel, monkeypatch, at_once):
    monkeypatch.setattr(publishing, "AT_ONCE", at_once)
    change = {"match": "^44", "price": "percent", "value": "10"}
    said = {"apply": panel("admin", of_draft("bulk/"), change).context["shown"]}
    for _ in range(2):
        answer = panel("admin", of_draft("bulk/"), change | said)
        if at_once == 1 and answer.status_code == 302:
            assert run_newest_job().state == "done"
    assert "0.022 → 0.0242" in text_of(answer), "shown anew, for another draft"
    assert "0.022 USD" in text_of(panel("admin", of_draft()))


def test_large_draft_is_changed_by_a_job(of_draft, shop, panel, monkeypatch):
    monkeypatch.setattr(publishing, "AT_ONCE", 1)
    change = {"match": "^44", "price": "percent", "value": "10"}
    said = {"apply": panel("admin", of_draft("bulk/"), change).context["shown"]}
    path = panel("admin", of_draft("bulk/"), change | said).url
    assert "Change many rates of revision 2" in text_of(panel("admin", path))
    assert run_newest_job().state == "done"
    page = panel("admin", path)
    assert "3 rates are changed in the draft." in text_of(page)
    assert path_of(shop.source, "revisions/2/publish/") in body_of(page)
    assert "0.022 USD" in text_of(panel("admin", of_draft()))


@pytest.mark.parametrize(("change", "field"), [
    ({"price": "percent"}, "value"), ({"price": "keep"}, "price"), ({"price": "add", "value": "1e3"}, "value"),
    ({"price": "set", "value": "-1"}, "value"), ({"price": "percent", "value": "10", "match": "(a+)+$"}, "match"),
    ({"price": "keep", "pulse": "0"}, "pulse"), ({"price": "add", "value": "-5"}, "value"), ({}, "price"),
])  # fmt: skip
def test_change_that_says_nothing_or_too_much_is_refused(of_draft, panel, change, field):
    for more in ({}, {"apply": "1"}):
        page = panel("admin", of_draft("bulk/"), change | {"x": "1"} | more)
        assert page.status_code == 422
        assert field in page.context["form"].errors
    assert number_of(DraftRow) == 0


def test_statements_do_not_grow_with_the_draft(of_draft, shop, draft, world, acting, panel, statements):
    few = statements("admin", of_draft())
    with acting(world.admin):
        for number in range(120):
            drafts.set_rate(draft, row(f"4{number}", "0.5"), actor=world.admin)
    assert len(statements("admin", of_draft())) == len(few) <= 16


def test_damaged_draft_is_told_and_nothing_of_it_is_changed(of_draft, shop, panel):
    with damaging():
        Chunk.objects.filter(card=shop.source).update(payload=b"garbage")
    assert panel("admin", of_draft()).status_code == 500
    assert "cannot be read" in body_of(panel("admin", of_draft()))
    page = panel("admin", of_draft("bulk/"), {"price": "percent", "value": "10"})
    assert page.status_code == 422
    assert "cannot be read" in text_of(page)
