"""Cards in the hands of the companies directly below: given, and taken away at once."""

from django.core.exceptions import ValidationError
from django.db.models.functions import Now

from accounts import audit
from ratecards.models import CardAssignment, RateCard
from ratecards.services.guard import hold, refusals, require
from resellers.models import Company


def assign_card(card: RateCard, company: Company, *, actor) -> CardAssignment:
    """Give a customer card to a direct child of its owner, where it appears as a provider card. Right: assign.

    The child sees the public face of the card and the prices that are active from now on or announced, nothing else.
    Raises ValidationError: not a customer card, not directly below, closed, assigned already.
    """
    require(actor, card, "assign")
    if card.kind != RateCard.CUSTOMER:
        raise ValidationError("Only a customer card can be assigned.")
    if company.parent_id != card.owner_id:
        raise ValidationError({"company": "A card can be assigned to companies directly below yours."})
    with refusals():
        hold(card.pk)
        return CardAssignment.objects.create(card=card, owner_id=card.owner_id, company=company)


def unassign_card(assignment: CardAssignment, *, actor, reason: str = "") -> CardAssignment:
    """Take a card away from a company: at its next request it is gone. Right: assign.

    Cards that it built from this one keep their published revisions and cannot be built again (they are orphaned).
    Raises ValidationError when it was taken away already, or is the owner's own.
    """
    require(actor, assignment.card, "assign")
    if assignment.company_id == assignment.owner_id:
        raise ValidationError("The owner of a card always has it.")
    with refusals():
        hold(assignment.card_id)
        live = CardAssignment.objects.filter(pk=assignment.pk, ended_at__isnull=True)
        if not live.update(ended_at=Now()):
            raise ValidationError("The card was taken away already.")
        assignment.refresh_from_db(fields=["ended_at"])
        audit.record(
            "unassign", thing=assignment, company=assignment.owner_id, label=assignment.card.code, reason=reason
        )
    return assignment
