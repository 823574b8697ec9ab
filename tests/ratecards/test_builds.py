"""Builds by real jobs, and whether a card is in sync with its parents."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from accounts import access, acl, jobs
from accounts.models import Job
from ratecards import freshness, queries, store
from ratecards.models import CardAssignment, Chunk, ProfitRule, RateCard, Revision, RevisionPrivate
from ratecards.services import assignments, builds, cards, previews, revisions, rules
from tests.ratecards.conftest import built, customer_card, own, prices_of, provider_card, published
from tests.roles import as_owner, damaging


def state(card) -> str:
    return freshness.sync_state([card])[card.pk].state


def sync(card, user, acting):
    with acting(user):
        return state(card)


def test_two_levels_of_profit_give_the_two_prices(market, world, acting):
    with acting(world.a_admin):
        wholesale = prices_of(store.load(revisions.active_revision(market.retail)))
        retail = prices_of(store.load(revisions.active_revision(market.resold)))
    assert wholesale == {"44": "0.022", "441": "0.011", "447": "0.033"}
    assert retail == {"44": "0.027", "441": "0.016", "447": "0.038"}


def test_same_build_again_makes_no_revision_and_says_so(market, world, acting):
    job = built(market.retail, world.admin)
    assert (job.state, job.result["built"], job.result["activated"]) == (Job.DONE, False, False)
    with acting(world.admin):
        assert Revision.objects.filter(card=market.retail).count() == 1


def test_build_keeps_its_report_for_the_owner_alone(market, world, acting):
    with acting(world.admin):
        report = RevisionPrivate.objects.get(revision__card=market.retail).report
        assert (report["rows"], report["parents"], report["below"]) == (3, [3], 0)
    with acting(world.a_admin):
        assert not RevisionPrivate.objects.filter(revision__card=market.retail).exists()


def test_card_is_stale_exactly_while_a_build_would_differ(market, world, acting):
    assert sync(market.retail, world.admin, acting) == "in_sync"
    with acting(world.admin):
        before = revisions.active_revision(market.source)
        published(market.source, {"44": "0.05"}, world.admin, activate=False)
    assert sync(market.retail, world.admin, acting) == "in_sync", "a revision that is not live changes nothing"
    with acting(world.admin):
        revisions.activate_revision(Revision.objects.get(card=market.source, number=2), actor=world.admin)
    assert sync(market.retail, world.admin, acting) == "stale"
    assert sync(market.resold, world.a_admin, acting) == "in_sync", "the reseller's card waits for the middle one"
    with acting(world.admin):
        revisions.activate_revision(before, actor=world.admin)
    assert sync(market.retail, world.admin, acting) == "in_sync", "the parent is as it was"


def test_edited_rule_makes_it_stale_and_reverting_brings_it_back(market, world, acting):
    with acting(world.admin):
        rule = ProfitRule.objects.get(card=market.retail)
        rules.change_rule(rule, actor=world.admin, value=Decimal(20))
        assert state(market.retail) == "stale"
        rules.change_rule(rule, actor=world.admin, value=Decimal(10))
        assert state(market.retail) == "in_sync"
        cards.change_card(market.retail, actor=world.admin, public_name="Renamed", public_notes="news")
        assert state(market.retail) == "in_sync"
        cards.change_card(market.retail, actor=world.admin, compact="average")
        assert state(market.retail) == "stale"


def test_built_but_not_activated_is_said(market, world, acting):
    with acting(world.admin):
        rules.change_rule(ProfitRule.objects.get(card=market.retail), actor=world.admin, value=Decimal(20))
    assert built(market.retail, world.admin, activate=False).result["activated"] is False
    assert sync(market.retail, world.admin, acting) == "built"
    job = built(market.retail, world.admin, activate=True)
    assert (job.result["built"], job.result["activated"]) == (False, True)
    assert sync(market.retail, world.admin, acting) == "in_sync"


def test_hand_made_card_is_manual(world, acting):
    with acting(world.a_admin):
        card = customer_card(world.a_admin)
        published(card, {"44": "0.01"}, world.a_admin)
    assert sync(card, world.a_admin, acting) == "manual"


@pytest.mark.parametrize(("words", "spoil"), [
    ("no parents", lambda admin, card, source: rules.set_parents(card, [], actor=admin)),
    ("no profit rule", lambda admin, card, source: rules.delete_rule(ProfitRule.objects.get(card=card), actor=admin)),
    ("no active revision", lambda admin, card, source: rules.set_parents(card, [own(provider_card(admin, "Empty"))], actor=admin)),
    ("no exchange rate between", lambda admin, card, source: rules.set_parents(
        card, [own(provider_card(admin, "Euro", currency="EUR"))], actor=admin)),
])  # fmt: skip
def test_what_cannot_be_built_says_why(market, world, acting, words, spoil):
    with acting(world.admin):
        spoil(world.admin, market.retail, market.source)
        with pytest.raises(ValidationError, match=words):
            builds.build_card(market.retail, actor=world.admin)


def test_rules_that_draw_nothing_end_the_job_in_words(market, world, acting):
    with acting(world.admin):
        rules.change_rule(ProfitRule.objects.get(card=market.retail), actor=world.admin, match="^999")
    job = built(market.retail, world.admin)
    assert (job.state, "nothing would be sold" in job.error) == (Job.FAILED, True)
    with acting(world.admin):
        assert Revision.objects.filter(card=market.retail).count() == 1


def test_parent_whose_prices_are_damaged_ends_the_job_in_words(market, world, acting):
    with acting(world.admin):
        rules.change_rule(ProfitRule.objects.get(card=market.retail), actor=world.admin, value=Decimal(11))
    with damaging():
        Chunk.objects.filter(card=market.source).delete()
    for job in (built(market.retail, world.admin), jobs.run_now(previewed(market.retail, world.admin))):
        assert job.state == Job.FAILED
        assert job.error.startswith("Stored prices are damaged, so nothing was done: revision 1 of card")
    with acting(world.admin):
        assert Revision.objects.filter(card=market.retail).count() == 1


def previewed(card, actor):
    with acl.acting_as(actor):
        return previews.preview_build(card, actor=actor)


@pytest.mark.parametrize("activate", [False, True])
def test_job_whose_actor_lost_the_right_writes_nothing(market, world, acting, activate):
    with acting(world.a_admin):
        job = builds.build_card(market.resold, actor=world.a_admin, activate=activate)
        rules.change_rule(ProfitRule.objects.get(card=market.resold), actor=world.a_admin, value=Decimal(1))
    with as_owner():
        world.a_admin.groups.remove(world.roles.managers.group)
        world.a_admin.groups.add(world.roles.readers.group)
    job = jobs.run_now(job)
    assert (job.state, "has not the right" in job.error) == (Job.FAILED, True)
    with acting(world.a_admin):
        assert Revision.objects.filter(card=market.resold).count() == 1


def test_change_in_the_middle_of_a_build_is_noticed(market, world, acting, monkeypatch):
    """The rule is edited after the parents were read and before the prices are written."""
    with acting(world.admin):
        rules.change_rule(ProfitRule.objects.get(card=market.retail), actor=world.admin, value=Decimal(15))
    compute = builds.computed

    def meanwhile(*arguments):
        with acting(world.admin):
            rules.change_rule(ProfitRule.objects.get(card=market.retail), actor=world.admin, value=Decimal(30))
        return compute(*arguments)

    monkeypatch.setattr(builds, "computed", meanwhile)
    job = built(market.retail, world.admin)
    assert (job.state, "changed while" in job.error) == (Job.FAILED, True)
    with acting(world.admin):
        assert Revision.objects.filter(card=market.retail).count() == 1


def test_first_build_is_held_to_what_the_prices_meant(market, world, acting, monkeypatch):
    """Until there is a revision the card's properties may change: after the preview, and in the middle of the build."""
    with acting(world.admin):
        card = customer_card(world.admin, "Fresh", presentation="split")
        rules.set_parents(card, [own(market.source)], actor=world.admin)
        rules.add_rule(card, actor=world.admin, match="^", type="percent", value=Decimal(10))
        preview = previews.preview_build(card, actor=world.admin)
    preview = jobs.run_now(preview)
    with acting(world.admin), pytest.raises(ValidationError, match="The dialling of the card changed"):
        cards.change_card(card, actor=world.admin, dialling="lrn")
        builds.build_card(card, actor=world.admin, preview=preview)
    compute = builds.computed

    def meanwhile(*arguments):
        with acting(world.admin):
            cards.change_card(card, actor=world.admin, presentation="full")
        return compute(*arguments)

    monkeypatch.setattr(builds, "computed", meanwhile)
    assert "properties changed while" in built(card, world.admin).error


