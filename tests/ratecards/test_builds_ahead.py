"""Built from announced prices: card and parents change at the same instant, and nothing is sold at the old price after."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import acl, jobs
from accounts.models import AuditEntry, Job
from ratecards import freshness, overview, queries, store, timeline
from ratecards.models import Activation, CardAssignment, RateCard, Revision
from ratecards.services import builds, revisions, rules
from ratecards.services.exchange_rates import add_exchange_rate
from tests.ratecards.conftest import begin_now, customer_card, own, prices_of, provider_card, published
from tests.roles import as_owner

DEARER = {"44": "0.03", "441": "0.02", "447": "0.04"}


@pytest.fixture
def then():
    return timezone.now().replace(microsecond=0) + timedelta(days=1)


def announced(card, prices, actor, at):
    with acl.acting_as(actor):
        revision = published(card, prices, actor, activate=False)
        return revisions.activate_revision(revision, actor=actor, at=at)


def ahead(card, actor, at, activate=True) -> Job:
    with acl.acting_as(actor):
        job = builds.build_card(card, actor=actor, activate=activate, at=at)
    return jobs.run_now(job)


def listed(card, at=None) -> dict:
    return prices_of(store.load(timeline.active_revision(card, at)))


def test_card_changes_with_its_parent_down_both_tiers(market, world, acting, then):
    begin_now(market.assignment)
    announced(market.source, DEARER, world.admin, then)
    made = ahead(market.retail, world.admin, then)
    assert (made.state, made.result["activated"], made.result["at"]) == ("done", True, then.isoformat())
    assert ahead(market.resold, world.a_admin, then).result["activated"] is True
    with acting(world.admin):
        assert listed(market.retail) == {"44": "0.022", "441": "0.011", "447": "0.033"}
        assert listed(market.retail, then) == {"44": "0.033", "441": "0.022", "447": "0.044"}
    with acting(world.a_admin):
        assert listed(market.resold, then - timedelta(seconds=1))["44"] == "0.027"
        assert listed(market.resold, then) == {"44": "0.038", "441": "0.027", "447": "0.049"}


def test_card_is_in_sync_before_and_will_be_then(market, world, acting, then):
    announced(market.source, DEARER, world.admin, then)
    ahead(market.retail, world.admin, then)
    with acting(world.admin):
        assert freshness.sync_state([market.retail])[market.retail.pk].state == "in_sync"
        key = timeline.active_revision(market.retail, then).private.build_key
        assert freshness.inputs_of(market.retail, then).key == key != freshness.inputs_of(market.retail).key


def test_only_what_is_announced_for_the_instant_is_taken(world, acting, then):
    with acting(world.admin):
        first, second = (provider_card(world.admin, name) for name in ("First", "Second"))
        for card in (first, second):
            published(card, {"44": "0.01"}, world.admin)
        card = customer_card(world.admin)
        rules.set_parents(card, [own(first), own(second)], actor=world.admin)
        rules.add_rule(card, actor=world.admin, match="^", type="percent", value=Decimal(0))
    announced(first, {"44": "0.02"}, world.admin, then)
    announced(second, {"44": "0.05"}, world.admin, then + timedelta(hours=1))
    ahead(card, world.admin, then)
    with acting(world.admin):
        assert listed(card, then) == {"44": "0.02"}


def test_exchange_rate_of_then_counts(world, acting, then):
    with acting(world.admin):
        source = provider_card(world.admin, currency="EUR")
        published(source, {"44": "0.01"}, world.admin)
        add_exchange_rate(actor=world.admin, one="EUR", other="USD", rate=Decimal("1.1"))
        add_exchange_rate(actor=world.admin, one="EUR", other="USD", rate=Decimal("1.2"), valid_from=then)
        card = customer_card(world.admin)
        rules.set_parents(card, [own(source)], actor=world.admin)
        rules.add_rule(card, actor=world.admin, match="^", type="percent", value=Decimal(0))
    ahead(card, world.admin, then)
    with acting(world.admin):
        assert listed(card, then) == {"44": "0.012"}


def test_announcement_taken_back_before_the_job_runs_changes_nothing(market, world, acting, then):
    entry = announced(market.source, DEARER, world.admin, then)
    with acting(world.admin):
        job = builds.build_card(market.retail, actor=world.admin, activate=True, at=then)
        revisions.cancel_activation(entry, actor=world.admin)
    job = jobs.run_now(job)
    assert (job.state, job.result["built"], job.result["activated"]) == ("done", False, False)
    with acting(world.admin):
        assert listed(market.retail, then) == listed(market.retail)


def test_instant_that_has_passed_is_refused_at_once_and_by_the_job(market, world, acting, then):
    with acting(world.admin):
        with pytest.raises(ValidationError, match="live by now"):
            builds.build_card(market.retail, actor=world.admin, at=timezone.now() - timedelta(seconds=1))
        job = builds.build_card(market.retail, actor=world.admin, activate=True, at=then)
    with as_owner():
        Job.objects.filter(pk=job.pk).update(params=job.params | {"at": (then - timedelta(days=2)).isoformat()})
    job = jobs.run_now(job)
    assert (job.state, job.error) == ("failed", builds.PASSED)


def test_run_twice_it_is_announced_once(market, world, acting, then):
    announced(market.source, DEARER, world.admin, then)
    job = ahead(market.retail, world.admin, then)
    with as_owner():
        Job.objects.filter(pk=job.pk).update(state=Job.WAITING, lease_until=None)
    assert jobs.run_now(job).state == "done"
    with acting(world.admin):
        assert Activation.objects.filter(card=market.retail, live_from=then).count() == 1
        assert Revision.objects.filter(card=market.retail).count() == 2


def test_build_of_now_and_build_of_then_are_two_jobs(market, world, acting, then):
    announced(market.source, DEARER, world.admin, then)
    with acting(world.admin):
        later = builds.build_card(market.retail, actor=world.admin, at=then)
        assert builds.build_card(market.retail, actor=world.admin, at=then) == later
        assert builds.build_card(market.retail, actor=world.admin) != later


def test_revision_that_is_built_and_not_announced_is_offered_for_its_instant(market, world, acting, then):
    announced(market.source, DEARER, world.admin, then)
    assert ahead(market.retail, world.admin, then, activate=False).result["activated"] is False
    with acting(world.admin):
        revision = Revision.objects.select_related("private").get(card=market.retail, number=2)
        assert (timeline.state_of(revision), revision.private.planned) == ("ready", then)


def test_company_that_lost_the_card_builds_nothing_ahead(market, world, acting, then):
    announced(market.source, DEARER, world.admin, then)
    ahead(market.retail, world.admin, then)
    with as_owner():
        CardAssignment.objects.filter(pk=market.assignment.pk).update(ended_at=timezone.now())
    with acting(world.a_admin), pytest.raises(ValidationError, match="not assigned"):
        builds.build_card(market.resold, actor=world.a_admin, at=then)


def test_built_again_for_an_instant_it_takes_the_place_of_what_is_outdated(market, world, acting, then):
    announced(market.source, DEARER, world.admin, then)
    first = ahead(market.retail, world.admin, then)
    with acting(world.admin):
        rules.change_rule(market.retail.rules.get(), actor=world.admin, value=Decimal(20))
    again = ahead(market.retail, world.admin, then)
    assert (again.state, again.result["built"], again.result["activated"]) == ("done", True, True)
    with acting(world.admin):
        assert listed(market.retail, then)["44"] == "0.036"
        log = Activation.objects.filter(card=market.retail, live_from=then).order_by("attempt")
        assert [(one.revision.number, hasattr(one, "cancellation")) for one in log] == [
            (first.result["revision"], True),
            (again.result["revision"], False),
        ]
    with as_owner():
        assert AuditEntry.objects.filter(action="cancel", actor=world.admin.pk).count() == 1


def test_what_was_announced_by_hand_for_the_instant_is_not_taken_away_by_a_build(market, world, acting, then):
    announced(market.source, DEARER, world.admin, then)
    by_hand = announced(market.retail, {"44": "0.5"}, world.admin, then)
    job = ahead(market.retail, world.admin, then)
    assert (job.state, "for this very instant" in job.error) == ("failed", True)
    with acting(world.admin):
        assert timeline.active_revision(market.retail, then).pk == by_hand.revision_id


def outdated_by_every_way(card, actor) -> set[bool]:
    """Whether the card's next announcement is outdated, as a list, a page of the card and the dashboard say it."""
    with acl.acting_as(actor):
        row = overview.for_build_list(RateCard.objects.filter(pk=card.pk), card.owner_id)
        return {
            overview.lines(row, card.owner_id)[card.pk].is_outdated,
            queries.states([card], actor)[card.pk].is_outdated,
            card in overview.outdated_announcements(actor),
            freshness.is_outdated(timeline.nearest([card])[card.pk].upcoming),
        }


