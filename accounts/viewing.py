"""View-as in a request: whose eyes a session looks through, what stays shut meanwhile, and how it begins and ends.

Stands right before the unit of work, which then enters as the person who is viewed.
"""

import contextlib
import uuid

import structlog
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render

from accounts import access, acl, audit
from accounts.services import view_as

SLOT = "view_as"  # of the session: the key of the look
READING = ("GET", "HEAD", "OPTIONS", "TRACE")
LEAVING = ("accounts:view_as_end", "account_logout")  # for the viewer himself
READ_ONLY = "You view the panel as {}, and view-as only reads: nothing was changed."
NOT_YOURS = "This page belongs to {} alone: nobody sees it or acts on it with view-as."


class ViewAs:
    """While a look lasts, `request.user` is the person viewed and `request.visit` tells so, on every page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.visit = None
        key = request.session.get(SLOT)
        if key and request.user.is_authenticated:
            request.visit = view_as.visit_of(uuid.UUID(key), actor=request.user)
            if request.visit is None:
                return over(request)
            request.user = request.visit.user
            structlog.contextvars.bind_contextvars(viewer_id=request.visit.viewer.pk)
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.visit is None:
            return None
        if request.resolver_match.view_name in LEAVING:
            request.user = request.visit.viewer
            return None
        if request.method not in READING:
            return refuse(request, READ_ONLY.format(request.user.email))
        if getattr(view, "access_kind", None) == access.IDENTITY:
            return refuse(request, NOT_YOURS.format(request.user.email))
        return None


def refuse(request, reason: str):
    """403 in the words of view-as; on the trail as a denial of both."""
    audit.record("denied", request=request, actor=request.user, label=request.path, reason=reason, result="denied")
    return render(request, "accounts/view_as_refused.html", {"reason": reason}, status=403)


@contextlib.contextmanager
def own_unit(request):
    """The person's own unit inside an identity page, which so asks both locks and draws his menu. Reads only.

    PermissionDenied for who has no unit: his company is shut.
    """
    try:
        with acl.acting_as(request.user, read_only=True) as request.unit:
            yield
    except acl.NoScope as error:
        raise PermissionDenied("Your company is suspended or closed.") from error
    finally:
        request.unit = None


def begin(request, user, reason: str) -> None:
    """Let the session look through the user's eyes from the next request on. As the login role."""
    key = view_as.begin_view_as(user, actor=request.user, reason=reason)
    audit.record("view_as", request=request, actor=request.user, thing=user, company=user.company_id, reason=reason)
    renew(request)
    request.session[SLOT] = str(key)


def end(request, why: str) -> int | None:
    """Give the viewer his own eyes back; the id of who was viewed, or None when nobody was. `request.user` is the viewer."""
    key = request.session.get(SLOT)
    if key is None:
        return None
    ended = view_as.end_view_as(uuid.UUID(key), actor=request.user)
    del request.session[SLOT]
    renew(request)
    if ended is None:
        return None
    user_id, company, email = ended
    audit.record("view_as_end", request=request, actor=request.user, company=company, label=email, reason=why)
    return user_id


def over(request):
    """The look ended by itself. Nothing of this request is done: it was meant for another's eyes."""
    end(request, "no longer allowed, or its time was up")
    messages.info(request, "View-as has ended: its time was up, or it is no longer allowed. You are yourself again.")
    return redirect("dashboard")


def renew(request) -> None:
    """Other eyes, other keys: an old cookie is dead, and a form that one of them was shown, the other cannot send."""
    before = request.session.session_key
    request.session.cycle_key()
    rotate_token(request)
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)
