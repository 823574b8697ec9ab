"""The access report of a company and of one of its users: what it says, to whom, and how much it asks."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import access, acl
from accounts.models import User
from ratecards.models import CardAssignment
from ratecards.services import assignments
from tests import factories
from tests.accounts.people import set_row
from tests.canaries import of_tenant
from tests.roles import as_owner
from tests.statements import of_the_unit


def path(company, user=None, **query):
    address = f"/setup/advanced/reseller-accounts/{company.pk}/access/"
    pairs = ({"user": user.pk} if user else {}) | query
    return address + (
        "?" + "&".join(f"{name}={value}".replace(" ", "+") for name, value in pairs.items()) if pairs else ""
    )


def page(client, company, user=None, **query):
    answer = client.get(path(company, user, **query))
    assert answer.status_code == 200, answer.content.decode()[-2000:]
    return answer.content.decode()


def ask(client, user, do, thing, status=200):
    answer = client.get(path(user.company, user, do=do, object=thing))
    assert answer.status_code == status
    return answer


@pytest.fixture
def people(world):
    """The world's users with their companies at hand."""
    with as_owner():
        return {user.name: user for user in User.objects.select_related("company")}


# -- a company ---------------------------------------------------------------------------------------------------------


def test_company_shows_users_with_their_groups_and_rights(world, login):
    text = page(login(world.admin), world.companies.a)
    for word in ("a_admin@example.test", "Reseller Manager", "Dormant", "a_gone@example.test", "Private wholesale a"):
        assert word in text, word
    assert "b_admin" not in text


def test_cards_say_why_since_when_and_by_whom(world, login):
    with as_owner():
        CardAssignment.objects.filter(pk=world.assignment.pk).update(ended_at=timezone.now())
        card = world.cards["Private wholesale b"]
        factories.CardAssignmentFactory(card=card, company=world.companies.a)
    answer = login(world.admin).get(path(world.companies.a))
    cards = {(one.card.code, one.is_own, one.until is None) for one in answer.context["cards"]}
    assert cards == {(world.cards["Private retail a"].code, True, True), (card.code, False, True),
                     (world.cards["Private wholesale a"].code, False, False)}  # fmt: skip
    assert "by Company master" in answer.content.decode()


def test_reseller_reads_of_his_own_cards_without_the_name_above(world, login):
    answer = login(world.a_admin).get(path(world.companies.a))
    cards = {one.card.code: one.by for one in answer.context["cards"] if not one.is_own}
    assert cards == {world.cards["Private wholesale a"].code: "the company above"}
    assert "Company master" not in answer.content.decode() and "Private wholesale" not in answer.content.decode()


def test_person_who_assigned_is_named_to_readers_of_the_trail(world, login):
    client = login(world.admin)
    with acl.acting_as(world.admin):
        assignments.assign_card(world.cards["Private wholesale b"], actor=world.admin, company=world.companies.a)
    assert "(admin@example.test)" in page(client, world.companies.a)
    assert "admin@example.test)" not in page(login(world.a_admin), world.companies.a)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda users: users.update(is_active=False), "None of its accounts is active"),
        (lambda users: users.filter(name="b_admin").update(is_active=False), "Nobody in it can manage its users"),
    ],
)
def test_company_warns(world, login, change, words):
    with as_owner():
        change(User.objects.filter(company=world.companies.b))
    assert words in page(login(world.admin), world.companies.b)


def test_suspended_ancestor_is_a_warning(world, login):
    with as_owner():
        type(world.companies.a).objects.filter(pk=world.companies.a.pk).update(status="suspended")
    assert "“Company a” is suspended: no user of this company can enter." in page(
        login(world.admin), world.companies.a1
    )


def test_company_without_users_says_so(world, login):
    with as_owner():
        empty = factories.CompanyFactory(parent=world.companies.master)
    text = page(login(world.admin), empty)
    assert "It has no user." in text and "No cards" in text


def test_master_company_has_a_report_for_its_own_staff_only(world, login):
    assert "superuser@example.test" in page(login(world.admin), world.companies.master)
    assert login(world.a_admin).get(path(world.companies.master)).status_code == 404


# -- one user ----------------------------------------------------------------------------------------------------------


def test_user_shows_rights_reach_and_both_locks(world, login, people):
    answer = login(world.admin).get(path(world.companies.a, people["a_user"]))
    text = answer.content.decode()
    assert "no group gives it" in text and "Default Reseller" in text and "of the 1 below it" in text
    lines = {line.kind.key: line for line in answer.context["reaches"]}
    assert (lines["customer"].sees, lines["customer"].database) == (6, 6)
    assert (lines["carrier"].sees, lines["carrier"].rule, lines["carrier"].may_view) == (0, 0, False)
    assert all(line.agree for line in lines.values()) and "differ" not in text


def test_locks_that_disagree_are_red(world, login, people, monkeypatch):
    real = access.granted
    wrong = access.Scope((world.companies.b.pk,), (world.companies.b.pk,))
    monkeypatch.setattr(access, "granted", lambda user: wrong if user.pk == world.a_user.pk else real(user))
    text = page(login(world.admin), world.companies.a, people["a_user"])
    assert text.count("differ</span>") >= 2


