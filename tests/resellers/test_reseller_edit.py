import pytest

from accounts.models import AuditEntry
from resellers.models import Company, CompanyNote
from tests.resellers.conftest import NEW_COMPANY, RESELLERS, save
from tests.roles import as_owner


def path(company) -> str:
    return f"{RESELLERS}{company.pk}/edit/"


def fresh(company) -> Company:
    with as_owner():
        return Company.objects.get(pk=company.pk)


def test_master_changes_a_reseller(world, login):
    answer = save(login(world.admin), path(world.companies.a), NEW_COMPANY | {"note": "New note"})
    assert answer.status_code == 302
    company = fresh(world.companies.a)
    assert (company.name, company.email, company.currency, company.time_zone) == tuple(NEW_COMPANY.values())
    with as_owner():
        assert CompanyNote.objects.get(company=company).text == "New note"


def test_parent_changes_the_one_below(world, login):
    assert save(login(world.a_admin), path(world.companies.a1), NEW_COMPANY).status_code == 302
    assert fresh(world.companies.a1).name == "Nordic Voice"


def test_the_form_shows_what_is_saved(world, login):
    with as_owner():
        CompanyNote.objects.create(company=world.companies.a1, owner=world.companies.a, text="Watch them")
    page = login(world.a_admin).get(path(world.companies.a1)).content.decode()
    for value in ('value="Company a1"', 'value="a1@example.test"', "Watch them"):
        assert value in page


def test_a_note_can_be_emptied_and_written_again(world, login):
    client = login(world.a_admin)
    for text in ("first", "", "second"):
        assert save(client, path(world.companies.a1), NEW_COMPANY | {"note": text}).status_code == 302
        with as_owner():
            assert "".join(CompanyNote.objects.values_list("text", flat=True)) == text


def test_the_master_is_not_asked_for_a_note_about_a_sub_reseller(world, login):
    with as_owner():
        CompanyNote.objects.create(company=world.companies.a1, owner=world.companies.a, text="A's own words")
    client = login(world.admin)
    assert b'name="note"' not in client.get(path(world.companies.a1)).content
    assert save(client, path(world.companies.a1), NEW_COMPANY | {"note": "overwritten"}).status_code == 302
    with as_owner():
        assert CompanyNote.objects.get().text == "A's own words"


@pytest.mark.parametrize("name", ["a", "b", "a1"])
def test_nobody_changes_his_own_company(world, login, name):
    company = getattr(world.companies, name)
    assert save(login(getattr(world, f"{name}_admin")), path(company), NEW_COMPANY).status_code == 403
    assert fresh(company).name == f"Company {name}"


def test_what_is_refused_changes_nothing_and_keeps_the_values(world, login):
    answer = save(login(world.admin), path(world.companies.a), NEW_COMPANY | {"name": "company B", "note": "kept"})
    assert answer.status_code == 422
    assert "name" in answer.context["form"].errors
    assert 'value="office@nordic.test"' in answer.content.decode()
    assert "Edit Company a" in answer.content.decode()
    assert fresh(world.companies.a).email == "a@example.test"
    with as_owner():
        assert not CompanyNote.objects.exists()


def test_parent_status_and_master_cannot_be_posted(world, login):
    smuggled = {"parent": world.companies.b.pk, "status": "closed", "is_master": "on"}
    assert save(login(world.admin), path(world.companies.a), NEW_COMPANY | smuggled).status_code == 302
    company = fresh(world.companies.a)
    assert (company.parent_id, company.status, company.is_master) == (world.companies.master.pk, "active", False)


def test_without_the_right_it_is_forbidden(world, login):
    assert save(login(world.a_reader), path(world.companies.a1), NEW_COMPANY).status_code == 403
    assert save(login(world.a_user), path(world.companies.a1), NEW_COMPANY).status_code == 403
    assert save(login(world.support), path(world.companies.a1), NEW_COMPANY).status_code == 403
    assert fresh(world.companies.a1).name == "Company a1"


def test_the_trail_keeps_before_and_after(world, login):
    save(login(world.admin), path(world.companies.a), NEW_COMPANY)
    with as_owner():
        entry = AuditEntry.objects.get(table="resellers_company", action="update", row=str(world.companies.a.pk))
        assert entry.changes["name"] == ["Company a", "Nordic Voice"]


def test_change_made_meanwhile_is_not_undone(world, login):
    client, where = login(world.a_admin), path(world.companies.a1)
    old = {"seen": client.get(where).context["form"]["seen"].value()}
    assert save(login(world.admin), where, NEW_COMPANY).status_code == 302
    answer = client.post(where, old | NEW_COMPANY | {"name": "Late"})
    assert answer.status_code == 422 and "changed this meanwhile" in answer.content.decode()
    assert fresh(world.companies.a1).name == "Nordic Voice"
