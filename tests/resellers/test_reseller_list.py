import pytest
from django.utils import timezone

from ratecards.models import CardAssignment
from tests import factories
from tests.resellers.conftest import RESELLERS, columns, listed
from tests.roles import as_owner
from tests.world import role


def figures(response, name: str) -> tuple[int, int, int]:
    (row,) = [row.record for row in response.context["table"].paginated_rows if row.record.name == name]
    return row.user_count, row.customer_count, row.card_count


def test_master_sees_every_reseller_and_not_itself(world, login):
    assert listed(login(world.admin).get(RESELLERS)) == ["Company a", "Company a1", "Company b", "Company closed"]


def test_parent_sees_itself_and_those_below(world, login):
    assert listed(login(world.a_admin).get(RESELLERS)) == ["Company a", "Company a1"]


def test_reseller_without_anybody_below_sees_itself_alone(world, login):
    answer = login(world.b_admin).get(RESELLERS)
    assert listed(answer) == ["Company b"]
    assert b"Company a" not in answer.content
    assert b"Company master" not in answer.content


def test_counts_are_those_of_each_company(world, login):
    answer = login(world.admin).get(RESELLERS)
    assert figures(answer, "Company a") == (5, 3, 1)  # its own card is not one assigned to it
    assert figures(answer, "Company a1") == (1, 3, 0)
    assert figures(answer, "Company b") == (2, 3, 1)


def test_an_ended_assignment_is_not_counted(world, login):
    with as_owner():
        assigned = CardAssignment.objects.filter(company=world.companies.a, owner=world.companies.master)
        assigned.update(ended_at=timezone.now())
    assert figures(login(world.admin).get(RESELLERS), "Company a") == (5, 3, 0)


def test_search_finds_the_beginning_of_a_name_in_any_case(world, login):
    client = login(world.admin)
    assert listed(client.get(RESELLERS, {"name": "COMPANY A"})) == ["Company a", "Company a1"]
    assert listed(client.get(RESELLERS, {"name": "ompany"})) == []


def test_status_filter(world, login):
    assert listed(login(world.admin).get(RESELLERS, {"status": "suspended"})) == ["Company closed"]


NONSENSE = ["?status=nonsense", "?sort=tenant_group", "?page=zzz", "?page=99", "?name=%00", "?sort=-"]


@pytest.mark.parametrize("address", NONSENSE)
def test_nonsense_in_the_address_is_no_error(world, login, address):
    assert login(world.admin).get(RESELLERS + address).status_code == 200


def test_sorting_turns_the_list_round(world, login):
    client = login(world.admin)
    forwards = listed(client.get(RESELLERS, {"sort": "name"}))
    assert listed(client.get(RESELLERS, {"sort": "-name"})) == forwards[::-1] != forwards


def test_row_actions_are_offered_to_who_can_use_them(world, login):
    edit = f"{RESELLERS}{world.companies.a.pk}/edit/"
    users = f"{RESELLERS}{world.companies.a.pk}/users/"
    page = login(world.admin).get(RESELLERS).content.decode()
    assert edit in page and users in page
    own = login(world.a_admin).get(RESELLERS).content.decode()
    assert edit not in own and users in own
    assert "/edit/" not in login(world.a_reader).get(RESELLERS).content.decode()


def test_counts_of_what_one_may_not_see_are_left_out(world, login):
    with as_owner():
        narrow = role("Accounts only", "master", {"reseller": ("read",)})
        person = factories.UserFactory(company=world.companies.master, role=narrow)
    counts = {"user_count", "customer_count", "card_count"}
    answer = login(person).get(RESELLERS)
    assert "Company a" in listed(answer) and not counts & columns(answer)
    assert counts <= columns(login(world.admin).get(RESELLERS))


def test_without_the_right_it_is_forbidden_and_anonymous_is_sent_to_login(world, login):
    with as_owner():
        blind = role("Customers only", "reseller", {"customer": ("read",)})
        person = factories.UserFactory(company=world.companies.a, role=blind)
    assert login(person).get(RESELLERS).status_code == 403
    answer = login().get(RESELLERS)
    assert answer.status_code == 302 and answer.url.startswith("/login/")


def test_statements_do_not_grow_with_rows(world, login, statements):
    client = login(world.admin)
    before = statements(client, RESELLERS)
    with as_owner():
        for number in range(30):
            company = factories.CompanyFactory(name=f"More {number}", parent=world.companies.b)
            factories.CustomerFactory(company=company)
    after = statements(client, RESELLERS)
    assert len(before) == len(after) <= 12
