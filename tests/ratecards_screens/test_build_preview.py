"""Preview of a build, and the build that is held to it; what a match draws while it is typed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import Job
from ratecards.models import Activation, ProfitRule, RateCard, Revision, RevisionPrivate
from ratecards.services import revisions, rules
from ratecards.templatetags.rates import heading
from tests.ratecards.conftest import published
from tests.ratecards_screens.conftest import body_of, newest, number_of, path_of, run_newest_job, text_of


def of(shop, rest="") -> str:
    return path_of(shop.resold, f"build/{rest}")


def previewed(shop, world, acting, panel):
    """The page of a finished preview after the parent's prices changed."""
    with acting(world.admin):
        published(shop.retail, {"44": "0.05", "441": "0.01", "33": "0.01"}, world.admin)
    path = panel("a_admin", of(shop, "preview/"), {}).url
    job = run_newest_job()
    assert (job.kind, job.state) == ("preview_build", "done"), job.error
    return path, job


def test_preview_writes_nothing_and_shows_what_would_change(shop, world, acting, panel):
    before = number_of(Revision)
    path, job = previewed(shop, world, acting, panel)
    assert number_of(Revision) == before + 1, "the parent's"
    (changes,) = job.result["changes"]
    counts = changes["counts"]
    assert {kind: counts[kind] for kind in ("new", "increased", "decreased", "closed")} == {
        "new": 1, "increased": 2, "decreased": 1, "closed": 0}  # fmt: skip
    assert changes["rises"][0] == {"prefix": "44", "before": 2_700_000, "after": 5_500_000}
    text = text_of(panel("a_admin", path))
    assert "3 rates. Nothing is written yet." in text
    assert "Against the active prices" in text
    assert "No call was found that costs more than it is sold at" in text
    assert "Build report" in text


def test_build_after_the_preview_writes_exactly_it(shop, world, acting, panel):
    path, job = previewed(shop, world, acting, panel)
    page = panel("a_admin", path)
    assert page.context["form"]["preview"].value() == str(job.key)
    panel("a_admin", of(shop), {"preview": str(job.key), "activate": "on"})
    built = run_newest_job()
    assert (built.state, built.result["rows"], built.result["activated"]) == ("done", 3, True)
    assert newest(RevisionPrivate, revision__card=shop.resold).build_key == job.result["key"]


@pytest.fixture
def then(shop, world, acting):
    """The moment for which the parent announces other prices."""
    at = timezone.now().replace(microsecond=0) + timedelta(days=1)
    with acting(world.admin):
        new = published(shop.retail, {"44": "0.05"}, world.admin, activate=False)
        revisions.activate_revision(new, actor=world.admin, at=at)
    return at


def test_announced_prices_are_previewed_and_built_for_their_moment(shop, then, panel):
    page = panel("a_admin", of(shop))
    assert "Parents have other prices from" in text_of(page)
    assert f'value="{then.isoformat()}"' in body_of(page)
    path = panel("a_admin", of(shop, "preview/"), {"at": then.isoformat()}).url
    assert run_newest_job().state == "done"
    page = panel("a_admin", path)
    assert "1 rate. Nothing is written yet. From the prices that are announced for" in text_of(page)
    path = panel("a_admin", of(shop), {"preview": page.context["form"]["preview"].value(), "activate": "on"}).url
    assert run_newest_job().state == "done"
    assert "A new revision was built. It goes live" in text_of(panel("a_admin", path))
    assert "and revision 2 of this card goes live at that moment" in text_of(panel("a_admin", of(shop)))
    assert "changed since it was built" not in text_of(panel("a_admin", of(shop)))
    entry = newest(Activation, card=shop.resold)
    assert (entry.live_from, entry.revision_id) == (then, newest(Revision, card=shop.resold, number=2).pk)


def test_announcement_that_is_no_longer_what_a_build_would_give_is_told(shop, then, world, acting, panel):
    panel("a_admin", of(shop), {"at": then.isoformat(), "activate": "on"})
    assert run_newest_job().result["activated"] is True
    with acting(world.admin):
        revisions.cancel_activation(Activation.objects.get(card=shop.retail, live_from=then), actor=world.admin)
    assert "but parents, rules or exchange rates changed since it was built" in text_of(panel("a_admin", of(shop)))


