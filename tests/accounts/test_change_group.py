"""Making, changing and reading groups: the master's alone, and nobody gives what he lacks."""

import pytest
from django.db import DatabaseError, transaction

from accounts.areas import AREAS, DEFAULT_RESELLER, RIGHTS
from accounts.models import AreaAccess, Role
from accounts.services.invitations import open_invitation
from tests import factories
from tests.accounts.people import save_group, seen, set_row, trail, url
from tests.roles import as_owner
from tests.world import role


def data(**fields):
    return {
        "name": "Sales",
        "audience": "reseller",
        "description": "",
        **{f"mode_{area}": "default" for area in AREAS},
    } | fields


def create(client, **fields):
    return client.post(url("group_create"), data(**fields))


def edit(client, group, **fields):
    path = url("group_edit", group.pk)
    values = seen(client, path) | data(name=group.name) | fields
    values.pop("audience")
    return save_group(client, path, values)


def group(name="Sales"):
    with as_owner():
        return Role.objects.filter(name=name).first()


def rows(role):
    with as_owner():
        return {row.area: row.boxes for row in AreaAccess.objects.filter(role=role)}


# -- making ------------------------------------------------------------------------------------------------------------


def test_group_is_made_with_default_rows_and_denials(world, login):
    answer = create(
        login(world.admin),
        default_boxes=["read"],
        mode_customer="own",
        boxes_customer=["create", "read"],
        mode_job="denied",
    )
    sales = group()
    assert answer["Location"] == url("group_detail", sales.pk)
    assert (sales.default_boxes, sales.audience, sales.is_active) == (["read"], "reseller", True)
    assert set(sales.known_areas) == set(AREAS)
    assert rows(sales) == {"customer": ["create", "read"], "job": []}


