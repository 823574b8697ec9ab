"""The revisions of an own card: the list, one of them, and what can be done with it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.template.defaultfilters import pluralize
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts import access
from accounts.lists import listing
from accounts.models import Job
from accounts.saving import answer_status, done, locked, saved, watched
from accounts.templatetags.panel import thousands
from ratecards import queries, timeline
from ratecards.forms import ActivateForm, InstantForm, RollBackForm, WaiveForm
from ratecards.grids import RevisionTable
from ratecards.services import imports, publishing, quarantine, refused_lines, revisions
from ratecards.views._card import VIEW, can, card_or_404, card_page, downloads_of, may, number_or_404, right_of

UPDATE = ("provider_card.update", "customer_card.update")
ACTIVATE = ("provider_card.activate", "customer_card.activate")
IMPORT = ("provider_card.import_rates", "customer_card.import_rates")
DELETED = ["It cannot be brought back.", "Only a draft, or an archived revision that was never live, can be deleted."]
WITHOUT_LINES = (
    "The destinations of these lines keep no price of their own: a shorter prefix is charged, or nothing is sold."
)


def one(request, code, number, action="view"):
    """(card, revision) of an own card, or 404."""
    card = card_or_404(request.user, code, action)
    return card, queries.revision_or_404(card, request.user, number)


def back_to(revision):
    """To the page of a revision, or to the list if it is not there any more."""
    if queries.is_there(revision):
        return redirect("ratecards:card_revision", revision.card.code, revision.number)
    return redirect("ratecards:card_revisions", revision.card.code)


@access.screen(*VIEW)
def card_revisions(request, code):
    user = request.user
    card = card_or_404(user, code)
    rows = queries.revisions(card, user).select_related("card")
    periods = timeline.periods(card)
    return listing(
        request, "ratecards/card_revisions.html", RevisionTable, rows, **card_page(user, card, "Revisions"),
        periods=periods, was_live=any(one.state == "was live" for one in periods), **asked_instant(request, card),
        can_update=can(user, card, "update"), can_activate=can(user, card, "activate"),
        empty_hint="Import a rate sheet, or build the card: each makes a new revision.",
    )  # fmt: skip


def asked_instant(request, card) -> dict:
    """Which revision was, or will be, the price list at the instant that the address asks about."""
    form = InstantForm(request.GET or None)
    at = form.cleaned_data["at"] if form.is_bound and form.is_valid() else None
    return {"instant": form, "at": at, "at_revision": timeline.active_revision(card, at) if at else None}


@access.screen(*VIEW)
def card_revision(request, code, number):
    user = request.user
    card, revision = one(request, code, number)
    log = [entry for entry in timeline.activations(card) if entry.revision_id == revision.pk]
    state = timeline.state_of(revision)
    context = card_page(
        user, card, f"Revision {number}", revision=revision, state=state, log=log[:10], private=revision.private,
        can_update=can(user, card, "update"), can_activate=can(user, card, "activate"),
        open_refused=revision.private.refused and not revision.private.waived_by,
        downloads=downloads_of(user, card), may_import=may(user, card, "import_rates"),
        is_held=revision.private.held and not revision.private.released_by,
        report=revision.private.report,
    )  # fmt: skip
    return render(request, "ratecards/card_revision.html", context)


@access.screen(*UPDATE)
@require_POST
def revision_draft(request, code):
    """A draft to be changed by hand: a copy of the revision named in the form, else empty."""
    card = card_or_404(request.user, code, "update")
    number = request.POST.get("copy_of", "")
    copied = queries.revision_or_404(card, request.user, number_or_404(number)) if number else None
    draft = done(request, "The draft was made.", revisions.create_draft, card, actor=request.user, copy_of=copied)
    return (
        redirect("ratecards:card_revision", code, draft.number) if draft else redirect("ratecards:card_revisions", code)
    )


@access.screen(*UPDATE)
@require_POST
def revision_publish(request, code, number):
    """At once, or by a job where many rates have to be merged."""
    _, revision = one(request, code, number, "update")
    if publishing.takes_long(revision):
        job = done(request, "The draft is being published.", publishing.start_publishing, revision, actor=request.user)
        return redirect("ratecards:card_job", code, job.key) if job else back_to(revision)
    words = f"Revision {number} is published. It is not live until it is activated."
    done(request, words, revisions.publish_draft, revision, actor=request.user)
    return back_to(revision)


@access.screen(*UPDATE)
@require_POST
def revision_archive(request, code, number):
    _, revision = one(request, code, number, "update")
    done(request, f"Revision {number} is archived.", revisions.archive_revision, revision, actor=request.user)
    return back_to(revision)


@access.screen(*UPDATE)
@require_POST
def revision_restore(request, code, number):
    _, revision = one(request, code, number, "update")
    done(request, f"Revision {number} is ready again.", revisions.restore_revision, revision, actor=request.user)
    return back_to(revision)


@access.screen(*UPDATE)
def revision_delete(request, code, number):
    user = request.user
    card, revision = one(request, code, number, "update")
    if request.method == "POST":
        done(request, f"Revision {number} was deleted.", revisions.delete_draft, revision, actor=user)
        return back_to(revision)
    question = f"Delete revision {number} with its {thousands(revision.rows)} rate{pluralize(revision.rows)}?"
    context = card_page(
        user, card, "Delete", question=question, consequences=DELETED, confirm_label="Delete", revision=revision
    )
    return render(request, "ratecards/revision_confirm.html", context)


@access.screen(*ACTIVATE)
def revision_activate(request, code, number):
    user = request.user
    card, revision = one(request, code, number, "activate")
    form = ActivateForm(request.POST or None, initial=announced(revision))
    if form.is_valid() and (entry := saved(form, revisions.activate_revision, revision, actor=user, at=form.moment(),
                                           reason=form.cleaned_data["reason"])):  # fmt: skip
        messages.success(request, f"Revision {number} is {'live' if entry.is_due else 'announced'}.")
        return redirect("ratecards:card_revisions", code)
    live, coming = timeline.active_revision(card), timeline.announced([card]).get(card.pk)
    context = card_page(user, card, "Activate", form=form, revision=revision, active=live, coming=coming)
    return render(request, "ratecards/revision_activate.html", context, status=answer_status(form))


def announced(revision) -> dict:
    """The Date Live that the sheet of a revision named, while it is still to come."""
    planned = revision.private.planned
    return {"when": "later", "at": planned} if planned and planned > timezone.now() else {}


@access.screen(*ACTIVATE)
def revision_roll_back(request, code):
    """The prices before come back at once, with a reason. Sent twice, or after somebody else's, it would bring back what
    was left: so it is refused unless what is live is still what the page showed."""
    user = request.user
    card = card_or_404(user, code, "activate")
    if request.method == "POST":
        locked(card)
    active, previous = timeline.active_revision(card), timeline.previous_revision(card)
    showed = {"from": active and active.pk, "to": previous and previous.pk}
    form = watched(RollBackForm(request.POST or None, initial=showed))
    if form.is_valid() and (entry := saved(form, revisions.roll_back, card, actor=user, **form.cleaned_data)):
        messages.success(request, f"Revision {entry.revision.number} is live again.")
        return redirect("ratecards:card_revisions", code)
    consequences = ["It is live from this moment on. Calls until now keep the prices that were live then.",
                    "Companies that have the card see it at once. What was announced stays announced."]  # fmt: skip
    question = "There is nothing to go back to: no other revision was live before."
    if previous:
        question = f"Roll back from revision {active.number} to revision {previous.number}?"
    context = card_page(user, card, "Roll back", form=form, question=question, confirm_label="Roll back",
                        consequences=consequences if previous else [])  # fmt: skip
    return render(request, "ratecards/revision_confirm.html", context, status=answer_status(form))


@access.screen(*ACTIVATE)
@require_POST
def activation_cancel(request, code, pk):
    card = card_or_404(request.user, code, "activate")
    entry = timeline.activations(card).filter(pk=pk).first()
    if entry is None:
        raise Http404
    number = entry.revision.number
    done(
        request,
        f"The activation of revision {number} is cancelled.",
        revisions.cancel_activation,
        entry,
        actor=request.user,
    )
    return redirect("ratecards:card_revision", code, number)


@access.screen(*ACTIVATE)
def revision_waive(request, code, number):
    user = request.user
    card, revision = one(request, code, number, "activate")
    form = WaiveForm(request.POST or None)
    if form.is_valid() and saved(form, revisions.waive_refused, revision, actor=user, **form.cleaned_data):
        messages.success(request, f"The refused lines of revision {number} are waived in your name.")
        return redirect("ratecards:card_revision", code, number)
    consequences = [WITHOUT_LINES, f"Your name, {user.email}, stands on this decision."]
    refused = revision.private.refused
    question = f"Go live without the {thousands(refused)} line{pluralize(refused)} that the import refused?"
    context = card_page(user, card, "Waive", form=form, question=question, consequences=consequences,
                        confirm_label="Waive in my name", revision=revision)  # fmt: skip
    return render(request, "ratecards/revision_confirm.html", context, status=answer_status(form))


@access.screen(*ACTIVATE)
def revision_release(request, code, number):
    user = request.user
    card, revision = one(request, code, number, "activate")
    form = WaiveForm(request.POST or None)
    if form.is_valid() and saved(form, quarantine.release_revision, revision, actor=user, **form.cleaned_data):
        messages.success(request, f"Revision {number} is released in your name.")
        return redirect("ratecards:card_revision", code, number)
    consequences = [revision.private.held, f"Your name, {user.email}, stands on this decision."]
    context = card_page(user, card, "Release", form=form, question=f"Let revision {number} out of quarantine?",
                        consequences=consequences, confirm_label="Release in my name", revision=revision)  # fmt: skip
    return render(request, "ratecards/revision_confirm.html", context, status=answer_status(form))


@access.screen(*IMPORT)
def revision_refused(request, code, number):
    """The refused lines of the import that made this revision, to be corrected and imported again."""
    card, revision = one(request, code, number, "import_rates")
    job = access.get_or_404(request.user, Job, right_of(request.user, card, "import_rates"), key=revision.private.job)
    try:
        path = imports.refused_file(job, actor=request.user)
    except ValidationError:
        if not revision.private.refused:
            raise Http404 from None
        messages.error(request, refused_lines.GONE)
        return back_to(revision)
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{card.code}-{number}-refused.csv")
