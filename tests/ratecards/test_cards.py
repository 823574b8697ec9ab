"""Cards and carriers: whose they are, what may change, what stands in the way of archiving one."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from ratecards.models import CardPrivate, Carrier, RateCard
from ratecards.services import assignments, cards, revisions, rules
from tests.ratecards.conftest import customer_card, own, provider_card, published, table


def test_card_belongs_to_the_company_of_who_makes_it(world, acting):
    with acting(world.a_admin):
        card = customer_card(world.a_admin, "Retail", notes="mine", public_name="Offer")
        assert (card.owner_id, card.private.name, card.private.owner_id) == (
            world.companies.a.pk,
            "Retail",
            card.owner_id,
        )
        assert own(card).ended_at is None


def test_reader_makes_no_card(world, acting):
    with acting(world.a_reader), pytest.raises(PermissionDenied):
        customer_card(world.a_reader)


def test_name_is_taken_once_in_a_company_and_free_in_another(world, acting):
    with acting(world.a_admin):
        customer_card(world.a_admin, "Retail")
        with pytest.raises(ValidationError) as refusal:
            customer_card(world.a_admin, "rETAIL")
    assert "name" in refusal.value.message_dict
    with acting(world.b_admin):
        assert customer_card(world.b_admin, "Retail").pk


def test_taken_code_is_tried_again(world, acting, monkeypatch):
    with acting(world.a_admin):
        taken = customer_card(world.a_admin, "First").code
    codes = iter([taken, taken, "abcd-EFGH"])
    monkeypatch.setattr(cards, "new_code", lambda: next(codes))
    with acting(world.b_admin):
        assert customer_card(world.b_admin, "Second").code == "abcd-EFGH"


def test_value_that_is_no_choice_is_refused_on_its_field(world, acting):
    with acting(world.a_admin):
        for field, value in (
            ("currency", "dollars"),
            ("direction", "sideways"),
            ("price_precision", 9),
            ("compact", "most"),
        ):
            with pytest.raises(ValidationError) as refusal:
                customer_card(world.a_admin, **{field: value})
            assert field in refusal.value.message_dict
        assert not CardPrivate.objects.filter(name="Retail").exists()


def test_reseller_has_neither_carriers_nor_provider_cards(world, acting):
    with acting(world.a_admin):
        with pytest.raises(PermissionDenied):
            cards.create_carrier(actor=world.a_admin, name="Mine")
        with pytest.raises(PermissionDenied):
            cards.create_card(actor=world.a_admin, kind="provider", name="Mine")


def test_provider_card_needs_a_carrier_and_a_customer_card_has_none(world, acting):
    with acting(world.admin):
        with pytest.raises(ValidationError, match="has a carrier"):
            cards.create_card(actor=world.admin, kind="provider", name="No carrier")
        carrier = cards.create_carrier(actor=world.admin, name="Carrier")
        with pytest.raises(ValidationError, match="Only a provider card"):
            cards.create_card(actor=world.admin, kind="customer", name="Retail", carrier=carrier)


def test_carrier_changes_and_keeps_its_name_unique(world, acting):
    with acting(world.admin):
        one, other = (cards.create_carrier(actor=world.admin, name=name) for name in ("One", "Other"))
        cards.change_carrier(one, actor=world.admin, status="inactive", notes="late")
        assert Carrier.objects.get(pk=one.pk).status == "inactive"
        with pytest.raises(ValidationError):
            cards.change_carrier(other, actor=world.admin, name="one")


def test_change_touches_public_and_private_side(world, acting):
    with acting(world.a_admin):
        card = customer_card(world.a_admin)
        cards.change_card(card, actor=world.a_admin, public_name="Gold", compact="average", price_precision=3)
        fresh = RateCard.objects.get(pk=card.pk)
        assert (fresh.public_name, fresh.price_precision) == ("Gold", 3)
        assert CardPrivate.objects.get(pk=card.pk).compact == "average"


def test_currency_is_fixed_once_a_revision_was_published(world, acting):
    with acting(world.a_admin):
        card = customer_card(world.a_admin)
        cards.change_card(card, actor=world.a_admin, currency="EUR")
        published(card, {"44": "0.01"}, world.a_admin, activate=False)
        with pytest.raises(ValidationError) as refusal:
            cards.change_card(card, actor=world.a_admin, currency="USD")
        assert "currency" in refusal.value.message_dict
        assert RateCard.objects.get(pk=card.pk).currency == "EUR"


@pytest.mark.parametrize(
    ("field", "value"),
    [("currency", "JPY"), ("direction", "origination"), ("presentation", "full"), ("dialling", "lrn")],
)
def test_what_prices_mean_is_fixed_while_there_is_a_draft(world, acting, field, value):
    with acting(world.a_admin):
        card = customer_card(world.a_admin)
        draft = revisions.add_draft(card, table({"44": "0.01"}))
        with pytest.raises(ValidationError, match="would mean something else") as refusal:
            cards.change_card(card, actor=world.a_admin, **{field: value})
        assert list(refusal.value.message_dict) == [field]
        revisions.delete_draft(draft, actor=world.a_admin)
        cards.change_card(RateCard.objects.get(pk=card.pk), actor=world.a_admin, **{field: value})


def test_countries_of_eea_prices_are_fixed_while_there_is_a_draft_and_rounding_is_not(world, acting):
    with acting(world.a_admin):
        card = customer_card(world.a_admin, presentation="eea", source_countries="AT,DE", destination_countries="AT")
        revisions.create_draft(card, actor=world.a_admin)
        with pytest.raises(ValidationError, match="source countries cannot change while the card has a draft"):
            cards.change_card(card, actor=world.a_admin, source_countries="AT")
        fresh = RateCard.objects.get(pk=card.pk)
        cards.change_card(fresh, actor=world.a_admin, charge_precision=2, public_name="Gold")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("presentation", "full"),
        ("dialling", "lrn"),
        ("charge_precision", 2),
        ("charge_rounding", "up"),
        ("duration_rounding", "down"),
    ],
)
def test_what_past_calls_are_charged_by_is_fixed_once_a_revision_was_published(world, acting, field, value):
    with acting(world.a_admin):
        card = customer_card(world.a_admin)
        published(card, {"44": "0.01"}, world.a_admin, activate=False)
        before = getattr(card, field)
        with pytest.raises(ValidationError) as refusal:
            cards.change_card(card, actor=world.a_admin, **{field: value})
        assert field in refusal.value.message_dict
        assert getattr(RateCard.objects.get(pk=card.pk), field) == before


def test_card_archived_meanwhile_takes_nothing(world, acting):
    """Every service asks again under the lock: the card in its hands may have been read before."""
    with acting(world.admin):
        card = customer_card(world.admin)
        revision = published(card, {"44": "0.01"}, world.admin, activate=False)
        cards.archive_card(RateCard.objects.get(pk=card.pk), actor=world.admin)
        assert card.archived_at is None
        for verb in (
            lambda: cards.change_card(card, actor=world.admin, public_name="Late"),
            lambda: assignments.assign_card(card, world.companies.a, actor=world.admin),
            lambda: rules.set_parents(card, [], actor=world.admin),
            lambda: rules.add_rule(card, actor=world.admin, match="^", type="percent", value=Decimal(1)),
            lambda: revisions.create_draft(card, actor=world.admin),
            lambda: revisions.activate_revision(revision, actor=world.admin),
            lambda: cards.archive_card(card, actor=world.admin),
        ):
            with pytest.raises(ValidationError, match="archived"):
                verb()


def test_card_of_another_company_is_not_changed_even_by_the_master(world, acting):
    with acting(world.a_admin):
        card = customer_card(world.a_admin)
    for user in (world.b_admin, world.admin, world.a1_admin):
        with acting(user), pytest.raises(PermissionDenied):
            cards.change_card(card, actor=user, public_name="Taken over")


def test_archiving_waits_for_assignments_and_children(market, world, acting):
    with acting(world.admin):
        with pytest.raises(ValidationError, match="Built from this card: Retail"):
            cards.archive_card(market.source, actor=world.admin)
        with pytest.raises(ValidationError, match="assigned to Company a"):
            cards.archive_card(market.retail, actor=world.admin)
        assignments.unassign_card(market.assignment, actor=world.admin)
        rules.set_parents(market.retail, [], actor=world.admin)
        for card in (market.retail, market.source):
            assert cards.archive_card(card, actor=world.admin).archived_at
            with pytest.raises(ValidationError, match="archived"):
                cards.change_card(card, actor=world.admin, public_name="Back")


def test_unknown_field_is_a_mistake_of_the_caller(world, acting):
    with acting(world.a_admin), pytest.raises(TypeError):
        cards.change_card(customer_card(world.a_admin), actor=world.a_admin, owner=world.companies.b)


def test_making_cards_is_on_the_trail(world, acting):
    from accounts.models import AuditEntry

    with acting(world.admin):
        card = provider_card(world.admin, "Tracked")
        entry = AuditEntry.objects.get(table="ratecards_ratecard", row=str(card.pk), action="create")
        assert (entry.actor, entry.company) == (world.admin.pk, world.companies.master.pk)
