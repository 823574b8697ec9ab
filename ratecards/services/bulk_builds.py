"""Many cards built one after the other, each by a job of its own, a card after those that it is built from."""

from graphlib import TopologicalSorter
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from accounts import jobs
from accounts.models import Job
from ratecards import freshness
from ratecards.models import CardParent, RateCard
from ratecards.services.builds import require_build

WAITING = (freshness.STALE, freshness.UNBUILT, freshness.BUILT)  # the states that a build would change


def bulk_build(cards, *, actor, activate: bool = False) -> UUID:
    """Ask for builds of own customer cards; returns the key by which their jobs are found.

    Jobs run one after the other, in the order in which cards are built from one another, so that a card is built from
    what was just built; one that is in sync by then is passed over, one that fails does not stop the others. Rights:
    build, and activate if asked for, of every card. Raises ValidationError when there is none.
    """
    cards = list(cards)
    for card in cards:
        require_build(actor, card, activate)
    if not cards:
        raise ValidationError("Choose at least one card.")
    key, order = uuid4(), in_order(cards)
    start(order, actor=actor, activate=activate, bulk=str(key))
    return key


def in_order(cards: list[RateCard]) -> list[int]:
    """The ids of the cards, each after those of them that it is built from."""
    graph = TopologicalSorter({card.pk: () for card in cards})
    ids = {card.pk for card in cards}
    pairs = CardParent.objects.filter(card__in=ids, assignment__ended_at__isnull=True, assignment__card__in=ids)
    for card, parent in pairs.order_by("id").values_list("card", "assignment__card"):
        graph.add(card, parent)
    return list(graph.static_order())


def start(order: list[int], *, actor, activate: bool, bulk: str) -> Job:
    """Ask for the build of the first card; its job asks for the next one at its end."""
    card = RateCard.objects.select_related("private").get(pk=order[0])
    return jobs.start("build_card", actor=actor, subject=f"Build {card.private.name}", card=card.pk, activate=activate,
                      preview=None, bulk=bulk, then=order[1:])  # fmt: skip


def go_on(work: jobs.Work) -> None:
    """Ask for the card after the one whose job this is, unless that was done when the job ran before."""
    bulk, order = work.params.get("bulk"), work.params.get("then")
    if not bulk or not order:
        return
    with work.unit():
        if not Job.objects.filter(params__bulk=bulk, params__card=order[0]).exists():
            start(order, actor=work.actor, activate=work.params["activate"], bulk=bulk)


def jobs_of(bulk: UUID, rows: QuerySet[Job]) -> dict[int, Job | None]:
    """{id of card: its job of `rows`, None while that is not asked for} of a bulk build, in the order of building."""
    found = {job.params["card"]: job for job in rows.filter(params__bulk=str(bulk)).order_by("id")}
    if not found:
        return {}
    first = next(iter(found.values()))
    return {card: found.get(card) for card in [first.params["card"], *first.params["then"]]}
