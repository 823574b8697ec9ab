"""What surrounds every request: its transaction, its headers, the forms of others. Views of ours stand in for wrong ones."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, clear_url_caches, path, set_urlconf

from accounts import access, checks
from accounts.models import User
from connexcs import urls
from resellers.models import Customer
from tests.roles import as_owner

PATH = "wrong/"


@pytest.fixture
def mounted(world, monkeypatch):
    """mounted(view): the view answers at /wrong/, as one would that somebody adds to the panel."""

    def mount(view):
        monkeypatch.setattr(urls, "urlpatterns", [path(PATH, view, name="wrong"), *urls.urlpatterns])
        clear_url_caches()
        set_urlconf(None)

    yield mount
    monkeypatch.undo()
    clear_url_caches()


def notes(world) -> str:
    with as_owner():
        return Customer.objects.get(pk=world.customers["a_0"].pk).notes


def write(request):
    Customer.objects.filter(company=request.user.company_id).update(notes="written")
    return HttpResponse("done", status=int(request.GET.get("status", 200)))


def setting(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('transaction_read_only')")
        return HttpResponse(cursor.fetchone()[0])


def test_reading_is_read_only_in_the_database(world, login, mounted):
    mounted(access.screen("customer.view")(setting))
    client = login(world.a_admin)
    assert [client.get(f"/{PATH}").content, client.head(f"/{PATH}").status_code, client.post(f"/{PATH}").content] == [
        b"on",
        200,
        b"off",
    ]


def test_a_get_that_writes_is_refused_and_writes_nothing(world, login, mounted):
    mounted(access.screen("customer.view")(write))
    client = login(world.a_admin)
    assert (client.get(f"/{PATH}").status_code, notes(world)) == (403, "")
    assert (client.post(f"/{PATH}").status_code, notes(world)) == (200, "written")


@pytest.mark.parametrize("persona", ["admin", "a_admin", None])
def test_a_view_that_declares_nothing_opens_for_nobody(world, login, mounted, persona):
    mounted(setting)
    answer = login(persona and getattr(world, persona)).get(f"/{PATH}")
    assert answer.status_code == 403 and b"declares no right" in answer.content
    assert [error.id for error in checks.every_view_declares(None)] == ["accounts.E001"]


def test_every_view_of_the_panel_declares(db):
    assert checks.every_view_declares(None) == []


def test_a_session_of_an_inactive_account_is_nobodys(world, login):
    """Whatever became of the session itself: who was shut out is asked to log in, not told why."""
    answer = login(world.a_gone).get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/login/?next=/")


@pytest.mark.parametrize("status", [400, 404, 409, 422])
def test_what_a_refused_request_wrote_is_gone(world, login, mounted, status):
    mounted(access.screen("customer.view")(write))
    client = login(world.a_admin)
    assert (client.post(f"/{PATH}?status={status}").status_code, notes(world)) == (status, "")


def test_what_was_written_before_a_denial_is_gone(world, login, mounted):
    def denied(request):
        write(request)
        raise PermissionDenied("too late")

    mounted(access.screen("customer.view")(denied))
    assert (login(world.a_admin).post(f"/{PATH}").status_code, notes(world)) == (403, "")


def test_deferred_law_is_asked_before_the_answer(world, login, mounted):
    def without_group(request):
        User.groups.through.objects.filter(user=world.a_user, group__role__isnull=False).delete()
        return HttpResponse("done")

    mounted(access.screen("user.update")(without_group))
    answer = login(world.a_admin).post(f"/{PATH}")
    assert answer.status_code == 409 and b"Choose at least one group" in answer.content
    with as_owner():
        assert world.a_user.groups.filter(role__isnull=False).exists()


@pytest.mark.parametrize("address", ["/login/", "/", "/management/customers/", "/no/such/page/", "/profile/"])
def test_every_answer_carries_its_headers(world, login, address):
    answer = login(world.a_admin).get(address)
    policy = answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"] and answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY" and answer["X-Content-Type-Options"] == "nosniff"
    assert all(part in policy for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"))
    assert "unsafe" not in policy and answer["Referrer-Policy"] == "same-origin"


def test_a_form_of_another_site_is_refused(world, settings):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(world.a_admin)
    answer = client.post("/management/customers/new/", {"name": "Smuggled"})
    assert answer.status_code == 403 and "403_csrf.html" in [template.name for template in answer.templates]


def test_django_admin_takes_no_write(world, login):
    """Whatever its pages would do with one: refused before they see it."""
    client = login(world.admin)
    routes = [
        f"/admin/{name}"
        for name in ("", "resellers/customer/", f"resellers/customer/{world.customers['a_0'].pk}/change/")
    ]
    assert [client.get(route).status_code for route in routes] == [200, 200, 200]
    assert [client.post(route).status_code for route in routes] == [403, 403, 403]


def test_the_panel_stands_with_the_views_it_had(db):
    """The fixture takes its views down again."""
    assert not [one for one in urls.urlpatterns if isinstance(one, URLPattern) and one.name == "wrong"]
