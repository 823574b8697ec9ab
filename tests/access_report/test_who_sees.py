"""Who can see an object: by which way, in whose sight, and how much it asks."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.objects import KINDS
from tests import factories
from tests.accounts.people import set_row
from tests.canaries import of_tenant
from tests.roles import as_owner
from tests.route_table import ROUTES
from tests.statements import of_the_unit
from tests.test_every_url import address


def path(kind, key):
    return f"/setup/information/who-can-see/{kind}/{key}/"


def seers(client, kind, key) -> dict[str, str]:
    """{e-mail: by which way} as the page shows it."""
    answer = client.get(path(kind, key))
    assert answer.status_code == 200
    table = answer.context["table"]
    return {row.record.email.split("@")[0]: table.ways.of(row.record) for row in table.paginated_rows}


def test_customer_is_seen_by_his_company_those_above_and_the_carrier(world, login):
    found = seers(login(world.admin), "customer", world.customers["a1_0"].pk)
    assert found == {
        "a1_admin": "it is his own company's",
        **dict.fromkeys(["a_admin", "a_user", "a_reader"], "it belongs to a company below his own"),
        **dict.fromkeys(["admin", "support", "superuser"], "the carrier's own company reaches every row"),
    }


def test_card_is_seen_by_its_owner_and_by_whom_it_was_assigned(world, login):
    found = seers(login(world.admin), "card", world.cards["Private wholesale a"].code)
    assert set(found) == {"admin", "support", "superuser", "a_admin", "a_user", "a_reader"}
    assert found["a_user"].startswith("assigned to his company at ")


def test_card_of_a_child_is_not_its_parents(world, login):
    assert set(seers(login(world.admin), "card", world.cards["Private retail a1"].code)) == {
        "admin",
        "support",
        "superuser",
        "a1_admin",
    }


def test_carrier_is_the_masters_alone(world, login):
    assert set(seers(login(world.admin), "carrier", world.carrier.pk)) == {"admin", "support", "superuser"}


def test_who_was_denied_is_not_listed(world, login):
    set_row(world.roles.readers, "customer")
    assert "a_reader" not in seers(login(world.admin), "customer", world.customers["a_0"].pk)


def test_group_that_gives_it_is_named_and_the_name_asks_why(world, login):
    text = login(world.admin).get(path("customer", world.customers["a_0"].pk)).content.decode()
    assert "Default Reseller" in text
    pk = world.customers["a_0"].pk
    assert f"?user={world.a_user.pk}&amp;do=customer+customer.view&amp;object={pk}" in text


def test_reseller_sees_no_user_above_or_beside_him(world, login):
    client = login(world.a_admin)
    assert set(seers(client, "customer", world.customers["a_0"].pk)) == {"a_admin", "a_user", "a_reader"}
    assert set(seers(client, "card", world.cards["Private wholesale a"].code)) == {"a_admin", "a_user", "a_reader"}
    shared = client.get(path("group", world.roles.managers.pk)).content.decode()
    assert "a1_admin@" in shared and not [word for word in of_tenant(world, "b") if word in shared]


@pytest.mark.parametrize(
    ("kind", "key"),
    [("customer", lambda w: w.customers["b_0"].pk), ("user", lambda w: w.b_admin.pk), ("company", lambda w: w.companies.b.pk),
     ("card", lambda w: w.cards["Private retail b"].code), ("carrier", lambda w: w.carrier.pk),
     ("prefix_set", lambda w: w.sets["b"].pk), ("job", lambda w: w.jobs["b"].key), ("job", lambda w: "x"), ("job", lambda w: 7),
     ("group", lambda w: w.roles.admins.pk), ("customer", lambda w: "x"), ("customer", lambda w: 2**70), ("nothing", lambda w: 1)],
)  # fmt: skip
def test_foreign_object_is_not_there(world, login, kind, key):
    assert login(world.a_admin).get(path(kind, key(world))).status_code == 404


PAGES = {kind.route: kind for kind in KINDS.values()}
NO_KIND = {"accounts:audit_detail": "the trail, which the carrier alone reads"}


def test_every_page_of_an_object_is_of_a_kind_one_can_ask_about():
    details = {name for name, route in ROUTES.items() if name.endswith("_detail") and route.object}
    assert details - set(PAGES) == set(NO_KIND)
    assert set(PAGES) - details == {"ratecards:carrier_edit"}  # a carrier has no other page


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_object_page_leads_here_for_who_may_ask(world, login, name):
    """The administrator of whoever opens the page may ask, his reader may not; and the list opens."""
    asks, looks = ("a_admin", "a_reader") if "a_admin" in ROUTES[name].opens.split() else ("admin", None)
    page = address(name, ROUTES[name], world)
    link = path(PAGES[name].key, list(ROUTES[name].object(world, "a").values())[0])
    client = login(getattr(world, asks))
    assert link in client.get(page).content.decode()
    assert client.get(link).status_code == 200
    assert looks is None or link not in login(getattr(world, looks)).get(page).content.decode()


def test_list_is_paged_and_asks_the_same_however_many(world, login):
    counts = []
    for _ in range(2):
        client = login(world.admin)
        client.get(path("customer", world.customers["b_0"].pk))
        with CaptureQueriesContext(connection) as asked:
            client.get(path("customer", world.customers["b_0"].pk))
        counts.append(of_the_unit(asked))
        with as_owner():
            for _ in range(60):
                factories.UserFactory(company=world.companies.b, role=world.roles.readers)
    assert counts[0] == counts[1] <= 12, counts
    answer = login(world.admin).get(path("customer", world.customers["b_0"].pk))
    assert answer.context["table"].paginator.count == 125 and len(answer.context["table"].paginated_rows) == 50
