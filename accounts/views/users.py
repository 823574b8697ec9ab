"""Setup > Settings > Users: the list, one user with everything he may do, and changing him."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts import access, matrix, queries
from accounts.filters import OwnUserFilter, UserFilter
from accounts.forms import UserForm
from accounts.grids import UserTable, reaches_several
from accounts.lists import listing
from accounts.models import Role, User
from accounts.saving import answer_status, done, locked, saved, watched
from accounts.services import standing, users, view_as
from accounts.services.invitations import assignable_roles
from accounts.views.tabs import settings_tabs

HELP = "A user can do what his groups give and no group of his denies, inside his company. Without a group: nothing."


@access.screen("user.view")
def user_list(request):
    user = request.user
    rows = queries.with_groups(access.visible(user, User, "user.view"))
    return listing(
        request, "accounts/user_list.html", UserTable, rows, UserFilter if reaches_several(user) else OwnUserFilter,
        title="Users", tabs=settings_tabs(user), help=HELP, create_label="Invite",
        create_url=reverse("accounts:user_invite") if access.may(user, "user.create") else "",
        empty_hint="Invite the first one.",
    )  # fmt: skip


@access.screen("user.view")
def user_detail(request, pk):
    actor = request.user
    user = access.get_or_404(actor, User, "user.view", pk=pk)
    groups = access.visible(actor, Role, "user.view").filter(group__user=user)
    context = {
        "title": user.name, "person": user, "groups": groups, "matrix": matrix.of_user(user),
        "is_self": user.pk == actor.pk, "may_view_as": view_as.may_view_as(user, actor),
        "may_manage": access.may(actor, "user.update") and users.may_manage(user, actor),
    }  # fmt: skip
    return render(request, "accounts/user_detail.html", context)


@access.screen("user.update")
def user_edit(request, pk):
    actor = request.user
    user = access.get_or_404(actor, User, "user.update", pk=pk)
    if request.method == "POST":
        standing.hold()
        user = locked(user)
    users.require_manageable(user, actor)
    groups = access.visible(actor, Role, "user.view")
    initial = {"name": user.name, "time_zone": user.time_zone, "groups": groups.filter(group__user=user)}
    form = UserForm(request.POST or None, initial=initial, is_own=user.pk == actor.pk)
    access.narrow(form, actor, groups=queries.chosen_roles(user, assignable_roles(actor, user.company)))
    if watched(form).is_valid():
        values = form.cleaned_data
        if saved(form, users.change_user, user, actor=actor, name=values["name"], time_zone=values["time_zone"],
                 roles=values.get("groups")):  # fmt: skip
            messages.success(request, f"{values['name']} is saved.")
            return redirect("accounts:user_detail", user.pk)
    context = {"title": f"Edit {user.name}", "person": user, "form": form, "cancel_url": detail_url(user)}
    return render(request, "accounts/user_edit.html", context, status=answer_status(form))


@access.screen("user.update")
def user_deactivate(request, pk):
    user = access.get_or_404(request.user, User, "user.update", pk=pk)
    if request.method == "POST":
        done(request, f"{user.name} is deactivated.", users.deactivate_user, user, actor=request.user)
        return redirect("accounts:user_detail", user.pk)
    context = {
        "title": f"Deactivate {user.name}", "person": user, "question": f"Deactivate {user.name} ({user.email})?",
        "consequences": ["Every session ends, and nobody can log in with this account any more.",
                         "Invitations that this user sent and nobody accepted yet are dead.",
                         "Nothing is deleted: the account can be activated again."],
        "confirm_label": "Deactivate", "cancel_url": detail_url(user),
    }  # fmt: skip
    return render(request, "accounts/user_deactivate.html", context)


@access.screen("user.update")
@require_POST
def user_activate(request, pk):
    user = access.get_or_404(request.user, User, "user.update", pk=pk)
    done(request, f"{user.name} is active again.", users.activate_user, user, actor=request.user)
    return redirect("accounts:user_detail", user.pk)


@access.screen("user.update")
@require_POST
def user_send_reset(request, pk):
    user = access.get_or_404(request.user, User, "user.update", pk=pk)
    done(request, f"A link to choose a new password is on its way to {user.email}.", users.send_password_reset, user,
         actor=request.user)  # fmt: skip
    return redirect("accounts:user_detail", user.pk)


def detail_url(user) -> str:
    return reverse("accounts:user_detail", args=[user.pk])
