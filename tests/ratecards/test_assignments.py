"""Assigned cards: what the company below sees of one, what it never sees, and that taking it away holds at once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.http import Http404
from django.utils import timezone

from accounts import access, acl
from connexcs.embedded import OWNER
from ratecards import queries, store, timeline
from ratecards.models import (
    Activation,
    CardAssignment,
    CardGrant,
    CardParent,
    CardPrivate,
    Carrier,
    Chunk,
    DraftRow,
    ProfitRule,
    RateCard,
    Revision,
    RevisionPrivate,
)
from ratecards.services import assignments, drafts, revisions, rules
from tests.ratecards.conftest import begin_now, built, customer_card, prices_of, provider_card, published, row

SECRET = (Carrier, CardPrivate, CardParent, ProfitRule, RevisionPrivate, DraftRow)


def test_assigned_card_is_a_provider_card_of_the_child(market, world, acting):
    with acting(world.a_admin):
        provider, customer = queries.provider_cards(world.a_admin), queries.customer_cards(world.a_admin)
        assert market.retail in provider and market.retail not in customer
        assert market.resold in customer and market.source not in provider
        assert queries.family_of(market.retail, world.a_admin) == "provider_card"
    with acting(world.admin):
        provider, customer = queries.provider_cards(world.admin), queries.customer_cards(world.admin)
        assert market.source in provider and market.retail in customer and market.resold not in customer


@pytest.mark.parametrize("model", SECRET, ids=lambda model: model.__name__)
def test_nothing_private_of_an_assigned_card_is_seen(market, world, acting, model):
    """Raw tables, with the card opened: the database itself shows nothing."""
    with acting(world.admin):
        drafts.set_rate(revisions.create_draft(market.retail, actor=world.admin), row("44", "0.01"), actor=world.admin)
        assert model.objects.filter(owner=world.companies.master).exists()
    with acting(world.a_admin):
        acl.open_cards([market.retail.pk, market.source.pk])
        assert not model.objects.exclude(owner=world.companies.a).exists()
        assert not access.visible(world.a_admin, model).exclude(owner=world.companies.a).exists()


def test_child_sees_the_revisions_since_its_assignment_and_the_announced_ones(market, world, acting):
    with acting(world.admin):
        published(market.retail, {"44": "0.05"}, world.admin)
    begin_now(market.assignment)
    with acting(world.admin):
        drafted = revisions.create_draft(market.retail, actor=world.admin)
        shelved = published(market.retail, {"44": "0.06"}, world.admin, activate=False)
        announced = published(market.retail, {"44": "0.07"}, world.admin, activate=False)
        revisions.activate_revision(announced, actor=world.admin, at=timezone.now() + timedelta(days=3))
    with acting(world.a_admin):
        card = queries.card_or_404(world.a_admin, market.retail.code)
        assert [one.number for one in queries.revisions(card, world.a_admin)] == [announced.number, 2]
        assert prices_of(store.load(announced)) == {"44": "0.07"}
        assert revisions.active_revision(card).number == 2
        for number in (1, drafted.number, shelved.number):
            with pytest.raises(Http404):
                queries.revision_or_404(card, world.a_admin, number)
        for hidden in (drafted, shelved):
            with pytest.raises(Revision.DoesNotExist):
                store.load(hidden)
        assert set(Revision.objects.filter(card=card).values_list("number", flat=True)) == {announced.number, 2}


def test_application_hides_by_itself_what_row_security_hides(market, world, acting):
    """The first lock alone: the database shows everything to the owner role, the log of activations decides."""
    with acting(world.admin):
        published(market.retail, {"44": "0.05"}, world.admin)
        shelved = published(market.retail, {"44": "0.06"}, world.admin, activate=False)
    begin_now(market.assignment)
    with acting(world.a_admin):
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {OWNER}")
        assert Revision.objects.filter(card=market.retail).count() == 3
        assert [one.number for one in queries.revisions(market.retail, world.a_admin)] == [2]
        with pytest.raises(Revision.DoesNotExist):
            store.load(shelved)


def test_instant_before_the_assignment_has_no_prices(market, world, acting):
    with acting(world.admin):
        before = Activation.objects.get(card=market.retail).live_from
    begin_now(market.assignment)
    with acting(world.admin):
        assert timeline.active_revision(market.retail, before).number == 1
    with acting(world.a_admin):
        assert timeline.active_revision(market.retail, before) is None
        assert timeline.active_revision(market.retail).number == 1


def test_withdrawn_announcement_is_not_taken_for_one_that_holds(market, world, acting):
    """Revision 2 is announced twice and once withdrawn: the child sees the one that holds."""
    soon, late = (timezone.now() + timedelta(days=days) for days in (1, 9))
    with acting(world.admin):
        second = published(market.retail, {"44": "0.07"}, world.admin, activate=False)
        withdrawn = revisions.activate_revision(second, actor=world.admin, at=soon)
        revisions.activate_revision(second, actor=world.admin, at=late)
        revisions.cancel_activation(withdrawn, actor=world.admin)
    with acting(world.a_admin):
        assert timeline.nearest([market.retail])[market.retail.pk].upcoming.live_from == late
        assert timeline.active_revision(market.retail, soon + timedelta(hours=1)).number == 1


def test_taken_away_card_is_gone_at_the_next_unit(market, world, acting):
    with acting(world.a_admin):
        revision = revisions.active_revision(market.retail)
        assert store.find(revision, "441").cost == 1_100_000
    with acting(world.admin):
        assignments.unassign_card(market.assignment, actor=world.admin, reason="contract ended")
        assert not CardGrant.objects.filter(content_object=market.retail, group=world.companies.a.tenant_group).exists()
    with acting(world.a_admin):
        assert market.retail not in queries.provider_cards(world.a_admin)
        with pytest.raises(Http404):
            queries.card_or_404(world.a_admin, market.retail.code)
        with pytest.raises(Revision.DoesNotExist):
            store.find(revision, "441")
        acl.open_cards([market.retail.pk])
        assert not Chunk.objects.filter(card=market.retail).exists()
        assert not Activation.objects.filter(card=market.retail).exists()


def test_card_given_again_begins_anew(market, world, acting):
    with acting(world.admin):
        assignments.unassign_card(market.assignment, actor=world.admin)
        with pytest.raises(ValidationError, match="already"):
            assignments.unassign_card(market.assignment, actor=world.admin)
        assignments.assign_card(market.retail, world.companies.a, actor=world.admin)
        with pytest.raises(ValidationError) as refusal:
            assignments.assign_card(market.retail, world.companies.a, actor=world.admin)
    assert "company" in refusal.value.message_dict
    with acting(world.a_admin):
        assert market.retail in queries.provider_cards(world.a_admin)


def test_only_customer_cards_go_to_direct_children(market, world, acting):
    with acting(world.admin):
        with pytest.raises(PermissionDenied):
            assignments.assign_card(market.source, world.companies.a, actor=world.admin)
        with pytest.raises(ValidationError) as refusal:
            assignments.assign_card(market.retail, world.companies.a1, actor=world.admin)
    assert "company" in refusal.value.message_dict
    with acting(world.a_admin), pytest.raises(PermissionDenied):
        assignments.assign_card(market.retail, world.companies.a1, actor=world.a_admin)


def test_owner_keeps_its_own_card(market, world, acting):
    with acting(world.admin):
        own = CardAssignment.objects.get(card=market.retail, company=world.companies.master)
        with pytest.raises(ValidationError, match="always has it"):
            assignments.unassign_card(own, actor=world.admin)


def test_third_tier_builds_on_the_second(market, world, acting):
    """Master to A to A1: each sees its own tier and the one above as a provider card, nothing beyond."""
    with acting(world.a_admin):
        given = assignments.assign_card(market.resold, world.companies.a1, actor=world.a_admin)
    with acting(world.a1_admin):
        card = customer_card(world.a1_admin, "Third")
        assert list(queries.possible_parents(card, world.a1_admin).values_list("pk", flat=True)).count(given.pk) == 1
        rules.set_parents(card, [CardAssignment.objects.get(pk=given.pk)], actor=world.a1_admin)
        rules.add_rule(card, actor=world.a1_admin, match="^441", type="percent", value=Decimal(100))
    assert built(card, world.a1_admin).state == "done"
    with acting(world.a1_admin):
        assert prices_of(store.load(revisions.active_revision(card))) == {"441": "0.032"}
        assert market.retail not in queries.provider_cards(world.a1_admin)
        with pytest.raises(Revision.DoesNotExist):
            store.load(Revision(pk=0, card=market.retail))


def test_other_reseller_opens_nothing_by_any_door(market, world, acting):
    with acting(world.a_admin):
        revision, activation = revisions.active_revision(market.resold), Activation.objects.get(card=market.resold)
        assignment = CardAssignment.objects.get(card=market.resold)
    doors = [
        lambda actor: store.load(revision), lambda actor: store.rows(revision, 0, 5), lambda actor: store.find(revision, "44"),
        lambda actor: store.effective(revision), lambda actor: store.drop(revision),
        lambda actor: store.write(revision, store.load(revision)), lambda actor: queries.card_or_404(actor, market.resold.code),
        lambda actor: revisions.create_draft(market.resold, actor=actor),
        lambda actor: revisions.activate_revision(revision, actor=actor),
        lambda actor: revisions.cancel_activation(activation, actor=actor),
        lambda actor: revisions.archive_revision(revision, actor=actor),
        lambda actor: revisions.delete_draft(revision, actor=actor),
        lambda actor: revisions.waive_refused(revision, actor=actor, reason="x"),
        lambda actor: assignments.unassign_card(assignment, actor=actor),
        lambda actor: assignments.assign_card(market.resold, world.companies.a1, actor=actor),
    ]  # fmt: skip
    refused = (PermissionDenied, Http404, Revision.DoesNotExist, RateCard.DoesNotExist)
    for number, door in enumerate(doors):
        with acting(world.b_admin), pytest.raises(refused):
            door(world.b_admin)
            raise AssertionError(f"door {number} was open")
    with acting(world.b_admin):
        assert acl.open_cards([market.resold.pk, market.retail.pk]) == set()
        assert not Chunk.objects.filter(card__in=[market.resold.pk, market.retail.pk]).exists()
        assert not timeline.activations(market.resold).exists()


def test_chunks_of_a_card_are_not_read_before_it_is_opened(market, world, acting):
    with acting(world.a_admin), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ratecards_chunk WHERE card_id = %s", [market.retail.pk])
        assert cursor.fetchone() == (0,)


def test_provider_card_of_the_master_is_not_in_a_resellers_search(market, world, acting):
    with acting(world.admin):
        hidden = provider_card(world.admin, "Hidden")
    with acting(world.a_admin), pytest.raises(Http404):
        queries.card_or_404(world.a_admin, hidden.code)