def test_announcement_is_outdated_when_that_of_a_parent_is_taken_back(market, world, acting, then):
    begin_now(market.assignment)
    entry = announced(market.retail, DEARER, world.admin, then)
    ahead(market.resold, world.a_admin, then)
    assert outdated_by_every_way(market.resold, world.a_admin) == {False}
    with acting(world.admin):
        revisions.cancel_activation(entry, actor=world.admin)
    assert outdated_by_every_way(market.resold, world.a_admin) == {True}
    announced(market.retail, DEARER, world.admin, then - timedelta(hours=1))
    assert outdated_by_every_way(market.resold, world.a_admin) == {False}
    announced(market.retail, {"44": "0.5"}, world.admin, then)
    assert outdated_by_every_way(market.resold, world.a_admin) == {True}


def test_announcement_is_outdated_by_an_exchange_rate_of_its_instant_alone(world, acting, then):
    with acting(world.admin):
        source = provider_card(world.admin, currency="EUR")
        published(source, {"44": "0.01"}, world.admin)
        add_exchange_rate(actor=world.admin, one="EUR", other="USD", rate=Decimal("1.1"))
        card = customer_card(world.admin, price_precision=4)
        rules.set_parents(card, [own(source)], actor=world.admin)
        rules.add_rule(card, actor=world.admin, match="^", type="percent", value=Decimal(0))
    announced(source, {"44": "0.02"}, world.admin, then)
    ahead(card, world.admin, then)
    for valid_from, is_outdated in ((then + timedelta(seconds=1), False), (then, True)):
        with acting(world.admin):
            add_exchange_rate(actor=world.admin, one="USD", other="EUR", rate=Decimal("0.5"), valid_from=valid_from)
        assert outdated_by_every_way(card, world.admin) == {is_outdated}


