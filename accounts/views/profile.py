"""One's own name and time zone, and the way to password, second factor and sessions."""

from django.contrib import messages
from django.shortcuts import redirect, render

from accounts import access, rights
from accounts.forms import ProfileForm
from accounts.saving import answer_status, locked, saved, watched
from accounts.services import users


@access.screen(*sorted(rights.RIGHTS))  # any right at all: everybody's own page
def profile(request):
    user = locked(request.user) if request.method == "POST" else request.user
    form = watched(ProfileForm(request.POST or None, initial={"name": user.name, "time_zone": user.time_zone}))
    if form.is_valid() and saved(form, users.change_profile, user, **form.cleaned_data):
        messages.success(request, "Your profile is saved.")
        return redirect("accounts:profile")
    groups = [name for name, is_active in access.rights_of(user).groups if is_active]
    context = {"title": "Profile", "form": form, "groups": groups}
    return render(request, "accounts/profile.html", context, status=answer_status(form))
