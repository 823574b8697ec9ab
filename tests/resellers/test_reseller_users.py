import pytest
from django.core import mail

from accounts.models import Invitation
from tests import factories
from tests.resellers.conftest import RESELLERS, columns, listed
from tests.roles import as_owner

PERSON = {"name": "Kari", "email": "kari@a.test", "time_zone": "UTC"}


def path(company, more="") -> str:
    return f"{RESELLERS}{company.pk}/users/{more}"


def invitations() -> list[tuple]:
    with as_owner():
        made = Invitation.objects.filter(email=PERSON["email"])
        return list(made.values_list("company_id", "email", "role_id", "is_staff"))


def test_the_users_of_that_company_alone_are_listed(world, login):
    everybody = ["a_admin", "a_dormant", "a_gone", "a_reader", "a_user"]
    assert listed(login(world.admin).get(path(world.companies.a))) == everybody
    assert listed(login(world.admin).get(path(world.companies.a1))) == ["a1_admin"]
    assert listed(login(world.a_admin).get(path(world.companies.a1))) == ["a1_admin"]


@pytest.mark.parametrize("name", ["a", "b", "a1"])
def test_a_reseller_reads_its_own_users_without_a_column_for_the_company(world, login, name):
    answer = login(getattr(world, f"{name}_admin")).get(path(getattr(world.companies, name)))
    assert f"{name}_admin" in listed(answer) and "company" not in columns(answer)


def test_inviting_presets_the_company(world, login, django_capture_on_commit_callbacks):
    client = login(world.admin)
    role = world.roles.managers.pk
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(path(world.companies.a, "new/"), PERSON | {"role": role, "company": world.companies.b.pk})
    assert answer.status_code == 302
    assert invitations() == [(world.companies.a.pk, "kari@a.test", role, False)]
    assert [message.to for message in mail.outbox] == [["kari@a.test"]]
    assert "kari@a.test" in client.get(path(world.companies.a)).content.decode()


def test_invitations_of_another_company_are_not_on_the_page(world, login):
    client = login(world.admin)
    client.post(path(world.companies.b, "new/"), PERSON | {"role": world.roles.managers.pk})
    assert "kari@a.test" not in client.get(path(world.companies.a)).content.decode()


def test_only_active_groups_of_the_reseller_audience_are_offered(world, login):
    page = login(world.admin).get(path(world.companies.a, "new/")).content.decode()
    assert "Reseller Manager" in page and "Default Reseller" in page
    for hidden in ("Administrators", "Support auditors", "Dormant"):
        assert hidden not in page


@pytest.mark.parametrize("group", ["admins", "dormant", "managers"])
def test_a_group_one_may_not_give_is_refused(world, login, group):
    """a_user holds less than the managers' group gives."""
    data = PERSON | {"role": getattr(world.roles, group).pk}
    answer = login(world.a_user).post(path(world.companies.a, "new/"), data)
    assert answer.status_code == 422 and "role" in answer.context["form"].errors
    assert invitations() == []


def test_a_support_auditor_cannot_be_smuggled_in(world, login):
    data = PERSON | {"role": world.roles.managers.pk, "is_staff": "on"}
    assert login(world.admin).post(path(world.companies.a, "new/"), data).status_code == 302
    assert invitations()[0][3] is False


def test_a_parent_invites_into_the_company_below(world, login):
    data = PERSON | {"role": world.roles.managers.pk}
    assert login(world.a_admin).post(path(world.companies.a1, "new/"), data).status_code == 302
    assert invitations()[0][0] == world.companies.a1.pk


def test_a_reader_sees_the_users_and_invites_nobody(world, login):
    client = login(world.a_reader)
    page = client.get(path(world.companies.a))
    assert page.status_code == 200 and "/users/new/" not in page.content.decode()
    assert client.post(path(world.companies.a, "new/"), PERSON | {"role": world.roles.readers.pk}).status_code == 403
    assert invitations() == []


def test_statements_do_not_grow_with_rows(world, login, statements):
    client = login(world.admin)
    before = statements(client, path(world.companies.b))
    with as_owner():
        for _ in range(20):
            factories.UserFactory(company=world.companies.b, role=world.roles.readers)
    after = statements(client, path(world.companies.b))
    assert len(before) == len(after) <= 13  # two lists on one page
