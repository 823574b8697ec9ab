"""Building a customer card from its parents: asked for by a person, done by a job."""

from dataclasses import asdict
from datetime import datetime

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts import audit, jobs
from accounts.jobs import open_job
from accounts.models import Job
from ratecards import freshness, recipes, store, timeline
from ratecards.engine.build import Built, build
from ratecards.engine.classes import SPLIT
from ratecards.engine.merge import Parent
from ratecards.engine.numbers import Refused
from ratecards.engine.report import Report
from ratecards.freshness import Inputs
from ratecards.models import RateCard, Revision, RevisionPrivate
from ratecards.services.guard import hold, meaning_of, refusals, require, require_meaning
from ratecards.services.revisions import activate_revision, add_draft, cancel_activation, make_ready

PASSED = "What was announced is live by now: build the card from the active prices."


def build_card(
    card: RateCard, *, actor, activate: bool = False, at: datetime | None = None, preview: Job | None = None, **params
) -> Job:
    """Ask for a build of a customer card from its parents' active revisions. Rights: build, and activate if asked for.

    `at` is an instant to come (an aware datetime): built is from what is announced for it, and activated from it on, so
    that card and parents change at once. Asked for twice it is one job. With the job of a `preview` exactly what it
    showed is built, for its instant, or nothing. Raises ValidationError at once for what could not be built. The job's
    result: {"card", "revision", "rows", "built" (False: the same was built already), "activated", "at", "report", "url"}.
    """
    require_build(actor, card, activate)
    at = at if preview is None else instant_in(preview.params)
    inputs = buildable(card, at)
    if preview is not None:
        if preview.params.get("card") != card.pk:
            raise ValidationError("That preview is of another card.")
        check_previewed(card, inputs, preview)
    hold(card.pk)
    params |= {
        "card": card.pk,
        "activate": activate,
        "at": at and at.isoformat(),
        "preview": preview and str(preview.key),
    }
    return open_job("build_card", actor, **params) or jobs.start(
        "build_card", actor=actor, subject=f"Build {card.private.name}", about=card.code, **params
    )


def buildable(card: RateCard, at: datetime | None) -> Inputs:
    """What a build would start from; ValidationError in words where there is none, or where `at` has passed."""
    if at is not None and at <= timezone.now():
        raise ValidationError(PASSED)
    inputs = freshness.inputs_of(card, at)
    if inputs.problem:
        raise ValidationError(inputs.problem)
    return inputs


def instant_in(params: dict) -> datetime | None:
    """The instant that a job builds for; None: now."""
    return datetime.fromisoformat(params["at"]) if params.get("at") else None


def check_previewed(card: RateCard, inputs: Inputs, preview: Job) -> None:
    """ValidationError with what changed unless a build would give exactly what a preview showed."""
    shown = preview.result
    if preview.state != Job.DONE or preview.kind != "preview_build" or "key" not in shown:
        raise ValidationError("The preview is not finished.")
    if shown["key"] != inputs.key:
        changed = recipes.differences(shown["recipe"], recipes.recipe_of(inputs)) or ["the engine"]
        raise ValidationError(f"Since the preview there were changes to {', '.join(changed)}: look at a new one.")
    require_meaning(card, shown.get("meaning") or {})


def require_build(actor, card: RateCard, activate: bool) -> None:
    require(actor, card, "build")
    if activate:
        require(actor, card, "activate")
    if card.kind != RateCard.CUSTOMER:
        raise ValidationError("Only a customer card is built.")


