"""Secrets in addresses reach no log, and odd senders break no page."""

from accounts.models import AuditEntry
from accounts.request_log import RequestLog
from tests.roles import as_owner


def test_the_log_names_the_route_and_not_the_secret(rf):
    line = RequestLog.format_request(rf.get("/invitation/very-secret-token/?next=also-secret"))
    assert line == "GET /invitation/<str:token>/"
    assert "secret" not in RequestLog.format_request(rf.get("/no/such/secret/"))


def test_a_refusal_is_recorded_whatever_the_senders_address(world, login):
    for address in ("fe80::1%eth0", "unix:", ""):
        assert login(world.a_user).get("/management/carriers/", REMOTE_ADDR=address).status_code == 403
    with as_owner():
        entries = AuditEntry.objects.filter(action="denied", actor=world.a_user.pk)
        assert entries.count() == 3
        assert all(entry.request_id for entry in entries)


def test_a_page_size_from_the_address_is_ignored(world, login):
    client = login(world.admin)
    for size in ("-1", "0", "100000", "x"):
        assert client.get(f"/management/customers/?per_page={size}").status_code == 200
    for page in ("-1", "99999", "x", "1e9"):
        assert client.get(f"/management/customers/?page={page}").status_code == 200
