"""The unit of work around every request, and the refusal of views that declare nothing."""

import zoneinfo

from django.contrib.auth.views import redirect_to_login
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.utils import timezone

from accounts import access, acl, audit, repeat
from accounts.views import errors

READING = ("GET", "HEAD", "OPTIONS", "TRACE")


def headers(get_response):
    """What Django has no setting for: nothing of the panel is kept by a cache or used by another origin."""

    def middleware(request):
        response = get_response(request)
        response.setdefault("Cache-Control", "private, no-store")
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response

    return middleware


class UnitOfWork:
    """One transaction a request, entered as the user; everything above this middleware writes as the login role.

    process_view decides by the view's declaration: a screen is entered, an identity page runs as the login role with
    the actor known to the trail, a public page gets nothing, an undeclared one is refused for everybody. A screen that
    the database broke off (deadlock, serialization) is done once more in a fresh transaction.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.broken_off, request.repeatable = False, request.method not in READING
        before = repeat.Before(request) if request.repeatable else None
        response = self.answer(request)
        if request.broken_off:
            before.restore()
            request.repeatable = False
            response = self.answer(request)
        audit.flush(request)
        return response

    def answer(self, request):
        request.unit, request.transaction, request.afterwards, request.failed = None, None, [], False
        try:
            return self.close(request, self.get_response(request))
        finally:
            if request.transaction is not None:
                self.abandon(request)
            acl.forget()
            timezone.deactivate()

    def process_view(self, request, view, args, kwargs):
        kind = kind_of(request, view)
        if kind is None:
            return errors.forbidden(request, "This page declares no right, so nobody may open it.")
        if kind == access.PUBLIC or (kind == access.IDENTITY and not request.user.is_authenticated):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        self.open(request)
        if kind == access.IDENTITY:
            identify(request)
            return None
        try:
            request.unit = acl.enter(request.user, read_only=request.method in READING, **origin(request))
            timezone.activate(zone_of(request.user))
        except acl.NoScope:
            self.abandon(request)
            return errors.no_access(request, "closed")
        except DatabaseError as error:
            return self.process_exception(request, error)
        if not access.rights_of(request.user).held:
            return errors.no_access(request, "groups")
        return None

    def process_exception(self, request, error):
        """Database errors roll back at once and become a page; others are remembered, so 403 and 404 render inside the
        unit: a connection marked for rollback would answer no question of their pages."""
        if isinstance(error, DatabaseError):
            return self.refused(request, error)
        request.failed = True
        return None

    def refused(self, request, error):
        """The page for what the database refused; of a screen's first run that it broke off, nothing that is sent."""
        request.broken_off = request.repeatable and request.unit is not None and acl.broken_off(error)
        self.abandon(request)
        return HttpResponse(status=503) if request.broken_off else errors.database(request, error)

    def open(self, request):
        request.transaction = transaction.atomic(durable=not connection.in_atomic_block)
        request.transaction.__enter__()

    def close(self, request, response):
        """Commit what went well, after asking the deferred law while the answer can still change."""
        if request.transaction is None:
            return response
        try:
            if request.failed or response.status_code >= 400:
                transaction.set_rollback(True)
            elif request.unit and not request.unit.read_only:
                acl.settle()
            self.end(request)
        except DatabaseError as error:
            return self.refused(request, error)
        return response

    def abandon(self, request):
        if request.transaction is not None:
            transaction.set_rollback(True)
            self.end(request)

    def end(self, request):
        open_transaction, request.transaction, request.unit = request.transaction, None, None
        acl.forget()
        nested = len(connection.savepoint_ids) > 0  # only in tests: the savepoint's end keeps the role
        if nested and not connection.needs_rollback:
            acl.leave()
        open_transaction.__exit__(None, None, None)


def kind_of(request, view) -> str | None:
    """How a view is declared; the pages of Django admin cannot be, their site guards each (accounts/admin_site.py)."""
    return access.SCREEN if request.resolver_match.namespaces[:1] == ["admin"] else getattr(view, "access_kind", None)


def zone_of(user) -> zoneinfo.ZoneInfo:
    """The user's time zone; UTC where the machine does not know it any more."""
    try:
        return zoneinfo.ZoneInfo(user.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")


def identify(request):
    where = origin(request)
    with connection.cursor() as cursor:
        cursor.execute("SELECT acl.identify(%s, %s, %s)", [request.user.pk, where["address"], where["request_id"]])


def origin(request) -> dict:
    where = audit.where(request)
    return where | {"address": where["address"] or None}
