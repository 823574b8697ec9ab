"""The tags of the page frame: they show what access allows, escape what they are given and fail closed."""

from types import SimpleNamespace

import django_tables2 as tables
import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils.html import escape

from accounts.templatetags import panel
from connexcs.menu import MENU

HOSTILE = "<script>window.__x = 1</script>"


def words(entries):
    for label, icon, target in entries:
        yield label, icon
        if not isinstance(target, str):
            yield from words(target)


def test_menu_is_empty_outside_the_unit_of_work():
    request = RequestFactory().get("/")
    request.user, request.unit = AnonymousUser(), None
    assert panel.menu({"request": request}) == []
    assert panel.may({"request": request}, "customer.view") is False
    assert panel.url_if_may({"request": request}, "dashboard") == ""


def test_menu_is_empty_without_a_request():
    assert panel.menu({}) == []


def test_a_user_without_rights_sees_no_entry_even_inside_a_unit():
    request = RequestFactory().get("/")
    request.user, request.unit = AnonymousUser(), SimpleNamespace()
    assert panel.menu({"request": request}) == []


def test_menu_uses_the_words_of_the_panel():
    assert [label for label, _ in words(MENU)] == [
        "Dashboard", "Management", "Customers", "Carriers", "Provider Rate Cards", "Customer Rate Cards",
        "Global Search", "Simulator", "Setup", "Settings", "Users", "Groups", "Exchange Rates", "Advanced", "Reseller Account",
        "Prefix Set", "Information", "Audit Log", "Jobs", "Support Access", "Mail Outbox",
    ]  # fmt: skip


def test_every_icon_of_the_menu_exists():
    for _, icon in words(MENU):
        assert not icon or panel.icon(icon).startswith("<svg")


def test_the_longest_path_above_the_page_is_the_current_entry():
    urls = ["/", "/management/customers/", "/management/"]
    assert panel._nearest("/management/customers/7/", urls) == "/management/customers/"


def test_the_start_page_is_current_on_itself_only():
    assert panel._nearest("/", ["/"]) == "/"
    assert panel._nearest("/profile/", ["/"]) == ""


def test_the_trail_leads_from_the_branch_to_the_page():
    leaf = panel.Entry("Users", "", "/setup/settings/users/", True, [])
    branch = panel.Entry("Setup", "", "", True, [panel.Entry("Jobs", "", "/jobs/", False, []), leaf])
    assert [entry.label for entry in panel.trail([branch])] == ["Setup", "Users"]


def test_badge_escapes_what_it_shows():
    assert HOSTILE not in panel.badge(HOSTILE)
    assert HOSTILE not in panel.badge("active", HOSTILE)


@pytest.mark.parametrize(
    ("state", "tone"), [("active", "good"), ("failed", "bad"), ("in_sync", "good"), ("odd", "plain")]
)
def test_the_colour_of_a_badge_follows_its_state(state, tone):
    assert f"tone-{tone}" in panel.badge(state)


def test_thousands_are_grouped():
    assert [panel.thousands(n) for n in (0, 999, 1000, 1004112)] == ["0", "999", "1 000", "1 004 112"]


def test_a_sparkline_of_equal_numbers_is_drawn_and_of_one_number_is_not():
    assert "polyline" in panel.sparkline([5, 5, 5])
    assert panel.sparkline([5]) == ""


def test_page_numbers_mark_gaps():
    page = Paginator(range(1000), 10).page(50)
    assert panel.page_numbers(page) == [1, None, 49, 50, 51, None, 100]


class People(tables.Table):
    selection = tables.Column(empty_values=(), orderable=False)
    name = tables.Column()

    class Meta:
        empty_text = "No people yet"


def shown(rows, address="/"):
    request = RequestFactory().get(address)
    return get_template("django_tables2/panel.html").render({"table": People(rows)}, request)


def test_a_hostile_name_is_inert_in_the_cell_and_in_the_tick_box():
    page = shown([SimpleNamespace(pk=7, name=HOSTILE)])
    assert HOSTILE not in page
    assert escape(HOSTILE) in page
    assert 'form="bulk" name="selection" value="7"' in page


def test_an_empty_list_says_what_belongs_there():
    assert "No people yet" in shown([])


def test_an_empty_search_offers_to_show_everything():
    page = shown([], "/?q=nobody")
    assert "Nothing matches" in page
    assert "Show all" in page


def test_a_sorted_column_says_so_to_a_screen_reader():
    request = RequestFactory().get("/?sort=-name")
    table = People([SimpleNamespace(pk=1, name="a")])
    tables.RequestConfig(request, paginate=False).configure(table)
    page = get_template("django_tables2/panel.html").render({"table": table}, request)
    assert 'aria-sort="descending"' in page


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1", "Safari on iPhone"),
        ("curl/8.7.1", "curl/8.7.1"), ("", ""),
    ],
)  # fmt: skip
def test_a_browser_is_told_as_people_call_it(agent, words):
    assert panel.browser(agent) == words