def test_default_is_nothing_unless_somebody_ticks_a_box(world, login):
    create(login(world.admin))
    assert group().default_boxes == [] and rows(group()) == {}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "required"),
        ({"name": "default RESELLER"}, "There is a group of this name already"),
        ({"audience": "everybody"}, "valid choice"),
        ({"default_boxes": ["assign"]}, "valid choice"),
        ({"mode_customer": "anything"}, "valid choice"),
        ({"boxes_customer": ["read"]}, "Boxes are ticked"),
        ({"mode_customer": "denied", "boxes_customer": ["read"]}, "Boxes are ticked"),
        ({"mode_customer": "own"}, "No box is ticked"),
        ({"mode_customer": "own", "boxes_customer": ["suspend"]}, "valid choice"),
        ({"mode_carrier": "own", "boxes_carrier": ["read"]}, "No reseller can hold read of Carriers"),
        ({"mode_group": "own", "boxes_group": ["read", "update"]}, "No reseller can hold update of Groups"),
    ],
)
def test_mistakes_are_named_and_nothing_is_made(world, login, fields, words):
    answer = create(login(world.admin), **fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert group() is None


@pytest.mark.parametrize("name", ["a_admin", "a_reader", "support", "superuser"])
def test_nobody_but_the_masters_administrators_makes_groups(world, login, name):
    client = login(getattr(world, name))
    assert create(client).status_code == 403
    assert client.post(url("group_create_default_reseller")).status_code == 403
    assert group() is None


def test_support_auditor_with_every_right_still_writes_nothing(world, login):
    set_row(world.roles.auditors, "group", "create", "read", "update", "delete")
    assert create(login(world.support)).status_code == 403
    assert group() is None


def test_nobody_gives_a_right_he_lacks(world, login):
    with as_owner():
        helpers = role("Helpers", "master", {"group": ("create", "read", "update", "delete"), "customer": ("read",)})
        helper = factories.UserFactory(company=world.companies.master, role=helpers)
    client = login(helper)
    assert create(client, mode_customer="own", boxes_customer=["read", "update"]).status_code == 403
    assert create(client, default_boxes=["read"]).status_code == 403
    assert client.post(url("group_create_default_reseller")).status_code == 403
    assert client.post(url("group_clone", world.roles.managers.pk)).status_code == 403
    assert client.post(url("group_activate", world.roles.dormant.pk)).status_code == 403
    assert group() is None and group("Default Reseller 2") is None and not group("Dormant").is_active
    assert create(client, mode_customer="own", boxes_customer=["read"]).status_code == 302


def test_taking_a_denial_away_needs_the_rights_behind_it(world, login):
    with as_owner():
        helpers = role("Helpers", "master", {"group": ("create", "read", "update", "delete"), "customer": ("read",)})
        helper = factories.UserFactory(company=world.companies.master, role=helpers)
        shut = role("Shut", "reseller", {"customer_card": ()})
    client = login(helper)
    assert edit(client, shut).status_code == 403
    assert client.post(url("group_deactivate", shut.pk)).status_code == 403
    assert rows(shut) == {"customer_card": []}
    assert edit(login(world.admin), shut).status_code == 302
    assert rows(shut) == {}


# -- Create Default Reseller -------------------------------------------------------------------------------------------


def test_each_press_makes_a_new_ordinary_group(world, login):
    client = login(world.admin)
    for name in ("Default Reseller 2", "Default Reseller 3"):
        answer = client.post("/setup/settings/groups/create-default-reseller/")
        made = group(name)
        assert answer["Location"] == url("group_detail", made.pk)
        assert rows(made) == {area: list(boxes) for area, boxes in DEFAULT_RESELLER.items()}
        assert made.default_boxes == [] and made.audience == "reseller"
    assert edit(client, made, name="Ours", mode_customer="own", boxes_customer=["read"]).status_code == 302
    assert rows(made) == {"customer": ["read"]}


def test_create_default_reseller_is_a_post(world, login):
    assert login(world.admin).get("/setup/settings/groups/create-default-reseller/").status_code == 405
    assert group("Default Reseller 2") is None


# -- changing ----------------------------------------------------------------------------------------------------------


def test_change_holds_from_the_next_request_of_its_users(world, login):
    client = login(world.a_reader)
    assert client.get(url("user_list")).status_code == 200
    values = {f"mode_{area}": "own" for area in DEFAULT_RESELLER if area != "user"}
    values |= {f"boxes_{area}": ["read"] for area in DEFAULT_RESELLER if area != "user"}
    assert edit(login(world.admin), world.roles.readers, mode_user="denied", **values).status_code == 302
    assert client.get(url("user_list")).status_code == 403


def test_form_shows_what_is_stored_and_saves_it_unchanged(world, login):
    client = login(world.admin)
    for one in (world.roles.resellers, world.roles.admins):
        before = rows(one)
        form = client.get(url("group_edit", one.pk)).context["form"]
        values = {field.html_name: field.value() for field in form if field.value() not in (None, [])}
        assert client.post(url("group_edit", one.pk), values).status_code == 302
        after = rows(one)
        assert {area: set(boxes) for area, boxes in after.items()} == {
            area: set(boxes) for area, boxes in before.items()
        }


def test_boxes_above_the_ceiling_are_marked_or_not_offered(world, login):
    client = login(world.admin)
    assert "Boxes with a star" in client.get(url("group_create")).content.decode()
    text = client.get(url("group_edit", world.roles.managers.pk)).content.decode()
    assert "Boxes with a star" not in text and "boxes_carrier" not in text and "boxes_customer" in text
    text = client.get(url("group_edit", world.roles.admins.pk)).content.decode()
    assert "boxes_carrier" in text and "*</span>" not in text.split("Areas</legend>")[1], "a star that nothing explains"
    assert "View as</th>" in text and "view_as</th>" not in text


def test_audience_is_fixed(world, login):
    client = login(world.admin)
    client.post(url("group_edit", world.roles.readers.pk), data(name="Reseller Reader", audience="master"))
    with as_owner():
        assert Role.objects.get(pk=world.roles.readers.pk).audience == "reseller"


def test_new_area_stays_closed_until_somebody_opens_it(world, login):
    client = login(world.admin)
    create(client, default_boxes=["read"])
    with as_owner():
        Role.objects.filter(name="Sales").update(known_areas=[area for area in AREAS if area != "job"])
    assert "Closed (new)" in client.get(url("group_edit", group().pk)).content.decode()
    edit(client, group(), default_boxes=["read"], mode_job="closed")
    assert "job" not in group().known_areas
    edit(client, group(), default_boxes=["read"], mode_job="default")
    assert "job" in group().known_areas


def test_half_a_form_changes_nothing(world, login):
    before = rows(world.roles.readers)
    client, path = login(world.admin), url("group_edit", world.roles.readers.pk)
    answer = client.post(path, seen(client, path) | {"name": "Reseller Reader"})
    assert answer.status_code == 422 and "meanwhile" not in answer.content.decode()
    assert rows(world.roles.readers) == before


def test_rename_keeps_the_name_of_the_trail_in_step(world, login):
    edit(login(world.admin), world.roles.dormant, name="Sleeping")
    with as_owner():
        assert Role.objects.get(pk=world.roles.dormant.pk).group.name == "role:Sleeping"
    assert trail(table="accounts_role", action="update")[-1].changes["name"] == ["Dormant", "Sleeping"]


def test_inviters_who_lose_the_right_lose_their_links(world, login, client):
    with as_owner():
        token = open_invitation(company=world.companies.a, role=world.roles.readers, email="x@example.test", name="X",
                                invited_by=world.a_user)[1]  # fmt: skip
    path = url("invitation_accept", token)
    assert client.get(path).status_code == 200
    edit(login(world.admin), world.roles.resellers, mode_user="own", boxes_user=["read"])
    assert client.get(path).status_code == 404


def test_database_lets_no_reseller_write_a_group(world, acting):
    for write in (
        lambda: Role.objects.filter(pk=world.roles.readers.pk).update(default_boxes=["create"]),
        lambda: AreaAccess.objects.filter(role=world.roles.readers).update(boxes=["create"]),
        lambda: AreaAccess.objects.create(role=world.roles.readers, area="carrier", boxes=["read"]),
        lambda: AreaAccess.objects.filter(role=world.roles.readers).delete(),
    ):
        before = rows(world.roles.readers)
        with pytest.raises(DatabaseError), acting(world.a_admin), transaction.atomic():
            if not write():
                raise DatabaseError("no row was touched")
        assert rows(world.roles.readers) == before


# -- reading -----------------------------------------------------------------------------------------------------------


def test_reseller_reads_groups_of_resellers_and_only_own_people_in_them(world, login):
    text = login(world.a_admin).get(url("group_detail", world.roles.managers.pk)).content.decode()
    assert "a_admin@" in text and "b_admin@" not in text
    assert login(world.a_admin).get(url("group_detail", world.roles.admins.pk)).status_code == 404
    assert url("group_edit", world.roles.managers.pk) not in text


@pytest.mark.parametrize("name", ["group_edit", "group_clone", "group_deactivate", "group_activate", "group_delete"])
def test_reseller_changes_no_group(world, login, name):
    before = rows(world.roles.readers)
    assert login(world.a_admin).post(url(name, world.roles.readers.pk), data()).status_code == 403
    assert rows(world.roles.readers) == before and group("Reseller Reader").is_active


def test_page_shows_what_the_group_gives_and_why_not(world, login):
    text = login(world.admin).get(url("group_detail", world.roles.managers.pk)).content.decode()
    assert "by its row" in text and "the carrier&#x27;s own staff only" in text
    assert len(RIGHTS) == text.count("yes</span>") + text.count("no</span>")