def test_what_is_announced_by_hand_is_never_outdated(market, world, then):
    announced(market.retail, {"44": "0.5"}, world.admin, then)
    assert outdated_by_every_way(market.retail, world.admin) == {False}


def test_many_announcements_take_as_many_statements_as_two(world, acting, then, django_assert_num_queries):
    made = []
    for number in range(4):
        at = then + timedelta(hours=number)
        with acting(world.admin):
            source = provider_card(world.admin, f"Source {number}")
            published(source, {"44": "0.02"}, world.admin)
            made.append(customer_card(world.admin, f"Card {number}"))
            rules.set_parents(made[-1], [own(source)], actor=world.admin)
            rules.add_rule(made[-1], actor=world.admin, match="^", type="percent", value=Decimal(1))
        announced(source, {"44": "0.03"}, world.admin, at)
        ahead(made[-1], world.admin, at)
    for some in (made[:2], made):
        rows = RateCard.objects.filter(pk__in=[card.pk for card in some])
        with acting(world.admin), django_assert_num_queries(3):
            found = overview.lines(overview.for_build_list(rows, made[0].owner_id), made[0].owner_id)
        assert {line.is_outdated for line in found.values()} == {False}
        with acting(world.admin), django_assert_num_queries(7):
            queries.states(some, world.admin)
