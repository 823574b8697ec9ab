"""When a built card is stale: each event of the table, on the chain carrier, wholesale card, reseller's card."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from ratecards import freshness, timeline
from ratecards.models import PrefixSet, ProfitRule, Revision
from ratecards.services import assignments, cards, prefix_sets, revisions, rules
from tests.ratecards.conftest import built, customer_card, published


def of_card(card) -> str:
    return freshness.sync_state([card])[card.pk].state


def state(card, user, acting):
    with acting(user):
        return of_card(card)


def of_retail(market, world, acting):
    return state(market.retail, world.admin, acting)


def test_parent_activates_a_new_revision(market, world, acting):
    with acting(world.admin):
        published(market.source, {"44": "0.05"}, world.admin)
    assert of_retail(market, world, acting) == "stale"


def test_parent_gets_a_draft_only(market, world, acting):
    with acting(world.admin):
        revisions.create_draft(market.source, actor=world.admin)
    assert of_retail(market, world, acting) == "in_sync"


def test_parent_announces_a_revision(market, world, acting):
    with acting(world.admin):
        new = published(market.source, {"44": "0.05"}, world.admin, activate=False)
        revisions.activate_revision(new, actor=world.admin, at=timezone.now() + timedelta(days=1))
        assert timeline.nearest([market.source])[market.source.pk].upcoming.revision_id == new.pk
    assert of_retail(market, world, acting) == "in_sync"


def test_parent_goes_back_to_its_old_revision(market, world, acting):
    with acting(world.admin):
        old = revisions.active_revision(market.source)
        published(market.source, {"44": "0.05"}, world.admin)
        revisions.activate_revision(old, actor=world.admin)
    assert of_retail(market, world, acting) == "in_sync"


def test_rule_is_edited_and_set_back(market, world, acting):
    with acting(world.admin):
        rule = ProfitRule.objects.get(card=market.retail)
        for field, other, before in (("value", Decimal(20), Decimal(10)), ("pulse", 6, None), ("name", "Anywhere", None),
                                     ("connect", Decimal("0.01"), None), ("decimals", 2, None), ("mcd", 30, None)):  # fmt: skip
            rules.change_rule(rule, actor=world.admin, **{field: other})
            assert of_card(market.retail) == "stale", field
            rules.change_rule(rule, actor=world.admin, **{field: before})
            assert of_card(market.retail) == "in_sync", field


def test_prefix_set_of_a_rule_is_edited(market, world, acting):
    with acting(world.admin):
        made = prefix_sets.create_prefix_set(actor=world.admin, name="Mobiles", data="447")
        rules.add_rule(market.retail, actor=world.admin, prefix_set=made, type="percent", value=Decimal(50))
    built(market.retail, world.admin)
    assert of_retail(market, world, acting) == "in_sync"
    with acting(world.admin):
        prefix_sets.change_prefix_set(made, actor=world.admin, name="Mobiles", data="447\n441")
        assert of_card(market.retail) == "stale"
        prefix_sets.change_prefix_set(PrefixSet.objects.get(pk=made.pk), actor=world.admin, name="Renamed", data="447")
        assert of_card(market.retail) == "in_sync"


def test_grandparent_changes_and_the_leaf_waits_for_the_middle(market, world, acting):
    with acting(world.admin):
        published(market.source, {"44": "0.05"}, world.admin)
    assert of_retail(market, world, acting) == "stale"
    assert state(market.resold, world.a_admin, acting) == "in_sync"
    built(market.retail, world.admin)
    assert state(market.resold, world.a_admin, acting) == "stale"


def test_card_without_parents_is_never_stale(world, acting):
    with acting(world.a_admin):
        card = customer_card(world.a_admin)
        published(card, {"44": "0.01"}, world.a_admin)
        cards.change_card(card, actor=world.a_admin, compact="average")
    assert state(card, world.a_admin, acting) == "manual"


def test_build_of_equal_inputs_makes_no_revision(market, world, acting):
    with acting(world.admin):
        before = Revision.objects.filter(card=market.retail).count()
        published(market.source, {"44": "0.02", "441": "0.01", "447": "0.03"}, world.admin)
    assert of_retail(market, world, acting) == "in_sync", "a new revision of the same content"
    assert built(market.retail, world.admin).result["built"] is False
    with acting(world.admin):
        assert Revision.objects.filter(card=market.retail).count() == before


def test_what_concerns_no_price_leaves_it_in_sync(market, world, acting):
    with acting(world.admin):
        cards.change_card(
            market.retail, actor=world.admin, public_name="Other", public_notes="news", notes="inside", name="Mine"
        )
        assignments.assign_card(market.retail, world.companies.b, actor=world.admin)
    assert of_retail(market, world, acting) == "in_sync"


def test_every_option_of_the_build_makes_it_stale(market, world, acting):
    with acting(world.admin):
        for option, value, before in (("compact", "minimum", "maximum"), ("collapse", "average", "maximum"), ("increments", "maximum", "safe"),
                                      ("shrink", True, False), ("uncovered_at_cost", True, False), ("covered_by_all", True, False)):  # fmt: skip
            cards.change_card(market.retail, actor=world.admin, **{option: value})
            assert of_card(market.retail) == "stale", option
            cards.change_card(market.retail, actor=world.admin, **{option: before})
            assert of_card(market.retail) == "in_sync", option
