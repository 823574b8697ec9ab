"""Parents and profit rules of a customer card: what it is built from, and at what profit."""

from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.db.models import Max

from accounts import access
from ratecards.engine.numbers import Refused
from ratecards.engine.rules import check_rules
from ratecards.freshness import engine_rule
from ratecards.models import CardAssignment, CardParent, ProfitRule, RateCard
from ratecards.services.guard import check_in_use, hold, refusals, require

FIELDS = ("match", "prefix_set", "type", "value", "status", "columns", "mcd", "pulse", "decimals", "name", "connect")
FIELD_OF = {  # every other refusal is the value's
    "rule_match": "match", "rule_type": "type", "rule_status": "status", "rule_columns": "columns",
    "rules_patterns": "match",
}  # fmt: skip


def set_parents(card: RateCard, assignments, *, actor) -> list[CardParent]:
    """Let a customer card be built from exactly these, in this order. Right: customer_card.update.

    `assignments` are live assignments to the actor's own company, of cards of the same direction; a company's own card
    has one too. Raises ValidationError, naming the card: ended, of another direction, built from the card itself.
    """
    require(actor, card, "update")
    assignments = list(assignments)
    check_parents(card, assignments, actor)
    with refusals():
        hold_parents(card.owner_id)
        hold(card.pk)
        standing = {parent.assignment_id: parent for parent in CardParent.objects.filter(card=card)}
        wanted = [assignment.pk for assignment in assignments]
        CardParent.objects.filter(card=card).exclude(assignment__in=wanted).delete()
        for position, pk in enumerate(wanted, 1):
            place_parent(card, standing.get(pk), pk, position)
    return list(CardParent.objects.filter(card=card))


def hold_parents(owner: int) -> None:
    """One change of parents in a company at a time. Before the lock on the card: the database takes it again for each
    parent, and two that hold a card each would wait for one another."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('ratecards.parents'), %s)", [owner])


def place_parent(card: RateCard, parent: CardParent | None, assignment: int, position: int) -> None:
    if parent is None:
        CardParent.objects.create(card=card, owner_id=card.owner_id, assignment_id=assignment, position=position)
    elif parent.position != position:
        parent.position = position
        parent.save(update_fields=["position"])


def check_parents(card: RateCard, assignments: list[CardAssignment], actor) -> None:
    if card.kind != RateCard.CUSTOMER:
        raise ValidationError("Only a customer card has parents.")
    if len({assignment.pk for assignment in assignments}) < len(assignments):
        raise ValidationError({"parents": "A parent stands in the list twice."})
    for assignment in assignments:
        if assignment.company_id != actor.company_id or assignment.ended_at:
            raise ValidationError({"parents": "One of the parents is not available to you."})
        if assignment.card.direction != card.direction:
            raise ValidationError({"parents": f"{assignment.card} has another direction than this card."})


def add_rule(card: RateCard, *, actor, match: str = "", type: str, value: Decimal, **fields) -> ProfitRule:
    """Append a profit rule to a card; `fields` are further FIELDS of it. Right: profit_rule.create.

    The rule of most literal digits wins, then the one without `^`, then the earlier one in the list. Raises
    ValidationError by field, TypeError for what is no field.
    """
    require_rules(actor, card, "create")
    check_names(fields)
    rule = ProfitRule(card=card, owner_id=card.owner_id, match=match.strip(), type=type, value=value, **fields)
    check_rule(rule, actor)
    with refusals():
        hold(card.pk)
        rule.position = (ProfitRule.objects.filter(card=card).aggregate(last=Max("position"))["last"] or 0) + 1
        rule.save(force_insert=True)
    return rule


def change_rule(rule: ProfitRule, *, actor, **fields) -> ProfitRule:
    """Change some FIELDS of a rule. Right: profit_rule.update. Raises ValidationError by field."""
    require_rules(actor, rule.card, "update")
    check_names(fields)
    with refusals():
        fresh = locked(rule)
        for field, value in fields.items():
            setattr(fresh, field, value.strip() if field == "match" else value)
        check_rule(fresh, actor)
        fresh.save(update_fields=list(fields))
    return fresh


def check_names(fields: dict) -> None:
    if unknown := fields.keys() - set(FIELDS):
        raise TypeError(f"not fields of a rule: {', '.join(sorted(unknown))}")


def delete_rule(rule: ProfitRule, *, actor) -> None:
    """Take a rule out of its card. Right: profit_rule.delete."""
    require_rules(actor, rule.card, "delete")
    with refusals():
        hold(rule.card_id)
        ProfitRule.objects.filter(pk=rule.pk).delete()
        renumber(list(ProfitRule.objects.filter(card=rule.card_id)))


def move_rule(rule: ProfitRule, position: int, *, actor) -> None:
    """Put a rule at a place of its card's list, 1 being the first, beyond the end the last. Right: update of rules."""
    require_rules(actor, rule.card, "update")
    with refusals():
        fresh = locked(rule)
        others = list(ProfitRule.objects.filter(card=fresh.card_id).exclude(pk=fresh.pk))
        others.insert(max(position, 1) - 1, fresh)
        renumber(others)


def locked(rule: ProfitRule) -> ProfitRule:
    """The rule read afresh under the lock on its card; ValidationError for one that was deleted meanwhile."""
    hold(rule.card_id)
    fresh = ProfitRule.objects.filter(pk=rule.pk).first()
    if fresh is None:
        raise ValidationError("Somebody deleted this rule meanwhile.")
    return fresh


def renumber(rules: list[ProfitRule]) -> None:
    moved = [rule for place, rule in enumerate(rules, 1) if rule.position != place]
    for place, rule in enumerate(rules, 1):
        rule.position = place
    ProfitRule.objects.bulk_update(moved, ["position"])


def require_rules(actor, card: RateCard, action: str) -> None:
    """Own customer card and the right on profit rules, or PermissionDenied."""
    if card.owner_id != actor.company_id or not access.may(actor, f"profit_rule.{action}"):
        raise PermissionDenied(f"needs profit_rule.{action} on an own card")
    if card.kind != RateCard.CUSTOMER:
        raise ValidationError("Only a customer card has profit rules.")
    check_in_use(card)


def check_rule(rule: ProfitRule, actor) -> None:
    """The model's own bounds, the company of the prefix set, then the engine's understanding of match and value."""
    rule.clean_fields(exclude=["card", "owner", "position", "prefix_set"])
    if rule.prefix_set_id and rule.prefix_set.owner_id != actor.company_id:
        raise PermissionDenied("a prefix set of another company")
    try:
        check_rules([engine_rule(rule)])
    except Refused as refused:
        message = refused.message.removeprefix("Rule 1: ")
        raise ValidationError({FIELD_OF.get(refused.code, "value"): message}) from refused
