import pytest

from accounts.models import AuditEntry
from ratecards.models import CardAssignment
from resellers.models import Company, Customer
from tests import factories
from tests.resellers.conftest import CUSTOMERS, NEW_CUSTOMER, RESELLERS
from tests.roles import as_owner
from tests.world import role

REASON = {"reason": "Invoice 4711 is open"}


def ask(client, company, verb, data=REASON):
    return client.post(f"{RESELLERS}{company.pk}/{verb}/", data)


def status_of(company) -> str:
    with as_owner():
        return Company.objects.get(pk=company.pk).status


def test_the_page_says_what_will_happen_and_does_nothing_yet(world, login):
    text = login(world.admin).get(f"{RESELLERS}{world.companies.a.pk}/suspend/").content.decode()
    assert "everything below it (5)" in text  # four active users of A, one of A1
    assert "shut out with it: 1" in text
    assert status_of(world.companies.a) == "active"


def test_suspension_ends_live_sessions_at_the_next_request_for_all_below(world, login):
    admin, live = login(world.admin), {name: login(getattr(world, name)) for name in ("a_admin", "a1_admin", "b_admin")}
    assert {name: client.get(CUSTOMERS).status_code for name, client in live.items()} == dict.fromkeys(live, 200)
    assert ask(admin, world.companies.a, "suspend").status_code == 302
    assert {name: client.get(CUSTOMERS).status_code for name, client in live.items()} == {
        "a_admin": 403, "a1_admin": 403, "b_admin": 200}  # fmt: skip
    refused = live["a1_admin"].get(CUSTOMERS).content.decode()
    assert "Customer a1 0" not in refused
    assert live["a1_admin"].post(CUSTOMERS + "new/", NEW_CUSTOMER).status_code == 403


def test_one_suspended_in_the_middle_of_the_tree_leaves_those_above_and_beside_at_work(world, login):
    with as_owner():
        deep = factories.CompanyFactory(name="Company deep", parent=world.companies.a1)
        person = factories.UserFactory(company=deep, role=world.roles.managers)
    assert login(person).get(CUSTOMERS).status_code == 200
    assert ask(login(world.a_admin), world.companies.a1, "suspend").status_code == 302
    assert login(person).get(CUSTOMERS).status_code == 403
    assert login(world.a1_admin).get(CUSTOMERS).status_code == 403
    assert login(world.a_admin).get(CUSTOMERS).status_code == 200


def test_customers_and_cards_of_a_suspended_account_stay(world, login):
    with as_owner():
        before = list(CardAssignment.objects.filter(ended_at=None).values_list("pk", flat=True))
    ask(login(world.admin), world.companies.a, "suspend")
    with as_owner():
        assert list(CardAssignment.objects.filter(ended_at=None).values_list("pk", flat=True)) == before
        assert Customer.objects.filter(company=world.companies.a, status="active").count() == 3


@pytest.mark.parametrize("verb", ["suspend", "close"])
def test_resuming_lets_them_in_again(world, login, verb):
    admin, live = login(world.admin), login(world.a1_admin)
    ask(admin, world.companies.a, verb)
    assert live.get(CUSTOMERS).status_code == 403
    assert ask(admin, world.companies.a, "resume").status_code == 302
    assert live.get(CUSTOMERS).status_code == 200


def test_resuming_the_parent_leaves_a_suspended_child_shut(world, login):
    admin = login(world.admin)
    for verb, company in (("suspend", "a1"), ("suspend", "a"), ("resume", "a")):
        assert ask(admin, getattr(world.companies, company), verb).status_code == 302
    assert login(world.a_admin).get(CUSTOMERS).status_code == 200
    assert login(world.a1_admin).get(CUSTOMERS).status_code == 403


def test_a_closed_account_gets_nothing_new(world, login):
    admin = login(world.admin)
    assert ask(admin, world.companies.b, "close").status_code == 302
    assert admin.post(CUSTOMERS + "new/", NEW_CUSTOMER | {"company": world.companies.b.pk}).status_code == 422
    assert admin.get(f"{RESELLERS}{world.companies.b.pk}/users/new/").status_code == 403
    assert status_of(world.companies.b) == "closed"


@pytest.mark.parametrize("verb", ["suspend", "close", "resume"])
def test_a_reason_is_needed(world, login, verb):
    answer = ask(login(world.admin), world.companies.closed, verb, {"reason": " "})
    assert answer.status_code == 422 and "reason" in answer.context["form"].errors
    assert status_of(world.companies.closed) == "suspended"


def test_the_reason_stands_in_the_trail(world, login):
    ask(login(world.admin), world.companies.a, "suspend")
    with as_owner():
        entry = AuditEntry.objects.get(action="suspend", row=str(world.companies.a.pk))
        assert (entry.reason, entry.actor, entry.company) == (REASON["reason"], world.admin.pk, world.companies.a.pk)


@pytest.mark.parametrize(("company", "verb"), [("closed", "suspend"), ("a", "resume")])
def test_a_step_that_does_not_fit_the_status_is_refused_in_words(world, login, company, verb):
    target = getattr(world.companies, company)
    before = status_of(target)
    answer = ask(login(world.admin), target, verb)
    assert answer.status_code == 422
    assert "was changed in the meantime" in answer.content.decode()
    assert status_of(target) == before
    with as_owner():
        assert not AuditEntry.objects.filter(action=verb).exists()


@pytest.mark.parametrize("verb", ["suspend", "close", "resume"])
def test_nobody_does_it_to_his_own_company(world, login, verb):
    assert ask(login(world.a_admin), world.companies.a, verb).status_code == 403
    assert status_of(world.companies.a) == "active"


def test_the_master_company_cannot_be_suspended(world, login):
    assert ask(login(world.admin), world.companies.master, "suspend").status_code == 404
    assert status_of(world.companies.master) == "active"


def test_changing_is_not_suspending(world, login):
    with as_owner():
        editor = role("Edits accounts", "reseller", {"reseller": ("read", "create", "update")})
        person = factories.UserFactory(company=world.companies.a, role=editor)
    for verb in ("suspend", "close", "resume"):
        assert ask(login(person), world.companies.a1, verb).status_code == 403
    assert status_of(world.companies.a1) == "active"