@pytest.mark.parametrize(
    ("name", "words"),
    [("a_dormant", "No active group"), ("a_gone", "The account is not active"), ("a_user", "He never logged in"),
     ("closed_admin", "Shut out: “Company closed” is suspended"), ("support", "only reads, whatever the rights say")],
)  # fmt: skip
def test_user_warns(world, login, people, name, words):
    assert words in page(login(world.admin), people[name].company, people[name])


def test_user_of_another_company_is_not_there(world, login):
    client = login(world.admin)
    assert client.get(path(world.companies.a, world.b_admin)).status_code == 404
    for wrong in ("x", "-1", str(2**80)):
        assert client.get(path(world.companies.a) + f"?user={wrong}").status_code == 404


# -- asking ------------------------------------------------------------------------------------------------------------


def test_answer_says_yes_and_every_step(world, login, people):
    text = ask(login(world.admin), people["a_user"], "customer customer.update", "Customer a 0").content.decode()
    assert "Yes: a_user has the right" in text and "group “Default Reseller” gives it" in text
    assert (
        "in reach: it belongs to his company or to one below it" in text
        and "entered as this user, shows the row" in text
    )


def test_answer_says_no_and_why(world, login, people):
    set_row(world.roles.resellers, "customer")
    text = ask(login(world.admin), people["a_user"], "customer customer.view", "customer B 1").content.decode()
    assert "No: a_user has not got the right" in text and "denies Customers" in text
    assert "out of reach" in text and "does not show the row" in text


def test_card_is_found_by_code_and_its_assignment_named(world, login, people):
    code = world.cards["Private wholesale a"].code
    text = ask(login(world.admin), people["a_user"], "card provider_card.view", code).content.decode()
    assert "Yes" in text and "“Company master” assigned it" in text


@pytest.mark.parametrize("thing", ["Customer b 0", "nobody", "999999999", "9" * 30, "\x00", "'"])
def test_foreign_and_unknown_objects_are_the_same_to_a_reseller(world, login, people, thing):
    answer = ask(login(world.a_admin), people["a_user"], "customer customer.view", thing, status=422)
    words = "There is no customer of this number or name in your sight" if thing != "\x00" else "Null characters"
    assert words in answer.content.decode()


def test_name_of_several_asks_for_the_number(world, login, people):
    with as_owner():
        factories.CustomerFactory(company=world.companies.b, name="Customer a 0")
    answer = ask(login(world.admin), people["a_user"], "customer customer.view", "Customer a 0", status=422)
    assert "Several customers are called so" in answer.content.decode()


@pytest.mark.parametrize("do", ["", "customer carrier.view", "customer", "x y z", "card customer.view"])
def test_odd_questions_are_refused(world, login, people, do):
    ask(login(world.admin), people["a_user"], do, "Customer a 0", status=422)


# -- who may read it ---------------------------------------------------------------------------------------------------


def test_parent_reads_of_those_below_what_he_may_know(world, login, people):
    client = login(world.a_admin)
    answer = client.get(path(world.companies.a1, people["a1_admin"]))
    text = answer.content.decode()
    kinds = {line.kind.key for line in answer.context["reaches"]}
    assert kinds == {"user", "group", "company", "customer"}  # cards are the child's own affair, carriers the master's
    assert all(line.agree for line in answer.context["reaches"])
    assert "Retail a1" not in text and world.cards["Private retail a1"].code not in text
    assert client.get(path(world.companies.b)).status_code == 404
    assert login(world.a1_admin).get(path(world.companies.a)).status_code == 404


def test_nothing_of_b_stands_in_any_report_that_a_can_open(world, login, people):
    client = login(world.a_admin)
    for name, user in people.items():
        if user.company_id in (world.companies.a.pk, world.companies.a1.pk):
            text = page(client, user.company, user) + page(client, user.company)
            assert not [word for word in of_tenant(world, "b") if word in text], name


def test_reader_without_the_right_gets_403(world, login):
    assert login(world.a_reader).get(path(world.companies.a)).status_code == 403


def test_user_page_leads_here(world, login):
    text = login(world.admin).get(f"/setup/settings/users/{world.a_user.pk}/").content.decode()
    assert path(world.companies.a, world.a_user) in text
    assert (
        "Access report" not in login(world.a_reader).get(f"/setup/settings/users/{world.a_user.pk}/").content.decode()
    )


def test_statements_do_not_grow_with_users_cards_and_customers(world, login, people):
    counts = {}
    for _ in range(2):
        client = login(world.admin)
        client.get(path(world.companies.b))
        for user in (None, people["b_reader"]):
            with CaptureQueriesContext(connection) as asked:
                page(client, world.companies.b, user)
            counts.setdefault(user and user.name, []).append(of_the_unit(asked))
        with as_owner():
            for _ in range(10):
                factories.UserFactory(company=world.companies.b, role=world.roles.readers)
                factories.CustomerFactory(company=world.companies.b)
                card = factories.RateCardFactory(owner=world.companies.master)
                factories.CardAssignmentFactory(card=card, company=world.companies.b)
    assert counts[None][0] == counts[None][1] <= 16
    assert counts["b_reader"][0] == counts["b_reader"][1] <= 36
