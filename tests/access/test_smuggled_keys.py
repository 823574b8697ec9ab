"""A composite key is asked at COMMIT alone: until then a row that names another company's card must open nothing of it."""

import pytest
from django.db import DatabaseError, connection, transaction

from accounts import acl
from ratecards.models import Activation, CardAssignment, Revision
from tests.roles import as_owner

ASSIGN = "INSERT INTO ratecards_cardassignment (card_id, owner_id, company_id) VALUES (%s, %s, %s)"
ACTIVATE = ("INSERT INTO ratecards_activation (card_id, owner_id, revision_id, live_from, recorded_at) "
            "VALUES (%s, %s, %s, now() + interval '1 day', now())")  # fmt: skip
CANCEL = ("INSERT INTO ratecards_cancellation (activation_id, card_id, owner_id, recorded_at) "
          "SELECT id, card_id, %s, now() FROM ratecards_activation WHERE card_id = %s AND live_from > now()")  # fmt: skip
FOREIGN = ("Private retail b", "Private wholesale b", "Carrier X A-Z", "Private retail a1")


def refused(sql, values) -> str:
    """What the database says at once, without waiting for COMMIT."""
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        raise AssertionError("it was taken")
    return str(error.value)


@pytest.mark.parametrize("name", FOREIGN)
def test_nobody_assigns_himself_a_foreign_card_for_the_length_of_a_unit(world, acting, name):
    """The trigger would give him guardian's grant at once, and the policy of cards would open it."""
    own = world.companies.a.pk
    with acting(world.a_admin):
        assert "row-level security" in refused(ASSIGN, [world.cards[name].pk, own, own])
        assert acl.open_cards([world.cards[name].pk]) == set()


def test_nobody_hands_a_foreign_card_to_a_company_below(world, acting):
    values = [world.cards["Private wholesale b"].pk, world.companies.a.pk, world.companies.a1.pk]
    with acting(world.a_admin):
        assert "row-level security" in refused(ASSIGN, values)


def test_nobody_announces_what_its_owner_drafts(world, acting):
    """An activation of an assigned card's revision would show it to the company the card is assigned to."""
    card, own = world.cards["Private wholesale a"], world.companies.a.pk
    with as_owner():
        assert CardAssignment.objects.filter(card=card, company=own, ended_at=None).exists()
        hidden = Revision.objects.get(card=card, state="draft")
        Revision.objects.filter(pk=hidden.pk).update(state="ready", digest=b"x" * 32, directory=b"", rows=0)
        announced = Revision.objects.filter(card=card).exclude(pk=hidden.pk).get()
        Activation.objects.create(card=card, owner_id=card.owner_id, revision=announced, live_from="2030-01-01T00:00Z",
                                  recorded_at="2026-01-01T00:00Z")  # fmt: skip
    with acting(world.a_admin):
        assert "row-level security" in refused(ACTIVATE, [card.pk, own, hidden.pk])
        acl.open_cards([card.pk])
        assert not Revision.objects.filter(pk=hidden.pk).exists()
        assert "row-level security" in refused(CANCEL, [own, card.pk])
