"""Build: what would be built, asking for it, the page of its job."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts import jobs
from accounts.models import Job
from ratecards.models import CardAssignment, Revision
from ratecards.services import assignments, builds, revisions, rules
from tests.ratecards.conftest import published
from tests.ratecards_screens.conftest import CARDS, body_of, newest, number_of, path_of, run_newest_job, text_of


def of(shop) -> str:
    return path_of(shop.resold, "build/")


def outdated(shop, world, acting):
    with acting(world.admin):
        published(shop.retail, {"44": "0.05", "33": "0.01"}, world.admin)


def test_page_says_what_would_be_built(shop, panel):
    text = text_of(panel("a_admin", of(shop)))
    assert "In sync" in text
    assert "there is nothing to do" in text
    assert "Wholesale" in text
    assert "Profit rules 1" in text


def test_in_sync_offers_no_button(shop, panel):
    assert 'name="activate"' not in body_of(panel("a_admin", of(shop)))


def test_build_and_activate_leads_to_the_job_and_to_its_result(shop, world, acting, panel):
    outdated(shop, world, acting)
    assert 'name="activate"' in body_of(panel("a_admin", of(shop)))
    answer = panel("a_admin", of(shop), {"activate": "on"})
    job = newest(Job)
    assert answer.url == path_of(shop.resold, f"jobs/{job.key}/")
    assert "Waiting for a worker" in text_of(panel("a_admin", answer.url))
    assert run_newest_job().state == "done"
    text = text_of(panel("a_admin", answer.url))
    assert "A new revision was built. It is live now." in text
    assert "Build report" in text
    assert "Active revision: 2" in text


def test_build_without_activation_leaves_the_old_prices_live(shop, world, acting, panel):
    outdated(shop, world, acting)
    panel("a_admin", of(shop), {"x": "1"})
    assert run_newest_job().state == "done"
    text = text_of(panel("a_admin", path_of(shop.resold)))
    assert "Active revision: 1" in text
    assert "Built, not active" in text


def test_finished_job_asks_htmx_to_load_the_page_again(shop, world, acting, panel):
    outdated(shop, world, acting)
    path = panel("a_admin", of(shop), {"x": "1"}).url
    assert "HX-Refresh" not in panel("a_admin", path, headers={"HX-Request": "true"})
    run_newest_job()
    assert panel("a_admin", path, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert "HX-Refresh" not in panel("a_admin", path)


def test_bar_of_a_waiting_job_asks_for_itself_alone(shop, world, acting, panel):
    outdated(shop, world, acting)
    path = panel("a_admin", of(shop), {"x": "1"}).url
    whole, bar = panel("a_admin", path), panel("a_admin", path, headers={"HX-Request": "true"})
    assert "Waiting for a worker" in text_of(bar)
    assert body_of(bar).strip().split("<div", 1)[1] in body_of(whole), "the same bar, for it takes the other's place"
    assert "<h1" not in body_of(bar)


def test_orphaned_card_cannot_be_built_and_no_job_is_made(shop, world, acting, panel):
    with acting(world.admin):
        assignments.unassign_card(CardAssignment.objects.get(pk=shop.assignment.pk), actor=world.admin)
    before = number_of(Job)
    page = panel("a_admin", of(shop), {"x": "1"})
    assert page.status_code == 422
    assert "Parent 1 is not assigned to you any more." in text_of(page)
    assert number_of(Job) == before


def test_failed_job_says_why_on_its_page(shop, world, acting, panel):
    outdated(shop, world, acting)
    path = panel("a_admin", of(shop), {"x": "1"}).url
    with acting(world.admin):
        assignments.unassign_card(CardAssignment.objects.get(pk=shop.assignment.pk), actor=world.admin)
    before = number_of(Revision, card=shop.resold)
    assert run_newest_job().state == "failed"
    assert "not assigned to you any more" in text_of(panel("a_admin", path))
    assert number_of(Revision, card=shop.resold) == before


def test_job_of_another_card_or_company_is_404(shop, world, panel):
    job = newest(Job, company=world.companies.a)
    assert panel("a_admin", path_of(shop.resold, f"jobs/{job.key}/")).status_code == 200
    masters = newest(Job, company=world.companies.master)
    assert panel("a_admin", path_of(shop.resold, f"jobs/{masters.key}/")).status_code == 404
    assert panel("admin", path_of(shop.retail, f"jobs/{job.key}/")).status_code == 404


def test_page_names_no_source_of_the_parent(shop, panel):
    body = body_of(panel("a_admin", of(shop)))
    for secret in ("Carrier prices", "Source", shop.source.code, "Company master"):
        assert secret not in body


def test_readers_and_provider_cards_have_no_build(shop, panel):
    assert panel("a_reader", of(shop)).status_code == 403
    assert panel("a_reader", of(shop), {"x": "1"}).status_code == 403
    assert panel("admin", path_of(shop.source, "build/")).status_code == 404


@pytest.fixture
def moment():
    return timezone.now().replace(microsecond=0) + timedelta(days=1)


@pytest.fixture
def announcement(shop, world, acting, moment):
    """The master's announcement of a dearer wholesale list, and A's card built for the same moment."""
    with acting(world.admin):
        dearer = published(shop.retail, {"44": "0.5"}, world.admin, activate=False)
        entry = revisions.activate_revision(dearer, actor=world.admin, at=moment)
    with acting(world.a_admin):
        job = builds.build_card(shop.resold, actor=world.a_admin, activate=True, at=moment)
    assert jobs.run_now(job).result["activated"]
    return entry


def test_outdated_announcement_is_shown_on_list_card_and_dashboard(shop, world, acting, panel, announcement):
    places = f"{CARDS}customer/", path_of(shop.resold), "/"
    assert not any("utdated" in text_of(panel("a_admin", place)) for place in places)
    with acting(world.admin):
        revisions.cancel_activation(announcement, actor=world.admin)
    assert "2 announced, outdated" in text_of(panel("a_admin", places[0]))
    assert "Outdated" in text_of(panel("a_admin", places[1]))
    assert "A retail : Outdated revision 2 goes live" in text_of(panel("a_admin", places[2]))
    assert not any("utdated" in text_of(panel("b_admin", place)) for place in (places[0], "/"))


def test_announcement_whose_parents_changed_back_is_to_be_cancelled(shop, world, acting, panel, announcement):
    with acting(world.admin):
        revisions.cancel_activation(announcement, actor=world.admin)
    text = text_of(panel("a_admin", of(shop)))
    assert "cancel it there, for no other prices of parents are announced for that moment" in text
    assert "Build for then" not in text


def test_outdated_announcement_is_built_again_by_the_button_of_its_moment(
    shop, world, acting, panel, announcement, moment
):
    assert "Build for then" not in text_of(panel("a_admin", of(shop)))
    with acting(world.a_admin):
        rules.change_rule(shop.resold.rules.get(), actor=world.a_admin, value=Decimal("0.009"))
    page = panel("a_admin", of(shop))
    assert "build it again for then, which takes its place" in text_of(page)
    assert "Build for then" in text_of(page)
    panel("a_admin", of(shop), {"at": moment.isoformat(), "activate": "on"})
    assert run_newest_job().result["activated"]
    assert "utdated" not in text_of(panel("a_admin", of(shop)))
