"""Before a group is saved or shut, its effect is shown: exactly what then happens, and nothing before it was seen."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import effect, rights
from accounts.areas import DEFAULT_RESELLER, in_words
from accounts.models import AreaAccess, Role
from tests import factories
from tests.access_report.parts import everybody
from tests.accounts.people import save_group, seen, set_row, url
from tests.roles import as_owner
from tests.statements import of_the_unit
from tests.world import role


def held():
    people = everybody()
    with as_owner():
        found = rights.resolve_all([person.pk for person in people])
    return {person.email: found.get(person.pk, rights.NONE).held for person in people}


def values(group, **changes):
    """The form as `Default Reseller` fills it, with changes."""
    rows = {area: list(boxes) for area, boxes in DEFAULT_RESELLER.items()} | changes
    data = {"name": group.name, "description": ""} | {
        f"mode_{area}": "own" if boxes else "denied" for area, boxes in rows.items()
    }
    return data | {f"boxes_{area}": boxes for area, boxes in rows.items() if boxes} | {"mode_audit": "default"}


def post(client, group, more=None, **changes):
    path = url("group_edit", group.pk)
    form = client.get(path).context["form"]
    data = {field: "default" for field in form.fields if field.startswith("mode_")} | values(group, **changes)
    return client.post(
        path, {name: value for name, value in data.items() if name in form.fields} | seen(client, path) | (more or {})
    )


def rows(group):
    with as_owner():
        return {row.area: set(row.boxes) for row in AreaAccess.objects.filter(role=group)}


def shown(response):
    """{e-mail: (gains, loses)} as the page says."""
    return {one.user.email: (one.gains, one.loses) for one in response.context["effect"].people}


CHANGES = [
    {"customer": ["read"]}, {"customer": []}, {"reseller": ["read", "create", "suspend"], "job": ["read"]},
    {"profit_rule": [], "user": ["read", "create", "update"]},
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_effect_is_exactly_what_saving_does(world, login, change):
    with as_owner():
        factories.UserFactory(
            company=world.companies.b, role=world.roles.resellers, email="two@example.test"
        ).groups.add(world.roles.readers.group)
        factories.UserFactory(company=world.companies.closed, role=world.roles.resellers)
        factories.UserFactory(company=world.companies.b, role=world.roles.resellers, is_active=False)
    client, before = login(world.admin), held()
    answer = post(client, world.roles.resellers, **change)
    said = shown(answer)
    assert answer.status_code == 200 and said and held() == before
    assert answer.context["effect"].asleep == 2
    answer = post(client, world.roles.resellers, {"effect": answer.context["effect_digest"]}, **change)
    assert answer.status_code == 302
    after = held()
    assert said == {email: (in_words(after[email] - before[email]), in_words(before[email] - after[email]))
                    for email in before if before[email] != after[email]}  # fmt: skip


def test_nothing_is_saved_before_the_effect_was_seen(world, login):
    client, before = login(world.admin), rows(world.roles.resellers)
    for more in ({}, {"effect": ""}, {"effect": "0" * 64}):
        answer = post(client, world.roles.resellers, more, customer=["read"])
        assert answer.status_code == 200 and "Nothing is saved yet" in answer.content.decode()
        assert rows(world.roles.resellers) == before


def test_effect_that_grew_meanwhile_is_shown_anew(world, login):
    client = login(world.admin)
    old = post(client, world.roles.resellers, customer=["read"]).context["effect_digest"]
    with as_owner():
        factories.UserFactory(company=world.companies.b, role=world.roles.resellers)
    assert post(client, world.roles.resellers, {"effect": old}, customer=["read"]).status_code == 200
    assert "create" in rows(world.roles.resellers)["customer"]


def test_what_changes_nobodys_rights_is_saved_at_once(world, login):
    set_row(world.roles.dormant, "job", "read")
    assert post(login(world.admin), world.roles.dormant, customer=["read"]).status_code == 302
    assert rows(world.roles.dormant)["customer"] == {"read"}


def test_refused_change_is_refused_at_the_first_look(world, login):
    with as_owner():
        helpers = role("Helpers", "master", {"group": ("create", "read", "update", "delete"), "customer": ("read",)})
        helper = factories.UserFactory(company=world.companies.master, role=helpers)
        narrow = role("Narrow", "reseller", {"customer": ("read",)})
        factories.UserFactory(company=world.companies.a, role=narrow)
    client, path = login(helper), url("group_edit", narrow.pk)
    form = client.get(path).context["form"]
    data = {name: "default" for name in form.fields if name.startswith("mode_")} | {
        "name": "Narrow",
        "mode_customer": "own",
    }
    wide = {"boxes_customer": ["read", "update"]}
    assert client.post(path, data | wide | seen(client, path)).status_code == 403
    assert save_group(client, path, data | {"boxes_customer": ["read"]} | seen(client, path)).status_code == 302


def test_names_are_told_only_to_who_may_see_users(world, login):
    with as_owner():
        keepers = role("Keepers", "master", {"group": ("read", "update"), "customer": ("read", "update")})
        keeper = factories.UserFactory(company=world.companies.master, role=keepers)
        sellers = role("Sellers", "reseller", {"customer": ("read", "update")})
        factories.UserFactory(company=world.companies.a, role=sellers, email="hidden@example.test")
    for client, names in ((login(keeper), 0), (login(world.admin), 1)):
        answer = client.get(url("group_deactivate", sellers.pk))
        assert (answer.context["effect"].changed, len(shown(answer))) == (1, names)
        assert ("hidden@example.test" in answer.content.decode()) == bool(names)


def test_deactivating_shows_who_loses_what(world, login):
    client, before = login(world.admin), held()
    answer = client.get(url("group_deactivate", world.roles.managers.pk))
    said = shown(answer)
    with as_owner():
        assert Role.objects.get(pk=world.roles.managers.pk).is_active
    client.post(url("group_deactivate", world.roles.managers.pk))
    after = held()
    assert said == {email: ([], in_words(before[email])) for email in before if before[email] != after[email]}
    assert set(said) == {"a_admin@example.test", "a1_admin@example.test", "b_admin@example.test"}


def test_activating_shows_who_gains_what(world, login):
    """People stand in a group that sleeps: it wakes for all of them at once, so nobody wakes it unseen."""
    with as_owner():
        sleeping = role("Sleeping", "reseller", {"customer": ("read", "update"), "prefix_set": ()})
        Role.objects.filter(pk=sleeping.pk).update(is_active=False)
        for user in (world.a_reader, world.a_user, world.b_reader):
            user.groups.add(sleeping.group)
    client, before = login(world.admin), held()
    page = client.get(url("group_activate", sleeping.pk))
    said = shown(page)
    assert (page.status_code, held()) == (200, before)
    assert "gain rights by it: 2. Who lose, because it denies: 3." in page.content.decode()
    assert url("group_activate", sleeping.pk) in client.get(url("group_detail", sleeping.pk)).content.decode()
    client.post(url("group_activate", sleeping.pk))
    after = held()
    assert said == {email: (in_words(after[email] - before[email]), in_words(before[email] - after[email]))
                    for email in before if before[email] != after[email]}  # fmt: skip
    assert set(said) == {"a_reader@example.test", "a_user@example.test", "b_reader@example.test"}


def test_shutting_a_group_that_denies_gives_rights(world, login):
    with as_owner():
        world.a_user.groups.add(role("Shut", "reseller", {"customer": ()}).group)
        shut = Role.objects.get(name="Shut")
    said = shown(login(world.admin).get(url("group_deactivate", shut.pk)))
    assert said == {"a_user@example.test": (["Customers: view, create, update"], [])}


def test_totals_are_exact_and_the_list_is_cut(world, acting, monkeypatch):
    monkeypatch.setattr(effect, "SHOWN", 3)
    with as_owner():
        for _ in range(7):
            factories.UserFactory(company=world.companies.b, role=world.roles.readers)
    counts = []
    with acting(world.admin), CaptureQueriesContext(connection) as asked:
        found = effect.effect_of(world.admin, world.roles.readers, effect.deactivated)
        counts = len(asked)
    assert (found.gaining, found.losing, found.changed, len(found.people), found.more) == (0, 9, 9, 3, 6)
    assert counts <= 9


def test_statements_do_not_grow_with_users(world, login):
    counts = []
    for _ in range(2):
        client = login(world.admin)
        client.get(url("group_deactivate", world.roles.readers.pk))
        with CaptureQueriesContext(connection) as asked:
            client.get(url("group_deactivate", world.roles.readers.pk))
        counts.append(of_the_unit(asked))
        with as_owner():
            for _ in range(20):
                factories.UserFactory(company=world.companies.b, role=world.roles.readers)
    assert counts[0] == counts[1] <= 16
