"""Bulk Build: which cards wait, one job a card, a card after those that it is built from."""

import pytest
from django.db import OperationalError

from accounts import jobs
from accounts.models import Job
from ratecards.models import Revision
from ratecards.services import builds, revisions, rules
from tests.factories import UserFactory
from tests.ratecards.conftest import customer_card, own, published
from tests.ratecards_screens.conftest import CARDS, body_of, newest, number_of, text_of
from tests.roles import as_owner

BULK = f"{CARDS}customer/build/"


@pytest.fixture
def chain(shop, world, acting):
    """The master's leaf card, built from its wholesale card, which is built from the source; the source changed."""
    with acting(world.admin):
        leaf = customer_card(world.admin, "A leaf")
        rules.set_parents(leaf, [own(shop.retail)], actor=world.admin)
        rules.add_rule(leaf, actor=world.admin, match="^", type="percent", value=0)
        published(shop.source, {"44": "0.05"}, world.admin)
    return leaf


def run_all():
    """Run every job that waits, until none does."""
    while job := newest(Job, state=Job.WAITING):
        jobs.run_now(job)


def test_page_lists_what_a_build_would_change(shop, chain, panel):
    page = panel("admin", BULK)
    assert {card.shown_name: card.sync.state for card in page.context["cards"]} == {
        "A leaf": "unbuilt",
        "Retail": "stale",
    }
    assert "Bulk build" in text_of(panel("admin", f"{CARDS}customer/"))


def test_middle_is_built_before_the_leaf_each_by_a_job_of_its_own(shop, chain, panel, world, acting):
    before = number_of(Job)
    answer = panel("admin", BULK, {"cards": [chain.code, shop.retail.code], "activate": "on"})
    assert "0 of 2 cards done" in text_of(panel("admin", answer.url))
    run_all()
    assert number_of(Job) == before + 2
    with as_owner():
        made = list(Job.objects.order_by("-pk")[:2])
    assert [job.params["card"] for job in reversed(made)] == [shop.retail.pk, chain.pk]
    page = text_of(panel("admin", answer.url))
    assert "2 of 2 cards done" in page
    with acting(world.admin):
        assert revisions.active_revision(chain).rows == 1, "built from what the middle one had just become"
    assert "Nothing to build" in text_of(panel("admin", BULK))


def test_without_activation_nothing_goes_live(shop, chain, panel, world, acting):
    panel("admin", BULK, {"cards": [shop.retail.code]})
    run_all()
    with acting(world.admin):
        assert revisions.active_revision(shop.retail).number == 1
    assert newest(Revision, card=shop.retail).number == 2


def test_card_that_fails_does_not_stop_the_others(shop, chain, panel, world, acting):
    answer = panel("admin", BULK, {"cards": [chain.code, shop.retail.code], "activate": "on"})
    with acting(world.admin):
        rules.change_rule(shop.retail.rules.get(), actor=world.admin, match="^999")
    run_all()
    text = text_of(panel("admin", answer.url))
    assert "2 of 2 cards done" in text
    assert "nothing would be sold" in text


def test_job_that_runs_again_asks_for_the_next_card_once(shop, chain, panel):
    panel("admin", BULK, {"cards": [chain.code, shop.retail.code]})
    first = newest(Job)
    run_all()
    after = number_of(Job)
    with as_owner():
        Job.objects.filter(pk=first.pk).update(state=Job.WAITING)
    jobs.run_now(newest(Job, pk=first.pk))
    assert number_of(Job) == after


def test_cards_that_do_not_wait_cannot_be_chosen(shop, panel, world):
    before = number_of(Job)
    for codes in ([], [shop.resold.code], [shop.source.code], ["zzzz-zzzz"]):
        assert panel("a_admin", BULK, {"cards": codes, "activate": ""}).status_code == 422
    assert number_of(Job) == before


def test_bulk_build_of_another_company_is_404(shop, chain, panel):
    answer = panel("admin", BULK, {"cards": [shop.retail.code]})
    assert panel("a_admin", answer.url).status_code == 404
    assert shop.retail.code not in body_of(panel("a_admin", BULK))


def test_readers_have_no_bulk_build(world, panel):
    assert panel("a_reader", BULK).status_code == 403
    assert "Bulk build" not in text_of(panel("a_reader", f"{CARDS}customer/"))


def test_next_card_waits_while_a_build_goes_back_to_the_queue(shop, chain, panel, monkeypatch):
    build = builds.run_build

    def broken_off(work):
        monkeypatch.setattr(builds, "run_build", build)
        raise OperationalError("connection lost")

    monkeypatch.setattr(builds, "run_build", broken_off)
    panel("admin", BULK, {"cards": [chain.code, shop.retail.code], "activate": "on"})
    first = newest(Job)
    jobs.runner.run(first.pk)
    assert (newest(Job, pk=first.pk).state, number_of(Job, kind="build_card", state=Job.WAITING)) == (Job.WAITING, 1)
    jobs.run_now(first)
    assert newest(Job).params["card"] == chain.pk


@pytest.fixture
def killed(settings):
    """killed(job): its worker died, for the last time."""
    settings.JOB_ATTEMPTS = 1

    def killed(job):
        jobs.runner.claim(job.pk)
        with as_owner():
            Job.objects.filter(pk=job.pk).update(lease_until="2020-01-01T00:00:00Z")
        assert jobs.run_now(job).error == "Gave up after 1 attempts."

    return killed


def test_next_card_is_asked_for_when_the_last_worker_was_killed(shop, chain, panel, killed):
    answer = panel("admin", BULK, {"cards": [chain.code, shop.retail.code], "activate": "on"})
    first = newest(Job)
    killed(first)
    assert newest(Job).params["card"] == chain.pk
    assert "after the cards above" not in text_of(panel("admin", answer.url))


def test_what_a_bulk_build_left_is_named_and_goes_on_in_another_name(shop, chain, panel, world, killed):
    answer = panel("admin", BULK, {"cards": [chain.code, shop.retail.code], "activate": "on"})
    with as_owner():
        world.colleague = UserFactory(company=world.companies.master, role=world.roles.admins)
        type(world.admin).objects.filter(pk=world.admin.pk).update(is_active=False)
    killed(newest(Job))
    page = panel("colleague", answer.url)
    assert "1 card was not built" in text_of(page) and "it ended before this card" in text_of(page)
    assert "hx-get" not in body_of(page)
    for _ in range(2):
        assert panel("colleague", answer.url, {}).status_code == 302
    assert (newest(Job).params["card"], newest(Job).actor_id) == (chain.pk, world.colleague.pk)
    assert number_of(Job, params__has_key="bulk") == 2