def test_building_needs_its_right(market, world, acting):
    with acting(world.a_reader), pytest.raises(PermissionDenied):
        builds.build_card(market.resold, actor=world.a_reader)
    with acting(world.b_admin), pytest.raises(PermissionDenied):
        builds.build_card(market.resold, actor=world.b_admin)


def test_taken_away_parent_orphans_the_child_which_keeps_its_prices(market, world, acting):
    with acting(world.admin):
        assignments.unassign_card(market.assignment, actor=world.admin, reason="contract ended")
    assert sync(market.resold, world.a_admin, acting) == "orphaned"
    with acting(world.a_admin):
        assert prices_of(store.load(revisions.active_revision(market.resold)))["44"] == "0.027"
        with pytest.raises(ValidationError, match="not assigned to you any more"):
            builds.build_card(market.resold, actor=world.a_admin)
        assert access.may(world.a_admin, "customer_card.build")


def test_card_given_again_stays_orphaned_until_it_is_chosen_again(market, world, acting):
    """It is a new assignment, perhaps of other prices: nobody builds on it by oversight."""
    with acting(world.admin):
        assignments.unassign_card(market.assignment, actor=world.admin)
        again = assignments.assign_card(market.retail, world.companies.a, actor=world.admin)
    assert sync(market.resold, world.a_admin, acting) == "orphaned"
    with acting(world.a_admin):
        rules.set_parents(market.resold, [CardAssignment.objects.get(pk=again.pk)], actor=world.a_admin)
    assert sync(market.resold, world.a_admin, acting) == "in_sync"


