"""Assignments: giving a card to the companies directly below, and taking it away."""

import re

import pytest

from accounts.models import AuditEntry
from ratecards.models import CardAssignment
from tests.ratecards_screens.conftest import CARDS, body_of, newest, number_of, path_of, shown, text_of


def of(shop, rest="") -> str:
    return path_of(shop.retail, f"assignments/{rest}")


def choices(page) -> list[str]:
    """What the page offers to choose, without the empty choice."""
    return re.findall(r'<option value="\d+">([^<]+)</option>', page.content.decode())


def test_page_shows_who_has_the_card_and_offers_the_others(shop, panel):
    page = panel("admin", of(shop))
    assert [row.company.name for row in page.context["live"]] == ["Company a"]
    assert choices(page) == ["Company b", "Company closed"]  # suspended, not closed


def test_assigned_card_is_there_at_the_next_request(shop, world, panel):
    assert "Wholesale" not in shown(panel("b_admin", CARDS + "provider/"))
    assert panel("admin", of(shop, "new/"), {"company": world.companies.b.pk}).status_code == 302
    assert "Wholesale" in shown(panel("b_admin", CARDS + "provider/"))


@pytest.mark.parametrize("key", ["a", "a1", "master"])
def test_company_that_is_not_directly_below_or_has_it_is_no_choice(shop, world, panel, key):
    before = number_of(CardAssignment)
    page = panel("admin", of(shop, "new/"), {"company": getattr(world.companies, key).pk})
    assert page.status_code == 422
    assert "company" in page.context["form"].errors
    assert number_of(CardAssignment) == before


def test_reseller_assigns_to_its_own_sub_reseller(shop, world, panel):
    path = path_of(shop.resold, "assignments/")
    assert choices(panel("a_admin", path)) == ["Company a1"]
    assert panel("a_admin", path + "new/", {"company": world.companies.a1.pk}).status_code == 302
    assert shop.resold.code in shown(panel("a1_admin", CARDS + "provider/"))


def test_taking_away_asks_first_and_lists_what_depends_on_it(shop, panel):
    page = panel("admin", of(shop, f"{shop.assignment.pk}/end/"))
    text = text_of(page)
    assert "Take “Retail” away from “Company a”?" in text
    assert f"Built from it: {shop.resold.code}." in text  # what its owner calls it is the owner's affair
    assert f'href="{of(shop)}">Cancel</a>' in body_of(page)


def test_taken_away_at_once_and_in_the_trail_with_the_reason(shop, panel):
    assert panel("a_admin", path_of(shop.retail)).status_code == 200
    assert panel("admin", of(shop, f"{shop.assignment.pk}/end/"), {"reason": "Contract ended."}).status_code == 302
    assert panel("a_admin", path_of(shop.retail)).status_code == 404
    assert newest(AuditEntry, action="unassign").reason == "Contract ended."
    assert [row.company.name for row in panel("admin", of(shop)).context["ended"]] == ["Company a"]


def test_what_ended_cannot_be_ended_again(shop, panel):
    panel("admin", of(shop, f"{shop.assignment.pk}/end/"), {"reason": ""})
    panel("admin", of(shop, f"{shop.assignment.pk}/end/"), {"reason": "x"})
    assert panel("admin", of(shop, f"{shop.assignment.pk}/end/"), {"reason": "x"}).status_code == 404


def test_own_row_of_the_owner_is_not_ended(shop, world, panel):
    own = newest(CardAssignment, card=shop.retail, company=world.companies.master)
    assert panel("admin", of(shop, f"{own.pk}/end/"), {"reason": "x"}).status_code == 404
    assert newest(CardAssignment, pk=own.pk).ended_at is None


def test_assignment_of_another_card_is_404(shop, world, panel):
    other = newest(CardAssignment, card__public_name="Wholesale b", company=world.companies.b)
    assert panel("admin", of(shop, f"{other.pk}/end/"), {"reason": "x"}).status_code == 404


def test_provider_card_is_assigned_to_nobody(shop, panel):
    assert panel("admin", path_of(shop.source, "assignments/")).status_code == 404


def test_who_may_not_assign_sees_the_list_alone(shop, world, panel):
    path = path_of(shop.resold, "assignments/")
    page = panel("a_user", path)
    assert page.status_code == 200
    assert path + "new/" not in body_of(page)
    assert panel("a_user", path + "new/", {"company": world.companies.a1.pk}).status_code == 403
