"""Stored prices that are not what was written: said on a page of its own, noted in log and trail, never served."""

import logging

from django.shortcuts import render

from accounts import audit

log = logging.getLogger(__name__)


def damaged(request, context: dict, damage):
    """The answer of a card's page whose prices cannot be read. `context` is the page's, with the card."""
    card = context["card"]
    log.error("%s", damage)
    audit.record("damage", request=request, actor=request.user, thing=card, company=card.owner_id, result="failed",
                 changes={"reason": str(damage)})  # fmt: skip
    return render(request, "ratecards/card_damaged.html", context, status=500)
