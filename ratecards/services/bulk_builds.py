"""Many cards built one after the other, each by a job of its own, a card after those that it is built from."""

import contextlib
from graphlib import TopologicalSorter
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db.models import QuerySet, Subquery

from accounts import acl, jobs
from accounts.models import Job
from ratecards import freshness, store
from ratecards.models import CardParent, RateCard
from ratecards.services.builds import require_build
from ratecards.services.guard import require_right

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
    key = uuid4()
    start(in_order(cards), actor=actor, activate=activate, bulk=str(key), key=key)
    return key


def in_order(cards: list[RateCard]) -> list[int]:
    """The ids of the cards, each after those of them that it is built from."""
    graph = TopologicalSorter({card.pk: () for card in cards})
    ids = {card.pk for card in cards}
    pairs = CardParent.objects.filter(card__in=ids, assignment__ended_at__isnull=True, assignment__card__in=ids)
    for card, parent in pairs.order_by("id").values_list("card", "assignment__card"):
        graph.add(card, parent)
    return list(graph.static_order())


def start(order: list[int], *, actor, activate: bool, bulk: str, key: UUID | None = None) -> Job:
    """Ask for the build of the first card; its job asks for the next one at its end. The first one of all has the key of
    the bulk build, so that the others are looked for among those after it."""
    card = RateCard.objects.select_related("private").get(pk=order[0])
    return jobs.start("build_card", actor=actor, subject=f"Build {card.private.name}", about=card.code, key=key,
                      card=card.pk, activate=activate, preview=None, bulk=bulk, then=order[1:])  # fmt: skip


def go_on(work: jobs.Work) -> None:
    """Ask for the card after the one whose job this is, if any."""
    if work.params.get("then"):
        with work.unit():
            ask_for_next(work.job)


def go_on_after(job: Job, kept: dict) -> None:
    """The same of a job that failed, its worker killed for the last time included. Where its actor may not enter any more
    the bulk build ends."""
    if job.params.get("then"):
        with contextlib.suppress(acl.NoScope), acl.acting_as(job.actor, request_id=f"job {job.key}"):
            ask_for_next(job)


def ask_for_next(job: Job) -> None:
    """Inside a unit of the job's actor: ask for the next card, unless that was done when the job ran before."""
    bulk, order = job.params["bulk"], job.params["then"]
    if not Job.objects.filter(pk__gt=job.pk, params__bulk=bulk, params__card=order[0]).exists():
        start(order, actor=job.actor, activate=job.params["activate"], bulk=bulk)


def left_of(found: dict[int, Job | None]) -> list[int]:
    """The cards of `jobs_of` that nobody will build: their bulk build ended before them; [] while a job of it is open."""
    asked = [job for job in found.values() if job]
    return [card for card, job in found.items() if job is None] if all(job.is_over for job in asked) else []


def resume(bulk: UUID, *, actor) -> Job:
    """Ask for what is left of a bulk build of the actor's company, in his name. Rights: as for the bulk build.

    Raises ValidationError when nothing is left or it runs.
    """
    rows = Job.objects.filter(company=actor.company_id)
    if cards := list(jobs_of(bulk, rows)):
        store.lock_card(cards[0])
    found = jobs_of(bulk, rows)
    if not (order := left_of(found)):
        raise ValidationError("Nothing is left of this bulk build, or it goes on already.")
    activate = found[cards[0]].params["activate"]
    for right in ("build", "activate")[: 1 + activate]:
        require_right(actor, f"customer_card.{right}")
    return start(order, actor=actor, activate=activate, bulk=str(bulk))


def jobs_of(bulk: UUID, rows: QuerySet[Job]) -> dict[int, Job | None]:
    """{id of card: its job of `rows`, None while that is not asked for} of a bulk build, in the order of building."""
    since = rows.filter(pk__gte=Subquery(rows.filter(key=bulk).values("pk")[:1]))
    found = {job.params["card"]: job for job in since.filter(params__bulk=str(bulk)).order_by("id")}
    if not found:
        return {}
    first = next(iter(found.values()))
    return {card: found.get(card) for card in [first.params["card"], *first.params["then"]]}
