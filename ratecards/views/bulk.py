"""Many rates of a draft at once: pasted from a spreadsheet, or changed by a pattern."""

from dataclasses import asdict

from django.contrib import messages
from django.shortcuts import redirect, render
from django.template.defaultfilters import pluralize

from accounts import access
from accounts.saving import answer_status, digest, locked, saved
from accounts.templatetags.panel import thousands
from ratecards.forms.bulk import ChangeForm, PasteForm
from ratecards.services import bulk, large_changes, publishing
from ratecards.views._card import card_page
from ratecards.views._rates import columns_of
from ratecards.views.drafts import draft_or_404
from ratecards.views.revisions import UPDATE

LISTED = 50


@access.screen(*UPDATE)
def draft_paste(request, code, number):
    """Rows from a spreadsheet; refused lines stay in the field with their reasons, and nothing is lost."""
    user = request.user
    card, draft = draft_or_404(request, code, number)
    form, pasted = PasteForm(request.POST or None), None
    if form.is_valid():
        pasted = saved(
            form, bulk.paste_rates, draft, form.cleaned_data["rows"], actor=user, partly=form.cleaned_data["partly"]
        )
    if pasted and pasted.taken:
        messages.success(request, f"{thousands(pasted.taken)} rate{pluralize(pasted.taken, ' is,s are')} in the draft.")
    if pasted and not pasted.refused:
        return redirect("ratecards:draft_rates", code, number)
    status = 422 if pasted else answer_status(form)
    if pasted and pasted.taken:
        form, status = PasteForm(initial={"rows": pasted.rest}), 200  # what was taken stays: an error would undo it
    context = card_page(user, card, "Paste rows", form=form, revision=draft, columns=columns_of(card),
                        refused=pasted.refused[:LISTED] if pasted else (), refused_count=len(pasted.refused) if pasted else 0)  # fmt: skip
    return render(request, "ratecards/draft_paste.html", context, status=status)


@access.screen(*UPDATE)
def draft_bulk(request, code, number):
    """One change of all rates that fit: first counted and shown, then done, in a large draft by a job. Sent twice it is
    done once: the draft is another one by then, and 10 % of it would be something else than what was shown."""
    user = request.user
    card, draft = draft_or_404(request, code, number)
    if "apply" in request.POST:
        locked(card)
        card, draft = draft_or_404(request, code, number)
    form = ChangeForm(request.POST or None, presentation=card.presentation)
    preview = shown = None
    if form.is_valid():
        shown = digest({"change": asdict(form.change()), "draft": publishing.mark_of(draft)})
        if request.POST.get("apply") == shown:  # what is done is what was shown; anything else is shown anew
            if answer := applied(request, form, draft):
                return answer
        else:
            preview = saved(form, bulk.preview_change, draft, form.change(), actor=user)
    context = card_page(
        user, card, "Change many", form=form, revision=draft, preview=preview, shown=shown, columns=columns_of(card)
    )
    return render(request, "ratecards/draft_bulk.html", context, status=200 if preview else answer_status(form))


def applied(request, form, draft):
    """The way on after the change, or None with what was refused in the form's errors."""
    code, change = draft.card.code, form.change()
    if publishing.is_large(draft):
        job = saved(form, large_changes.start_change, draft, change, actor=request.user)
        return job and redirect("ratecards:card_job", code, job.key)
    if count := saved(form, bulk.change_rates, draft, change, actor=request.user):
        messages.success(request, f"{thousands(count)} rate{pluralize(count, ' is,s are')} changed in the draft.")
        return redirect("ratecards:draft_rates", code, draft.number)
    return None
