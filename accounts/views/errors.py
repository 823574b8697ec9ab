"""Pages for what cannot be shown or done; each says what happened and what to do, and asks nothing of the database."""

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from accounts import acl, audit

BUSY = {"40001", "40P01", "55P03", "57014"}
CONFLICT = {"23503", "23505", "23514", "23P01"}


def forbidden(request, reason: str = ""):
    if request.user.is_authenticated:
        audit.record("denied", request=request, actor=request.user, label=request.path, reason=reason, result="denied")
    return render(request, "403.html", {"reason": reason}, status=403)


def permission_denied(request, exception):
    return forbidden(request, str(exception))


def no_access(request, why: str):
    """For a signed-in user who can open nothing: his company is closed, or all his groups are inactive."""
    return render(request, "no_access.html", {"why": why}, status=403)


def bad_request(request, exception):
    return render(request, "400.html", status=400)


def not_found(request, exception):
    return render(request, "404.html", status=404)


def csrf_failure(request, reason=""):
    return render(request, "403_csrf.html", status=403)


def server_error(request):
    return HttpResponse(render_to_string("500.html"), status=500)


def database(request, error):
    """What the database refused, as a page: no right, a rule broken, or busy. Anything else stays an error."""
    code = getattr(error.__cause__, "pgcode", None)
    if code in ("42501", "25006"):
        return forbidden(request, "The database refused this.")
    if code in CONFLICT:
        hint = acl.hint_of(error) or "The change contradicts what somebody else saved. Look again and repeat it."
        return render(request, "409.html", {"reason": hint}, status=409)
    if code in BUSY:
        return busy(request)
    raise error


def busy(request):
    """Somebody else holds the same rows. What was typed goes along, so that a button repeats it; files and passwords do
    not: those are sent again by hand."""
    typed = [
        (name, value) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken" for value in values
    ]
    by_hand = request.FILES or any("password" in name for name, _ in typed)
    context = {"typed": typed, "repeats": request.method == "POST" and not by_hand, "by_hand": by_hand}
    response = render(request, "503.html", context, status=503)
    response["Retry-After"] = "2"
    return response