def run_build(work: jobs.Work) -> None:
    """Read the parents in one unit, compute outside of any, write in a second one which asks everything again.

    What the parents, rules or options became in between would make the prices wrong, so then nothing is written.
    A job that is run again finds the revision of the same key and makes no second one.
    """
    with work.unit(read_only=True):
        card, inputs = asked_for(work)
        meaning, found = meaning_of(card), built_already(card, inputs.key)
        parents = [] if found else loaded(inputs)
    work.progress(1, 3, "Parents read")
    built = None if found else computed(parents, inputs, card.presentation)
    work.progress(2, 3, "Prices computed")
    with work.unit():
        hold(work.params["card"])
        card, again = asked_for(work)
        if (again.key, meaning_of(card)) != (inputs.key, meaning):
            raise jobs.Refused(
                "Parents, rules, options or properties changed while the card was built: build it again."
            )
        revision = built_already(card, inputs.key)
        if revision is None and built is None:
            raise jobs.Refused("The revision was put away while the card was built: build it again.")
        revision = revision or keep(card, inputs, built, work)
        origin = RevisionPrivate.objects.get(revision=revision)
        result = {"built": origin.job == work.job.key, "activated": activated(revision, work), "report": origin.report,
                  "at": work.params.get("at")}  # fmt: skip
    url = reverse("ratecards:card_revisions", args=[card.code])
    work.finish(result | {"card": card.code, "revision": revision.number, "rows": revision.rows, "url": url})


def asked_for(work: jobs.Work) -> tuple[RateCard, Inputs]:
    """The card of the job and what it would be built from now; the actor's rights are asked anew."""
    card = RateCard.objects.get(pk=work.params["card"])
    require_build(work.actor, card, work.params.get("activate", False))
    inputs = buildable(card, instant_in(work.params))
    if key := work.params.get("preview"):
        check_previewed(card, inputs, Job.objects.get(key=key, company=work.actor.company_id))
    return card, inputs


def loaded(inputs: Inputs) -> list[Parent]:
    """The parents' prices, each with what its currency is worth in the card's."""
    pairs = zip(inputs.parents, inputs.rates, strict=True)
    return [Parent(store.load(one), rate, two_prices=one.card.presentation == SPLIT) for one, rate in pairs]


def built_already(card: RateCard, key: str) -> Revision | None:
    """The ready revision that was built with this key: the active one, if it is one of them, else the newest."""
    same = list(Revision.objects.filter(card=card, state=Revision.READY, private__build_key=key).order_by("-number"))
    active = timeline.active_revision(card)
    return next((revision for revision in same if active and revision.pk == active.pk), same[0] if same else None)


def computed(parents: list[Parent], inputs: Inputs, presentation: str) -> Built:
    """What a card of this presentation would hold; raises Refused of jobs."""
    try:
        built = build(parents, inputs.rules, inputs.options, two_prices=presentation == SPLIT)
    except Refused as refused:
        raise jobs.Refused(refused.message) from refused
    if not len(built.table):
        raise jobs.Refused("The rules draw no prefix of the parents: nothing would be sold.")
    return built


def keep(card: RateCard, inputs: Inputs, built: Built, work: jobs.Work) -> Revision:
    with refusals():
        revision = add_draft(card, built.table, source="Build", job=work.job.key, build_key=inputs.key, recipe=recipes.recipe_of(inputs),
                             report=summary(built.report), planned=instant_in(work.params))  # fmt: skip
        make_ready(revision)
        audit.record("build", thing=revision, company=card.owner_id, changes={"rows": revision.rows})
    return revision


def activated(revision: Revision, work: jobs.Work) -> bool:
    """Whether this job let the revision be the price list, now or from its instant on.

    What an earlier build announced for that very instant, from parents, rules or options that are others now, gives way.
    """
    at = instant_in(work.params)
    if not work.params["activate"] or timeline.active_revision(revision.card, at) == revision:
        return False
    announced = timeline.announced_at(revision.card, at) if at else None
    if announced and freshness.is_outdated(announced):
        cancel_activation(announced, actor=work.actor)
    activate_revision(revision, actor=work.actor, at=at)
    return True


def summary(report: Report) -> dict:
    """A build's report as plain JSON values; prices in price units."""
    values = asdict(report)
    for name in ("below_examples", "dearer_examples", "removed_under_examples", "unsafe"):
        values[name] = [one._asdict() for one in getattr(report, name)]
    return values
