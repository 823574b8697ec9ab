"""The main page of a card: everything for its owner, the public face for who has it by assignment."""

import ast
from pathlib import Path

from django.utils import timezone

from ratecards import services
from ratecards.models import CardAssignment
from ratecards.services import assignments, cards, revisions
from tests.ratecards.conftest import published
from tests.ratecards_screens.conftest import body_of, path_of, text_of


def tabs(page) -> list[str]:
    return [label for label, _ in page.context["tabs"]]


def test_owner_sees_where_it_comes_from_and_who_has_it(shop, panel):
    page = panel("admin", path_of(shop.retail))
    text = text_of(page)
    for word in ("Retail", "Carrier prices", "Active revision: 1", "In sync", "Assigned to 1 company", "Build Retail"):
        assert word in text
    assert tabs(page) == [
        "Main",
        "Rates",
        "Revisions",
        "Compare",
        "Properties",
        "Profits",
        "Build",
        "Assignments",
        "Import",
    ]


def test_every_job_on_a_card_is_found_by_its_code():
    """The page asks for the newest job about the card: what is started without saying so would not be found."""
    files = [path.read_text() for path in Path(services.__file__).parent.glob("*.py")]
    calls = [node for text in files for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    started = [call for call in calls if ast.unparse(call.func) == "jobs.start"]
    assert len(started) >= 8
    assert [ast.unparse(call) for call in started if "about" not in [word.arg for word in call.keywords]] == []


def test_provider_card_names_its_carrier_and_what_is_built_from_it(shop, panel):
    page = panel("admin", path_of(shop.source))
    assert "Carrier of Carrier prices" in text_of(page)
    assert [child.shown_name for child in page.context["children"]] == ["Retail"]
    assert tabs(page) == ["Main", "Rates", "Revisions", "Compare", "Properties", "Import"]


def test_assigned_card_shows_its_public_face_alone(shop, panel):
    page = panel("a_admin", path_of(shop.retail))
    assert tabs(page) == ["Main", "Rates", "Compare"]
    assert [child.shown_name for child in page.context["children"]] == ["A retail"]
    assert "private" not in page.context
    for secret in (
        "Retail</h1>",
        "Carrier prices",
        "Carrier of",
        "Company master",
        "Maximum",
        "Never below cost",
        "Assigned to",
        "Private",
    ):
        assert secret not in body_of(page).replace("Private retail", "")


def test_public_notes_are_shown_and_private_ones_are_not(shop, world, acting, panel):
    with acting(world.admin):
        cards.change_card(
            shop.retail, actor=world.admin, notes="Margin is thin.", public_notes="Ask for volume prices."
        )
    assert "Margin is thin." in text_of(panel("admin", path_of(shop.retail)))
    page = panel("a_admin", path_of(shop.retail))
    assert "Ask for volume prices." in text_of(page)
    assert "Margin" not in body_of(page)


def test_announced_revision_is_told_to_both_sides(shop, world, acting, panel):
    with acting(world.admin):
        draft = published(shop.retail, {"44": "0.05"}, world.admin, activate=False)
        revisions.activate_revision(draft, actor=world.admin, at=timezone.now() + timezone.timedelta(days=3))
    for who in ("admin", "a_admin"):
        assert "Revision 2 from 2" in text_of(panel(who, path_of(shop.retail)))


def test_times_are_on_the_clock_of_the_reader(shop, world, panel):
    from accounts.models import User
    from tests.roles import as_owner

    with as_owner():
        User.objects.filter(pk=world.admin.pk).update(time_zone="Asia/Tokyo")
    assert "JST" in text_of(panel("admin", path_of(shop.retail)))


def test_lost_parent_is_named_neither_on_the_page_nor_in_a_byte(shop, world, acting, panel):
    with acting(world.admin):
        assignments.unassign_card(CardAssignment.objects.get(pk=shop.assignment.pk), actor=world.admin)
    page = panel("a_admin", path_of(shop.resold))
    assert "Orphaned" in text_of(page)
    assert "A card that is not assigned to you any more." in text_of(page)
    assert "Wholesale" not in body_of(page)
    assert shop.retail.code not in body_of(page)


def test_master_looks_at_a_resellers_card_and_changes_nothing(shop, panel):
    page = panel("admin", path_of(shop.resold))
    assert page.status_code == 200
    assert tabs(page) == ["Main", "Rates", "Compare"]
    assert panel("admin", path_of(shop.resold, "properties/")).status_code == 404


def test_archived_card_offers_no_change(shop, world, acting, panel):
    with acting(world.a_admin):
        cards.archive_card(shop.resold, actor=world.a_admin)
    page = panel("a_admin", path_of(shop.resold))
    assert "Archived" in text_of(page)
    assert path_of(shop.resold, "archive/") not in body_of(page)
    assert panel("a_admin", path_of(shop.resold, "build/")).status_code == 200


def test_archiving_asks_first_and_says_what_hinders_it(shop, panel):
    path = path_of(shop.retail, "archive/")
    assert "cannot be archived while others depend on it. Assigned to Company a" in text_of(panel("admin", path))
    assert "Archive “" in text_of(panel("a_admin", path_of(shop.resold, "archive/")))
    answer = panel("admin", path, {}, follow=True)
    assert "The card is assigned to Company a: take it away first." in text_of(answer)
    assert panel("a_admin", path_of(shop.resold, "archive/"), {}).url == path_of(shop.resold)
    assert "Archived" in text_of(panel("a_admin", path_of(shop.resold)))
