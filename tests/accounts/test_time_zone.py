"""Times are shown in the zone of who reads them."""

from django.utils import timezone

from accounts.models import User
from tests.roles import as_owner


def test_pages_show_times_in_the_users_own_zone(world, login):
    with as_owner():
        User.objects.filter(pk=world.a_admin.pk).update(time_zone="Asia/Kathmandu")
        world.jobs["a"].__class__.objects.filter(pk=world.jobs["a"].pk).update(
            created_at="2026-01-01T00:00:00Z", started_at="2026-01-01T00:00:00Z", finished_at="2026-01-01T00:00:00Z")  # fmt: skip
    body = login(world.a_admin).get(f"/setup/information/jobs/{world.jobs['a'].key}/").content.decode()
    assert "05:45" in body or "5:45" in body
    assert timezone.get_current_timezone_name() == "UTC"  # nothing is left for the next request


def test_an_unknown_zone_falls_back_to_utc(world, login):
    with as_owner():
        User.objects.filter(pk=world.a_admin.pk).update(time_zone="Mars/Olympus")
    assert login(world.a_admin).get("/").status_code == 200
