"""Parents and profit rules of a customer card."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from ratecards.models import CardAssignment, CardParent, ProfitRule
from ratecards.services import assignments, rules
from tests.ratecards.conftest import customer_card, own, provider_card


@pytest.fixture
def admin(world, acting):
    with acting(world.admin):
        yield world.admin


@pytest.fixture
def card(admin):
    return customer_card(admin)


def matches(card):
    return list(ProfitRule.objects.filter(card=card).values_list("position", "match"))


def test_parents_stand_in_the_order_given_and_are_replaced(card, admin):
    one, two, three = (own(provider_card(admin, name)) for name in ("One", "Two", "Three"))
    rules.set_parents(card, [one, two], actor=admin)
    rules.set_parents(card, [three, one], actor=admin)
    assert list(CardParent.objects.filter(card=card).values_list("position", "assignment")) == [
        (1, three.pk),
        (2, one.pk),
    ]


def test_card_is_never_its_own_ancestor(card, admin):
    middle, last = customer_card(admin, "Middle"), customer_card(admin, "Last")
    rules.set_parents(middle, [own(card)], actor=admin)
    rules.set_parents(last, [own(middle)], actor=admin)
    for parent in (card, middle, last):
        with pytest.raises(ValidationError, match="from itself"):
            rules.set_parents(card, [own(parent)], actor=admin)
    assert not CardParent.objects.filter(card=card).exists()


def test_parent_has_the_direction_of_the_card(card, admin):
    other = provider_card(admin, direction="origination")
    with pytest.raises(ValidationError, match="direction"):
        rules.set_parents(card, [own(other)], actor=admin)


def test_provider_card_has_neither_parents_nor_rules(card, admin):
    source = provider_card(admin)
    with pytest.raises(ValidationError):
        rules.set_parents(source, [own(card)], actor=admin)
    with pytest.raises(ValidationError):
        rules.add_rule(source, actor=admin, match="^", type="percent", value=Decimal(1))


def test_ended_or_foreign_assignment_is_no_parent(market, world, acting):
    with acting(world.admin):
        foreign = own(market.source)
        assignments.unassign_card(market.assignment, actor=world.admin)
    with acting(world.a_admin):
        card = customer_card(world.a_admin, "Another")
        ended = CardAssignment.objects.get(pk=market.assignment.pk)
        for assignment in (ended, foreign):
            with pytest.raises(ValidationError, match="not available"):
                rules.set_parents(card, [assignment], actor=world.a_admin)


def test_rules_are_added_moved_changed_and_deleted(card, admin):
    first, second, third = (rules.add_rule(card, actor=admin, match=match, type="percent", value=Decimal(10))
                            for match in ("^", "^44", "441"))  # fmt: skip
    rules.move_rule(third, 1, actor=admin)
    assert matches(card) == [(1, "441"), (2, "^"), (3, "^44")]
    rules.move_rule(third, 99, actor=admin)
    assert matches(card) == [(1, "^"), (2, "^44"), (3, "441")]
    rules.change_rule(second, actor=admin, match="^49", value=Decimal("12.5"))
    rules.delete_rule(first, actor=admin)
    assert matches(card) == [(1, "^49"), (2, "441")]


@pytest.mark.parametrize(("field", "wrong"), [
    ("match", {"match": "44**"}), ("match", {"match": r"^(4)\1"}), ("match", {"match": "4" * 16}), ("type", {"type": "double"}),
    ("status", {"status": "maybe"}), ("value", {"type": "margin", "value": Decimal(100)}),
    ("value", {"type": "absolute", "value": Decimal(-1)}), ("value", {"value": Decimal(-101)}),
    ("value", {"value": Decimal("NaN")}),
])  # fmt: skip
def test_rule_that_cannot_be_used_is_refused_on_its_field(card, admin, field, wrong):
    good = {"match": "^", "type": "percent", "value": Decimal(10), "status": "profit"}
    with pytest.raises(ValidationError) as refusal:
        rules.add_rule(card, actor=admin, **good | wrong)
    assert field in refusal.value.message_dict
    assert not ProfitRule.objects.filter(card=card).exists()


def test_rules_of_another_company_are_out_of_reach(market, world, acting):
    rule = None
    with acting(world.admin):
        rule = ProfitRule.objects.get(card=market.retail)
    with acting(world.a_admin):
        for verb in (lambda: rules.change_rule(rule, actor=world.a_admin, value=Decimal(0)),
                     lambda: rules.delete_rule(rule, actor=world.a_admin),
                     lambda: rules.move_rule(rule, 2, actor=world.a_admin),
                     lambda: rules.add_rule(market.retail, actor=world.a_admin, match="^", type="percent", value=Decimal(0)),
                     lambda: rules.set_parents(market.retail, [], actor=world.a_admin)):  # fmt: skip
            with pytest.raises(PermissionDenied):
                verb()


@pytest.mark.parametrize("status", ["profit", "remove", "blocked"])
@pytest.mark.parametrize(("type", "value"), [("margin", 150), ("absolute", -5)])
def test_value_is_checked_whatever_the_status(card, admin, status, type, value):
    with pytest.raises(ValidationError) as refusal:
        rules.add_rule(card, actor=admin, match="^", type=type, value=Decimal(value), status=status)
    assert list(refusal.value.message_dict) == ["value"]


def test_rule_moved_by_two_stands_where_the_last_one_put_it(card, admin):
    first, _, third = (
        rules.add_rule(card, actor=admin, match=match, type="percent", value=Decimal(1)) for match in "123"
    )
    stale = ProfitRule.objects.get(pk=third.pk)
    rules.move_rule(third, 1, actor=admin)
    rules.move_rule(stale, 3, actor=admin)
    assert matches(card) == [(1, "1"), (2, "2"), (3, "3")]
    assert first.position == 1


def test_rule_deleted_meanwhile_is_said(card, admin):
    rule = rules.add_rule(card, actor=admin, match="44", type="percent", value=Decimal(1))
    rules.delete_rule(ProfitRule.objects.get(pk=rule.pk), actor=admin)
    for verb in (
        lambda: rules.change_rule(rule, actor=admin, match="49"),
        lambda: rules.move_rule(rule, 1, actor=admin),
    ):
        with pytest.raises(ValidationError, match="deleted this rule"):
            verb()