def test_card_taken_away_after_the_job_was_asked_for_is_not_built(market, world, acting):
    with acting(world.a_admin):
        rules.change_rule(ProfitRule.objects.get(card=market.resold), actor=world.a_admin, value=Decimal(1))
        job = builds.build_card(market.resold, actor=world.a_admin, activate=True)
    with acting(world.admin):
        assignments.unassign_card(market.assignment, actor=world.admin)
    job = jobs.run_now(job)
    assert (job.state, "not assigned" in job.error) == (Job.FAILED, True)


def test_states_of_many_cards_take_a_constant_number_of_statements(world, acting, django_assert_num_queries):
    with acting(world.admin):
        made = []
        for number in range(6):
            source = provider_card(world.admin, f"Source {number}")
            published(source, {"44": "0.02"}, world.admin)
            made.append(customer_card(world.admin, f"Card {number}"))
            rules.set_parents(made[-1], [own(source)], actor=world.admin)
            rules.add_rule(made[-1], actor=world.admin, match="^", type="percent", value=Decimal(1))
    for some in (made[:1], made):
        with acting(world.admin), django_assert_num_queries(5):
            found = queries.states(some, world.admin)
        assert {one.sync.state for one in found.values()} == {"unbuilt"}


def test_build_asked_for_twice_is_one_job(market, world, acting):
    with acting(world.admin):
        one, two = (builds.build_card(market.retail, actor=world.admin) for _ in range(2))
        other = builds.build_card(market.retail, actor=world.admin, activate=True)
    assert (one.pk == two.pk, one.pk == other.pk) == (True, False)


def test_parent_that_is_archived_or_of_another_direction_is_named(market, world, acting):
    with as_owner(), connection.cursor() as cursor:  # the database forbids it of a card in use
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE ratecards_ratecard DISABLE TRIGGER USER")
        RateCard.objects.filter(pk=market.source.pk).update(archived_at="2030-01-01T00:00Z")
        cursor.execute("ALTER TABLE ratecards_ratecard ENABLE TRIGGER USER; SET CONSTRAINTS ALL DEFERRED")
    with acting(world.admin), pytest.raises(ValidationError, match="Source is archived"):
        builds.build_card(market.retail, actor=world.admin)
