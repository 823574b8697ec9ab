"""Setup > Settings > User > Groups: what kinds of users there are. Resellers read those that are meant for them."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts import access, effect, matrix, queries
from accounts.filters import AllGroupFilter, GroupFilter
from accounts.forms import GroupForm
from accounts.forms.groups import group_initial
from accounts.grids import GroupTable
from accounts.lists import listing
from accounts.models import Role, User
from accounts.saving import answer_status, digest, done, locked, saved, watched
from accounts.services import groups, standing
from accounts.views.tabs import settings_tabs

HELP = (
    "Groups add up: a user may do what any of his groups gives. An area that is denied stays shut whatever his other "
    "groups say, and a reseller can never hold what is the carrier's alone."
)
REFUSALS = {
    "role_name_unique": ("name", "There is a group of this name already."),
    "auth_group_name_key": ("name", "There is a group of this name already."),
}
SHOWN_USERS = 50
EFFECT = "effect"  # the field with the digest of the effect that was shown


@access.screen("group.view")
def group_list(request):
    user = request.user
    rows = queries.with_user_count(access.visible(user, Role, "group.view"))
    return listing(
        request, "accounts/group_list.html", GroupTable, rows, AllGroupFilter if user.company.is_master else GroupFilter,
        title="Groups", tabs=settings_tabs(user), help=HELP, create_label="New group",
        create_url=reverse("accounts:group_create") if access.may(user, "group.create") else "",
        empty_hint="A group says what its users may do.",
    )  # fmt: skip


@access.screen("group.view")
def group_detail(request, pk):
    role = access.get_or_404(request.user, Role, "group.view", pk=pk)
    users = access.visible(request.user, User, "user.view").filter(groups=role.pk).select_related("company")
    context = {"title": role.name, "role": role, "matrix": matrix.of_group(role), "users": users[:SHOWN_USERS],
               "user_count": users.count(), "shown": SHOWN_USERS}  # fmt: skip
    return render(request, "accounts/group_detail.html", context)


@access.screen("group.create")
def group_create(request):
    form = GroupForm(request.POST or None)
    if form.is_valid():
        values = form.cleaned_data
        role = saved(form, groups.create_group, actor=request.user, refusals=REFUSALS, audience=values["audience"],
                     **contents(form))  # fmt: skip
        if role:
            messages.success(request, f"The group “{role.name}” is made.")
            return redirect("accounts:group_detail", role.pk)
    context = {"title": "New group", "form": form, "cancel_url": reverse("accounts:group_list")}
    return render(request, "accounts/group_create.html", context, status=answer_status(form))


@access.screen("group.update")
def group_edit(request, pk):
    role = access.get_or_404(request.user, Role, "group.update", pk=pk)
    if request.method == "POST":
        standing.hold()
        role = locked(role)
    groups.require_within(role, request.user)
    form = GroupForm(
        request.POST or None, initial=group_initial(role), audience=role.audience, known_areas=role.known_areas
    )
    context = {"title": f"Edit {role.name}", "role": role, "form": form, "cancel_url": detail_url(role)}
    if watched(form).is_valid():
        context |= effect_context(request, role, effect.replaced(**contents(form)))
        with transaction.atomic():  # what is refused is refused at the first look, so it is tried in any case
            role = saved(form, groups.change_group, role, actor=request.user, refusals=REFUSALS, **contents(form))
            transaction.set_rollback(not context["is_confirmed"])
        if role and context["is_confirmed"]:
            messages.success(request, f"The group “{role.name}” is saved. It holds from the next request of its users.")
            return redirect("accounts:group_detail", role.pk)
    return render(request, "accounts/group_edit.html", context, status=422 if form.errors else 200)


def effect_context(request, role, change) -> dict:
    """What a change does, and whether just this was shown before and sent again: only then it is saved.

    A change that gives and takes nothing needs no second look.
    """
    found = effect.effect_of(request.user, role, change)
    shown = digest([(one.user.pk, one.gains, one.loses) for one in found.people] + [found[:4]])
    is_confirmed = not found.changed or request.POST.get(EFFECT) == shown
    return {"effect": found, "effect_name": EFFECT, "effect_digest": shown, "is_confirmed": is_confirmed}


def contents(form) -> dict:
    """What a service takes of a valid form."""
    values = form.cleaned_data
    return {name: values[name] for name in ("name", "description", "default_boxes")} | {
        "areas": form.areas(), "known_areas": form.known_areas()}  # fmt: skip


@access.screen("group.create")
@require_POST
def group_create_default_reseller(request):
    role = done(request, "A new group with the usual rights of resellers is made. It can be changed like any other.",
                groups.create_default_reseller, actor=request.user)  # fmt: skip
    return redirect("accounts:group_detail", role.pk) if role else redirect("accounts:group_list")


@access.screen("group.create")
@require_POST
def group_clone(request, pk):
    role = access.get_or_404(request.user, Role, "group.create", pk=pk)
    copy = done(
        request, f"“{role.name}” is copied. Nobody is in the copy yet.", groups.clone_group, role, actor=request.user
    )
    return redirect("accounts:group_detail", copy.pk if copy else pk)


@access.screen("group.update")
def group_deactivate(request, pk):
    role = access.get_or_404(request.user, Role, "group.update", pk=pk)
    if request.method == "POST":
        done(request, f"“{role.name}” is deactivated.", groups.deactivate_group, role, actor=request.user)
        return redirect("accounts:group_detail", pk)
    found = effect.effect_of(request.user, role, effect.deactivated)
    return asked(request, role, "Deactivate", found, [
        found.of_shutting, "From their next request on its users have only what their other groups give.",
        "Users without another active group can open nothing but their password.",
        "It cannot be given to anybody until it is activated again.",
    ])  # fmt: skip


@access.screen("group.update")
def group_activate(request, pk):
    role = access.get_or_404(request.user, Role, "group.update", pk=pk)
    if request.method == "POST":
        done(request, f"“{role.name}” is active again.", groups.activate_group, role, actor=request.user)
        return redirect("accounts:group_detail", pk)
    found = effect.effect_of(request.user, role, effect.activated)
    return asked(request, role, "Activate", found, [
        found.of_opening, "From their next request on its users have what it gives, and lack what it denies.",
        "It can be given to people again.",
    ])  # fmt: skip


def asked(request, role, verb: str, found: effect.Effect, consequences: list[str]):
    """The page that asks, with the effect of a yes on it."""
    context = {
        "title": f"{verb} {role.name}", "role": role, "verb": verb, "effect": found, "consequences": consequences,
        "question": f"{verb} the group “{role.name}”?", "confirm_label": verb, "cancel_url": detail_url(role),
    }  # fmt: skip
    return render(request, f"accounts/group_{verb.lower()}.html", context)


@access.screen("group.delete")
def group_delete(request, pk):
    role = access.get_or_404(request.user, Role, "group.delete", pk=pk)
    if request.method == "POST":
        gone = done(request, f"“{role.name}” is deleted.", groups.delete_group, role, actor=request.user)
        return redirect("accounts:group_list") if gone else redirect("accounts:group_detail", pk)
    context = {"title": f"Delete {role.name}", "role": role, "question": f"Delete the group “{role.name}”?",
               "consequences": ["Only a group that no user and no invitation ever used can be deleted.",
                                "The audit log keeps what it was."],
               "confirm_label": "Delete", "cancel_url": detail_url(role)}  # fmt: skip
    return render(request, "accounts/group_delete.html", context)


def detail_url(role) -> str:
    return reverse("accounts:group_detail", args=[role.pk])
