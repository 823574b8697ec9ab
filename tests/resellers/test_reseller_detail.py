from resellers.models import CompanyNote
from tests.resellers.conftest import RESELLERS
from tests.roles import as_owner


def note_of(company, text):
    with as_owner():
        CompanyNote.objects.create(company=company, owner_id=company.parent_id, text=text)


def page(client, company) -> str:
    answer = client.get(f"{RESELLERS}{company.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_overview_shows_details_counts_and_accounts_below(world, login):
    text = page(login(world.admin), world.companies.a)
    for words in ("Company a", "a@example.test", "USD", "Company a1", "a_admin@example.test", "Company master"):
        assert words in text
    for link in ("users/", "customers/", "edit/", "suspend/", "close/"):
        assert f"{RESELLERS}{world.companies.a.pk}/{link}" in text


def test_the_master_company_is_no_reseller_account(world, login):
    assert login(world.admin).get(f"{RESELLERS}{world.companies.master.pk}/").status_code == 404


def test_the_company_itself_never_sees_the_note_about_it(world, login):
    note_of(world.companies.a, "Pays late")
    assert "Pays late" in page(login(world.admin), world.companies.a)
    assert "Pays late" not in page(login(world.a_admin), world.companies.a)


def test_the_note_stands_in_one_place(world, login):
    note_of(world.companies.a, "Pays late")
    assert page(login(world.admin), world.companies.a).count("Pays late") == 1


def test_the_note_of_a_company_about_the_one_below_it(world, login):
    note_of(world.companies.a1, "Watch them")
    assert "Watch them" in page(login(world.a_admin), world.companies.a1)
    assert "Watch them" not in page(login(world.a1_admin), world.companies.a1)


def test_the_own_page_offers_no_change_and_names_nobody_above(world, login):
    text = page(login(world.a_admin), world.companies.a)
    for link in ("edit/", "suspend/", "close/"):
        assert f"{RESELLERS}{world.companies.a.pk}/{link}" not in text
    assert "Company master" not in text and "Company b" not in text


def test_a_suspended_account_offers_resuming(world, login):
    text = page(login(world.admin), world.companies.closed)
    assert "/resume/" in text and "/suspend/" not in text


def test_statements_are_few_whatever_stands_below(world, login, statements):
    client = login(world.admin)
    few = statements(client, f"{RESELLERS}{world.companies.b.pk}/")
    many = statements(client, f"{RESELLERS}{world.companies.a.pk}/")
    assert len(few) == len(many) <= 14
