"""What a company reads in plain SQL of a card that it has by assignment: the log and the parts of what it may see."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from ratecards import store
from ratecards.engine import directory
from ratecards.models import Activation, Cancellation, Chunk, Revision
from ratecards.services import revisions
from tests.ratecards.conftest import begin_now, published, table
from tests.roles import as_owner


def parts(card) -> set[bytes]:
    """The digests of a card's chunks that this unit reads, with no filter but the card."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT acl.open_cards(%s)", [[card.pk]])
        cursor.execute("SELECT digest FROM ratecards_chunk WHERE card_id = %s", [card.pk])
        return {bytes(digest) for (digest,) in cursor.fetchall()}


def parts_of(*found: Revision) -> set[bytes]:
    with as_owner():
        stored = Revision.objects.filter(pk__in=[one.pk for one in found]).values_list("directory", flat=True)
        return {digest for one in stored for pair in directory.decode(one).digests for digest in pair}


@pytest.fixture
def history(market, world, acting):
    """A card's revisions: one of before A's assignment, the active one, a ready one, a draft, an announced one."""
    with acting(world.admin):
        before = revisions.active_revision(market.retail)
        active = published(market.retail, {"33": "0.0301"}, world.admin)
        ready = published(market.retail, {"44": "0.0402"}, world.admin, activate=False)
        draft = revisions.add_draft(market.retail, table({"49": "0.0503"}))
    begin_now(market.assignment)
    return before, active, ready, draft


def test_no_part_of_what_is_not_live_nor_announced(market, history, world, acting):
    before, active, ready, draft = history
    everything = parts_of(*history)
    assert len(everything) == 8  # two parts each, no two alike
    with acting(world.a_admin):
        assert parts(market.retail) == parts_of(active)
    with acting(world.admin):
        assert parts(market.retail) == everything


def test_an_announced_revision_is_shown_and_a_withdrawn_one_is_not(market, history, world, acting):
    _, active, ready, _ = history
    with acting(world.admin):
        announced = revisions.activate_revision(ready, actor=world.admin, at=timezone.now() + timedelta(days=1))
    wanted = parts_of(active, ready)
    with acting(world.a_admin):
        assert parts(market.retail) == wanted
        assert store.find(Revision.objects.select_related("card").get(pk=ready.pk), "44").prefix == "44"
    with acting(world.admin):
        revisions.cancel_activation(announced, actor=world.admin)
    wanted = parts_of(active)
    with acting(world.a_admin):
        assert parts(market.retail) == wanted
        assert not Activation.objects.filter(pk=announced.pk).exists()
        assert not Cancellation.objects.filter(pk=announced.pk).exists()


def test_what_revisions_share_is_read_with_the_one_that_is_seen(market, world, acting):
    """Equal prices are one chunk: it belongs to the hidden revision too, and shows with the visible one."""
    with acting(world.admin):
        shown = published(market.retail, {"33": "0.0301"}, world.admin)
        revisions.add_draft(market.retail, table({"33": "0.0301"}))
    begin_now(market.assignment)
    with acting(world.a_admin):
        assert parts(market.retail) == parts_of(shown)


def test_an_unopened_card_shows_no_part(market, history, world, acting):
    with acting(world.a_admin):
        assert not Chunk.objects.filter(card=market.retail).exists()


def test_another_company_reads_none_of_it(market, history, world, acting):
    for user in (world.b_admin, world.a1_admin):
        with acting(user):
            assert parts(market.retail) == set()


def test_no_scope_is_forged_by_asking_for_revisions_by_name(market, history, world, acting):
    """The functions answer for the unit's company alone, whatever cards are named."""
    with acting(world.b_admin), connection.cursor() as cursor:
        cursor.execute("SELECT acl.assigned_revisions(%s)", [[market.retail.pk]])
        assert cursor.fetchone() == ([],)
