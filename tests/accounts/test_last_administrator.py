"""What two people do at the same moment; the master company never ends without somebody who can manage people."""

import subprocess
import sys

from accounts.models import AreaAccess, User
from connexcs.embedded import ROOT
from tests.accounts.people import set_row, url
from tests.database import clone_database, server_environment
from tests.roles import as_owner


def run(program) -> str:
    """What a program beside this file prints, on a database of its own."""
    with clone_database("two") as name:
        env = server_environment(name) | {"DJANGO_SETTINGS_MODULE": "connexcs.settings"}
        command = [sys.executable, "-m", f"tests.accounts.{program}"]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_two_administrators_cannot_deactivate_each_other_at_the_same_moment():
    assert run("two_administrators").split() == ["1"] * 5


def test_invitation_and_loss_of_the_right_to_invite_do_not_pass_each_other():
    printed = run("invite_and_demote").splitlines()  # the mail as well
    assert [line for line in printed if line.startswith("open links")] == ["open links: 0 Reading"] * 2


def boxes_of(role, area):
    with as_owner():
        return AreaAccess.objects.filter(role=role, area=area).values_list("boxes", flat=True).get()


def test_group_of_the_last_administrator_keeps_his_rights(world, login):
    client = login(world.admin)
    page = client.get(url("group_edit", world.roles.admins.pk))
    data = {field.html_name: field.value() for field in page.context["form"] if field.value() not in (None, [])}
    answer = client.post(url("group_edit", world.roles.admins.pk), data | {"boxes_group": ["read"]})
    assert answer.status_code == 422
    assert "without an active administrator" in answer.content.decode()
    assert "update" in boxes_of(world.roles.admins, "group")


def test_group_of_the_last_administrator_cannot_be_deactivated(world, login):
    client = login(world.admin)
    page = client.post(url("group_deactivate", world.roles.admins.pk), follow=True).content.decode()
    assert "without an active administrator" in page
    assert client.get(url("group_list")).status_code == 200


def test_support_auditor_does_not_count_as_administrator(world, login):
    for area in ("user", "group"):
        set_row(world.roles.auditors, area, "create", "read", "update", "delete")
    with as_owner():
        User.objects.filter(pk=world.superuser.pk).update(is_active=False)
    page = login(world.admin).post(url("group_deactivate", world.roles.admins.pk), follow=True).content.decode()
    assert "without an active administrator" in page