@pytest.mark.parametrize("at", ["2001-01-01T00:00:00+00:00", "2999-01-01T00:00:00+00:00", "tomorrow", "\0"])
def test_moment_that_nothing_is_announced_for_is_refused(shop, then, panel, at):
    before = number_of(Job)
    page = panel("a_admin", of(shop), {"at": at})
    assert page.status_code == 422
    assert "Nothing is announced for that moment any more." in text_of(page) or "\0" in at
    assert panel("a_admin", of(shop, "preview/"), {"at": at}).url == of(shop)
    assert number_of(Job) == before


def test_build_says_what_changed_since_the_preview(shop, world, acting, panel):
    _, job = previewed(shop, world, acting, panel)
    with acting(world.a_admin):
        rules.change_rule(ProfitRule.objects.get(card=shop.resold), actor=world.a_admin, value=Decimal(1))
    before = number_of(Job)
    page = panel("a_admin", of(shop), {"preview": str(job.key)})
    assert page.status_code == 422
    assert "Since the preview there were changes to rule 1: look at a new one." in text_of(page)
    assert number_of(Job) == before


def test_plain_build_is_not_answered_by_a_waiting_one_that_is_held_to_an_outdated_preview(shop, world, acting, panel):
    _, job = previewed(shop, world, acting, panel)
    panel("a_admin", of(shop), {"preview": str(job.key)})
    held = newest(Job)
    with acting(world.a_admin):
        rules.change_rule(ProfitRule.objects.get(card=shop.resold), actor=world.a_admin, value=Decimal("0.009"))
    plain = [panel("a_admin", of(shop), {"preview": ""}).url for _ in range(2)]
    assert plain[0] == plain[1] and str(held.key) not in plain[0]
    assert run_newest_job().state == "done"


def test_change_after_the_build_was_asked_for_ends_the_job_in_words(shop, world, acting, panel):
    _, job = previewed(shop, world, acting, panel)
    panel("a_admin", of(shop), {"preview": str(job.key)})
    with acting(world.admin):
        published(shop.retail, {"44": "0.07"}, world.admin)
    built = run_newest_job()
    assert built.state == "failed"
    assert "changes to the prices of parent 1 (revision 2, now 3)" in built.error


def test_preview_warns_of_calls_that_would_lose(shop, world, acting, panel):
    """Sold at a fixed price below what the parent asks for one of its longer prefixes (the Guernsey trap)."""
    with acting(world.a_admin):
        rule = ProfitRule.objects.get(card=shop.resold)
        rules.change_rule(rule, actor=world.a_admin, match="44", type="relative", value=Decimal("0.005"))
    with acting(world.admin):
        published(shop.retail, {"44": "0.01", "4481": "0.05"}, world.admin)
    path = panel("a_admin", of(shop, "preview/"), {}).url
    result = run_newest_job().result
    assert [(one["prefix"], one["sold_by"], one["unbounded"]) for one in result["guard"]["losses"]] == [
        ("4481", "44", True)
    ]
    assert result["report"]["dearer"] == 1
    text = text_of(panel("a_admin", path))
    assert "1 rate may sell a call below what a parent charges" in text
    assert "grows with the call" in text


def test_preview_of_another_card_is_404(shop, world, acting, panel):
    _, job = previewed(shop, world, acting, panel)
    assert panel("admin", path_of(shop.retail, "build/"), {"preview": str(job.key)}).status_code == 404


def test_preview_of_what_cannot_be_built_says_why(shop, world, acting, panel):
    with acting(world.a_admin):
        rules.delete_rule(ProfitRule.objects.get(card=shop.resold), actor=world.a_admin)
    assert "There is no profit rule" in text_of(panel("a_admin", of(shop, "preview/"), {}, follow=True))


def test_readers_preview_nothing(shop, panel):
    assert panel("a_reader", of(shop, "preview/"), {}).status_code == 403


def test_match_is_counted_by_parent_while_it_is_typed(shop, panel):
    def said(match):
        return text_of(panel("a_admin", path_of(shop.resold, "profits/match/"), query_params={"match": match}))

    assert "2 rates of the parents. Wholesale 2 441 447" in said("^44.")
    assert "1 rate of the parents. Wholesale 1 447" in said("44[5-9]")
    assert "0 rates of the parents: this rule would draw nothing there" in said("33")
    assert "looks ahead or behind" in said("(?=44)")


def test_a_price_is_called_as_the_lists_of_the_card_call_it():
    assert heading("cost", RateCard(presentation="single")) == "Price a minute"
    assert heading("cost", RateCard(presentation="full")) == "Indeterminate"
