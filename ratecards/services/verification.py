"""Reading every stored price again: what is damaged is found before anybody asks for it."""

from collections.abc import Iterator
from typing import NamedTuple

from accounts import access, acl, audit
from ratecards import store
from ratecards.models import RateCard, Revision


class Finding(NamedTuple):
    """One revision: its card's code, its number, how many rates were read, and what is wrong ("" for nothing)."""

    card: str
    revision: int
    rates: int
    problem: str


def verify_rates(*, actor, codes=()) -> Iterator[Finding]:
    """Read all revisions of these cards (of all, without codes) that the actor sees; each in a unit of work of its own.

    A digest stands over every part of what is stored, so nothing that was altered reads as whole. Damage is noted in the
    audit log of the card's owner. Right: view.
    """
    with acl.acting_as(actor, read_only=True):
        cards = access.visible(actor, RateCard).order_by("pk")
        cards = cards.filter(code__in=list(codes)) if codes else cards
        revisions = list(
            Revision.objects.filter(card__in=cards).order_by("card", "number").values_list("pk", flat=True)
        )
    for pk in revisions:
        with acl.acting_as(actor):
            revision = Revision.objects.select_related("card").defer("directory").filter(pk=pk).first()
            if revision is not None:  # it may have been deleted meanwhile
                yield looked_into(revision, actor)


def looked_into(revision: Revision, actor) -> Finding:
    try:
        rates, problem = len(store.load(revision)), ""
    except store.Damaged as damage:
        rates, problem = 0, str(damage)
        audit.record("damage", actor=actor, thing=revision, company=revision.owner_id, changes={"reason": problem})
    if not problem and rates != revision.rows:
        problem = f"{rates} rates are stored, {revision.rows} were written"
    return Finding(revision.card.code, revision.number, rates, problem)
