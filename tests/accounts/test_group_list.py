import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.accounts.people import url
from tests.roles import as_owner
from tests.world import role


def page(client, **query):
    return client.get(url("group_list"), query).content.decode()


def test_master_sees_all_groups_and_may_make_them(world, login):
    text = page(login(world.admin))
    for name in ("Administrators", "Support auditors", "Default Reseller", "Dormant"):
        assert name in text
    assert url("group_create") in text and url("group_create_default_reseller") in text


def test_reseller_sees_groups_of_resellers_only_and_no_button(world, login):
    text = page(login(world.a_admin))
    assert "Reseller Manager" in text
    assert "Administrators" not in text and "Support auditors" not in text
    assert url("group_create") not in text and url("group_create_default_reseller") not in text


def test_users_are_counted_as_far_as_one_may_see_them(world, login):
    counts = {}
    for name in ("admin", "a_admin", "b_admin"):
        row = page(login(getattr(world, name))).partition("Reseller Manager</a>")[2].partition("</tr>")[0]
        counts[name] = int(re.search(r'class="num"[^>]*>(\d+)<', row)[1])
    assert counts == {"admin": 5, "a_admin": 3, "b_admin": 1}


def test_filters_narrow_the_list(world, login):
    client = login(world.admin)
    assert "Dormant" in page(client, status="inactive")
    assert "Reseller Reader" not in page(client, status="inactive")
    assert "Reseller Reader" not in page(client, audience="master")
    assert "Administrators" not in page(client, search="reseller")


def test_statement_count_does_not_grow_with_rows(world, login):
    counts = []
    for number in range(2):
        client = login(world.admin)
        page(client)
        with CaptureQueriesContext(connection) as asked:
            page(client)
        counts.append(len([q for q in asked if "SAVEPOINT" not in q["sql"]]))
        with as_owner():
            for copy in range(20):
                role(f"More {number} {copy}", "reseller", {"customer": ("read",)})
    assert counts[0] == counts[1]
    assert counts[0] <= 12, counts
