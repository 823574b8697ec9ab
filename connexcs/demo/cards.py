"""Carriers, cards, prices and assignments of the demo; prices come by the same jobs that the screens start."""

from decimal import Decimal
from pathlib import Path

from django.core.files import File

from accounts import acl, jobs
from accounts.files import keep_upload
from accounts.models import Job, User
from connexcs.demo.cast import Product
from ratecards import sheets, timeline
from ratecards.models import CardAssignment, CardPrivate, Carrier, RateCard, Revision
from ratecards.services.assignments import assign_card
from ratecards.services.builds import build_card
from ratecards.services.cards import create_card, create_carrier
from ratecards.services.imports import start_import
from ratecards.services.revisions import activate_revision, publish_draft
from ratecards.services.rules import add_rule, set_parents
from resellers.models import Company

USED = {"import_rates": "The sheet", "build_card": "The build"}


def provider_card(name: str, carrier: str, actor: User) -> RateCard:
    with acl.acting_as(actor):
        if found := own_card(name, actor):
            return found
        owner = Carrier.objects.filter(name=carrier).first() or create_carrier(actor=actor, name=carrier)
        return create_card(actor=actor, kind=RateCard.PROVIDER, name=name, carrier=owner)


def own_card(name: str, actor: User) -> RateCard | None:
    found = CardPrivate.objects.filter(owner=actor.company_id, name=name).select_related("card").first()
    return found and found.card


def imported(card: RateCard, sheet: Path, actor: User) -> dict:
    """Import a sheet into a draft of a card, unless that was done before; returns the job's result."""
    job = earlier("import_rates", card, actor, source=sheet.name) or start(card, sheet, actor)
    return finished(job)


def start(card: RateCard, sheet: Path, actor: User) -> Job:
    with sheet.open("rb") as file:
        upload = keep_upload(File(file), actor=actor)
    with acl.acting_as(actor):
        return start_import(card, actor=actor, upload=upload, layout=sheets.recognise(sheet), filename=sheet.name)


def live(card: RateCard, number: int, actor: User) -> None:
    """Publish a revision and let it be the price list, unless the card has one."""
    with acl.acting_as(actor):
        if timeline.active_revision(card) is None:
            draft = Revision.objects.select_related("card").get(card=card, number=number)
            activate_revision(publish_draft(draft, actor=actor), actor=actor)


def product(one: Product, actor: User) -> RateCard:
    """The card with its parents and rules, in one transaction; without prices yet."""
    with acl.acting_as(actor):
        if found := own_card(one.name, actor):
            return found
        card = create_card(actor=actor, kind=RateCard.CUSTOMER, name=one.name, public_name=one.public_name)
        set_parents(card, [source(name, actor) for name in one.parents], actor=actor)
        for match, type, value, status in one.rules:
            add_rule(card, actor=actor, match=match, type=type, value=Decimal(value), status=status)
        return card


def source(name: str, actor: User) -> CardAssignment:
    """The live assignment of an own card by its private name, or of an assigned one by its public name."""
    live = CardAssignment.objects.filter(company=actor.company_id, ended_at__isnull=True)
    own = own_card(name, actor)
    return live.get(card=own) if own else live.exclude(owner=actor.company_id).get(card__public_name=name)


def built(card: RateCard, actor: User) -> None:
    """Build and activate, unless the card has an active revision."""
    with acl.acting_as(actor, read_only=True):
        if timeline.active_revision(card) is not None:
            return
    job = earlier("build_card", card, actor)
    if job is None:
        with acl.acting_as(actor):
            job = build_card(card, actor=actor, activate=True)
    finished(job)


def assigned(card: RateCard, company: Company, actor: User) -> None:
    with acl.acting_as(actor):
        if not CardAssignment.objects.filter(card=card, company=company, ended_at__isnull=True).exists():
            assign_card(card, company, actor=actor)


# -- jobs --------------------------------------------------------------------------------------------------------------


def earlier(kind: str, card: RateCard, actor: User, **params) -> Job | None:
    """The job that a killed load left for this card, whatever became of it; a failed one does not count."""
    wanted = {f"params__{name}": value for name, value in {"card": card.pk, **params}.items()}
    with acl.acting_as(actor, read_only=True):
        return Job.objects.filter(kind=kind, **wanted).exclude(state=Job.FAILED).order_by("-id").first()


def finished(job: Job) -> dict:
    """Its result once it is over, done here and now if it is not."""
    job = job if job.state == Job.DONE else jobs.run_now(job)
    if job.state != Job.DONE:
        raise RuntimeError(f"{USED[job.kind]} of the demo ({job.subject}) failed: {job.error}")
    return job.result
