"""Looking through a reseller user's eyes: the reason, then his panel, read-only; and the way back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts import access, viewing
from accounts.forms import ViewAsForm
from accounts.saving import answer_status
from accounts.services import view_as

INTRO = "You will see the panel exactly as {} of {} sees it, for 30 minutes. Nothing can be changed meanwhile."


@access.identity
@login_required
def view_as_start(request, pk):
    form = ViewAsForm(request.POST or None)
    with viewing.own_unit(request):
        person = view_as.viewable(request.user, pk)
        if not form.is_valid():
            context = {
                "title": f"View as {person.name}", "form": form, "person": person, "save_label": "View as",
                "intro": INTRO.format(person.name, person.company.name), "menu_here": "accounts:user_list",
                "cancel_url": reverse("accounts:user_detail", args=[pk]),
            }  # fmt: skip
            return render(request, "accounts/view_as_start.html", context, status=answer_status(form))
    viewing.begin(request, person, form.cleaned_data["reason"])
    return redirect("dashboard")


@access.identity
@login_required
@require_POST
def view_as_end(request):
    """For who views nobody (a second tab ended it) simply the start page."""
    pk = viewing.end(request, "ended by the viewer")
    if pk is None:
        return redirect("dashboard")
    messages.success(request, "View-as has ended. You are yourself again.")
    return redirect("accounts:user_detail", pk)
