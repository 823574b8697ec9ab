"""What a build would give, before it is written: counts, price changes, warnings, calls that would lose."""

from datetime import datetime

from django.urls import reverse

from accounts import jobs
from accounts.jobs import open_job
from accounts.models import Job
from ratecards import recipes, store, timeline
from ratecards.engine import diff
from ratecards.engine.margin import Charging, Guard, Seller, guard
from ratecards.engine.table import RateTable
from ratecards.models import RateCard
from ratecards.services.builds import asked_for, buildable, computed, loaded, require_build, summary
from ratecards.services.guard import hold, meaning_of

LARGEST = 10


def preview_build(card: RateCard, *, actor, at: datetime | None = None) -> Job:
    """Ask for a preview of a card's build, now or for an instant to come. Right: build. Raises ValidationError for what
    could not be built.

    The job's result: {"card", "key", "recipe", "rows", "report", "changes", "meaning", "guard", "warnings", "url"};
    `changes` is None where nothing is live to compare with, `meaning` what the card's prices meant.
    """
    require_build(actor, card, False)
    buildable(card, at)
    hold(card.pk)
    params = {"card": card.pk, "at": at and at.isoformat()}
    return open_job("preview_build", actor, **params) or jobs.start(
        "preview_build", actor=actor, subject=f"Preview of {card.private.name}", about=card.code, **params
    )


def run_preview(work: jobs.Work) -> None:
    """Read everything in one unit, compute outside of any; nothing is written but the job's result."""
    with work.unit(read_only=True):
        card, inputs = asked_for(work)
        parents = loaded(inputs)
        active = timeline.active_revision(card)
        before = store.load(active) if active else None
        sources = [revision.card for revision in inputs.parents]
        sellers = [
            Seller(one.table, one.rate, charging_of(source)) for one, source in zip(parents, sources, strict=True)
        ]
        warnings, meaning = mixed(card, sources), meaning_of(card)
    work.progress(1, 4, "Parents read")
    built = computed(parents, inputs, card.presentation)
    work.progress(2, 4, "Prices computed")
    changes = changed(before, built.table) if before is not None else None
    work.progress(3, 4, "Compared with the active prices")
    found = guard(built.table, charging_of(card), sellers)
    url = reverse("ratecards:card_job", args=[card.code, work.job.key])
    work.finish({"card": card.code, "key": inputs.key, "recipe": recipes.recipe_of(inputs), "rows": len(built.table),
                 "report": summary(built.report), "changes": changes, "meaning": meaning, "guard": guarded(found), "warnings": warnings,
                 "url": url})  # fmt: skip


def charging_of(card: RateCard) -> Charging:
    return Charging(card.charge_precision, card.charge_rounding)


def mixed(card: RateCard, sources: list[RateCard]) -> list[str]:
    """Words on parents that are rated by another number than the card."""
    return [f"Parent {place} is rated by {source.get_dialling_display().lower()}, this card by "
            f"{card.get_dialling_display().lower()}." for place, source in enumerate(sources, 1)
            if source.dialling != card.dialling]  # fmt: skip


def changed(before: RateTable, after: RateTable) -> list[dict]:
    """What a call costs now and would cost, by price column: {"column", "counts", "falls", "rises"}."""
    found = []
    for column in after.presented:
        if column not in before.presented:
            continue
        difference = diff.compare(diff.side_of(before), diff.side_of(after), column)
        falls, rises = (list(map(line, difference.rows(at))) for at in difference.largest(LARGEST))
        found.append({"column": column, "counts": difference.counts(), "falls": falls, "rises": rises})
    return found


def line(change: diff.Change) -> dict:
    return {"prefix": change.prefix, "before": change.before, "after": change.after}


def guarded(found: Guard) -> dict:
    """The margin guard as plain JSON values, prices in price units; parents are numbered from 1."""
    losses = [one._asdict() | {"parent": one.parent + 1} for one in found.losses]
    return {"tried": found.tried, "rows": found.rows, "losses": losses}
