import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.accounts.people import url
from tests.roles import as_owner


def page(client, **query):
    return client.get(url("user_list"), query).content.decode()


def test_reseller_sees_own_people_and_those_below_only(world, login):
    text = page(login(world.a_reader))
    for name in ("a_admin", "a_user", "a_reader", "a_gone", "a1_admin"):
        assert f"{name}@example.test" in text, name
    for name in ("admin@", "support@", "b_admin@", "closed_admin@"):
        assert f">{name}" not in text and f" {name}" not in text, name
    assert "Company b" not in text


def test_child_does_not_see_its_parent(world, login):
    text = page(login(world.a1_admin))
    assert "a1_admin@" in text
    assert "a_admin@" not in text


def test_master_sees_everybody_with_company(world, login):
    text = page(login(world.admin))
    for user in (world.support, world.a_admin, world.b_admin, world.closed_admin):
        assert user.email in text
    assert "Company closed" in text


def test_row_shows_groups_and_status(world, login):
    text = page(login(world.a_admin), search="a_gone")
    assert "Reseller Manager" in text and "inactive" in text
    assert "a_user@" not in text


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ({"search": "A_USER"}, "a_user@", "a_reader@"),
        ({"search": "user@example"}, "a_user@", "a_reader@"),
        ({"status": "inactive"}, "a_gone@", "a_user@"),
        ({"status": "active"}, "a_user@", "a_gone@"),
        ({"company": "company b"}, "b_admin@", "a_admin@"),
    ],
)
def test_filters_narrow_the_list(world, login, query, shown, hidden):
    text = page(login(world.admin), **query)
    assert shown in text and hidden not in text


def test_unknown_filters_tell_nothing(world, login):
    client = login(world.a_reader)
    plain = page(client)
    for key in ("password__startswith", "user__password", "groups__name", "company_id"):
        for guess in ("a", "zzz"):
            assert page(client, **{key: guess}).count("@example.test") == plain.count("@example.test")


def test_hidden_columns_cannot_be_sorted_by(world, login):
    client = login(world.a_reader)
    for sort in ("password", "-password", "company__notes", "is_superuser", "?", "name;drop"):
        assert client.get(url("user_list"), {"sort": sort}).status_code == 200


def test_statement_count_does_not_grow_with_rows(world, login):
    counts = []
    for _ in range(2):
        client = login(world.admin)
        page(client)
        with CaptureQueriesContext(connection) as asked:
            page(client)
        counts.append(len([q for q in asked if "SAVEPOINT" not in q["sql"]]))
        with as_owner():
            factories.UserFactory.create_batch(30, company=world.companies.b, role=world.roles.readers)
    assert counts[0] == counts[1]
    assert counts[0] <= 12, counts


def test_user_without_right_gets_403(world, login):
    with as_owner():
        world.roles.readers.areas.filter(area="user").delete()
    assert login(world.a_reader).get(url("user_list")).status_code == 403
