"""Build: what would be built, asking for it, the page of its job."""

from accounts.models import Job
from ratecards.models import CardAssignment, Revision
from ratecards.services import assignments
from tests.ratecards.conftest import published
from tests.ratecards_screens.conftest import body_of, newest, number_of, path_of, run_newest_job, text_of


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
