from django.urls import reverse

from accounts.areas import RIGHTS
from tests.accounts.people import fresh, roles_of, seen, set_row, trail, url
from tests.roles import as_owner


def test_name_and_time_zone_are_saved(world, login):
    client = login(world.a_reader)
    client.post(url("profile"), {"name": "Me Myself", "time_zone": "Asia/Tokyo"} | seen(client, url("profile")))
    user = fresh(world.a_reader)
    assert (user.name, user.time_zone) == ("Me Myself", "Asia/Tokyo")
    assert trail(table="accounts_user", action="update", actor=user.pk)[-1].changes.keys() == {"name", "time_zone"}


def test_name_that_an_administrator_changed_meanwhile_is_not_changed_back(world, login):
    client = login(world.a_reader)
    old = seen(client, url("profile"))
    with as_owner():
        type(world.a_reader).objects.filter(pk=world.a_reader.pk).update(name="By an administrator")
    answer = client.post(url("profile"), {"name": "Late", "time_zone": "UTC"} | old)
    assert answer.status_code == 422 and "Somebody changed this meanwhile" in answer.content.decode()
    assert fresh(world.a_reader).name == "By an administrator"


def test_nothing_else_can_be_posted(world, login):
    client = login(world.a_reader)
    client.post(url("profile"), seen(client, url("profile")) | {
        "name": "Me", "time_zone": "UTC", "email": "x@x.test", "is_staff": "on", "is_superuser": "on", "is_active": "",
        "company": world.companies.master.pk, "groups": world.roles.admins.pk, "password": "x"})  # fmt: skip
    user = fresh(world.a_reader)
    assert (user.email, user.is_staff, user.is_superuser, user.is_active) == (world.a_reader.email, False, False, True)
    assert user.company == world.companies.a and roles_of(user) == {"Reseller Reader"}


def test_bad_values_are_refused(world, login):
    for values in (
        {"name": "", "time_zone": "UTC"},
        {"name": "x", "time_zone": "Mars/Crater"},
        {"name": "x" * 151, "time_zone": "UTC"},
    ):
        client = login(world.a_reader)
        answer = client.post(url("profile"), values | seen(client, url("profile")))
        assert answer.status_code == 422 and answer.context["form"].errors.keys() < {"name", "time_zone"}
    assert fresh(world.a_reader).name == "a_reader"


def test_page_shows_company_groups_and_the_way_to_security(world, login):
    text = login(world.a_reader).get(url("profile")).content.decode()
    assert "Company a" in text and "Reseller Reader" in text
    for name in ("account_change_password", "mfa_index", "usersessions_list"):
        assert reverse(name) in text


def test_support_auditor_reads_and_cannot_save(world, login):
    client = login(world.support)
    assert "Save" not in client.get(url("profile")).content.decode()
    assert client.post(url("profile"), {"name": "Changed", "time_zone": "UTC"}).status_code == 403
    assert fresh(world.support).name == "support"


def test_one_right_is_enough_and_none_is_not(world, login):
    with as_owner():
        world.roles.readers.areas.exclude(area="job").delete()
    assert login(world.a_reader).get(url("profile")).status_code == 200
    set_row(world.roles.readers, "job")
    assert login(world.a_reader).get(url("profile")).status_code == 403
    assert "job.view" in RIGHTS
