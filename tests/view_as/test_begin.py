"""Who may look through whose eyes: an allow-list, asked before the form is shown and again when it is sent."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from accounts import acl
from accounts.models import Role, SupportAccess, User
from accounts.services import view_as
from tests.accounts.people import set_row, trail
from tests.roles import as_owner
from tests.view_as.looks import END, REASON, begin, eyes

BUTTON = "View as"


def refused(client, user) -> bool:
    page = client.get(reverse("accounts:view_as_start", args=[user.pk]))
    return (page.status_code, begin(client, user).status_code) == (403, 403) and not looks_now()


def looks_now() -> int:
    with as_owner():
        return SupportAccess.objects.count()


def test_administrator_sees_what_the_user_sees(world, look):
    client = look(world.a_reader)
    page = client.get("/").content.decode()
    assert eyes(client) == world.a_reader.email
    assert "Company a" in page and "Company b" not in page
    assert client.get(reverse("resellers:customer_detail", args=[world.customers["a_0"].pk])).status_code == 200
    assert client.get(reverse("resellers:customer_detail", args=[world.customers["b_0"].pk])).status_code == 404
    assert client.get(reverse("resellers:customer_detail", args=[world.customers["master_0"].pk])).status_code == 404
    assert client.get(reverse("accounts:audit_list")).status_code == 403


def test_banner_names_person_company_and_time_on_every_kind_of_page(world, look):
    client = look(world.a_reader)
    for path in (
        "/",
        "/profile/",
        "/management/customers/",
        "/no/such/page/",
        reverse("accounts:audit_list"),
        "/profile/password/",
    ):
        text = client.get(path).content.decode()
        assert "a_reader@example.test" in text and "Company a" in text and "30 min left" in text and END in text, path


def test_form_asks_for_a_reason(world, login):
    client = login(world.admin)
    page = client.get(reverse("accounts:view_as_start", args=[world.a_admin.pk]))
    assert page.status_code == 200 and "a_admin of Company a" in page.content.decode()
    assert "Carriers" in page.content.decode()  # the viewer's own menu
    for reason in ("", "too short", " " * 20, "x" * 301, "two lines\nof a reason"):
        assert begin(client, world.a_admin, reason).status_code == 422
    assert eyes(client) == world.admin.email and not looks_now()


def test_support_auditor_with_the_right_may_look_too(world, login):
    assert refused(login(world.support), world.a_admin)
    set_row(world.roles.auditors, "reseller", "read", "view_as")
    client = login(world.support)
    assert begin(client, world.a_admin).status_code == 302
    assert eyes(client) == world.a_admin.email


def test_viewer_must_be_allowed_to_read_all_that_a_reseller_may(world, login):
    set_row(world.roles.admins, "job")
    assert refused(login(world.admin), world.a_admin)


@pytest.mark.parametrize("name", ["admin", "support", "superuser", "a_gone", "closed_admin"])
def test_own_people_inactive_and_shut_out_ones_are_no_targets(world, login, name):
    assert refused(login(world.admin), getattr(world, name))


def test_staff_flag_alone_shuts_a_person_out(world, acting):
    world.a_admin.is_staff = True  # the database would not let it be saved
    with acting(world.admin):
        assert not view_as.may_view_as(world.a_admin, world.admin)


@pytest.mark.parametrize("name", ["a_admin", "a_reader", "a1_admin", "support", "superuser"])
def test_nobody_else_looks_through_anybodys_eyes(world, login, name):
    client = login(getattr(world, name))
    for other in (world.a_user, world.b_admin, world.admin, world.a1_admin):
        assert refused(client, other)


def test_right_in_a_resellers_group_is_below_no_ceiling(world, login):
    set_row(world.roles.managers, "reseller", "read", "view_as")
    assert refused(login(world.a_admin), world.a1_admin)


def test_unknown_person_is_not_found(world, login):
    assert login(world.admin).get(reverse("accounts:view_as_start", args=[2**40])).status_code == 404


def test_nobody_looks_through_a_second_pair_of_eyes(world, look, looks):
    client = look(world.a_admin)
    for other in (world.a1_admin, world.a_user, world.b_admin):
        assert begin(client, other).status_code == 403
        assert client.get(reverse("accounts:view_as_start", args=[other.pk])).status_code == 403
    assert len(looks()) == 1 and eyes(client) == world.a_admin.email


def test_button_shows_exactly_where_the_form_opens(world, login):
    for viewer in (world.admin, world.support, world.a_admin):
        client = login(viewer)
        for person in (world.a_reader, world.a_gone, world.a1_admin, world.closed_admin, world.admin):
            page = client.get(reverse("accounts:user_detail", args=[person.pk]))
            start = reverse("accounts:view_as_start", args=[person.pk])
            if page.status_code == 200:
                assert (start in page.content.decode()) == (client.get(start).status_code == 200), (viewer, person)


def test_list_of_a_reseller_offers_those_who_can_be_viewed(world, login):
    path = reverse("resellers:reseller_users", args=[world.companies.a.pk])
    text = login(world.admin).get(path).content.decode()
    for person, offered in ((world.a_admin, True), (world.a_reader, True), (world.a_gone, False)):
        assert (reverse("accounts:view_as_start", args=[person.pk]) in text) is offered
    for viewer in (world.a_admin, world.support):
        assert BUTTON not in login(viewer).get(path).content.decode()
    shut = reverse("resellers:reseller_users", args=[world.companies.closed.pk])
    assert BUTTON not in login(world.admin).get(shut).content.decode()


def test_trail_says_who_looked_through_whose_eyes_and_why(world, look):
    client = look(world.a_admin)
    (entry,) = trail(action="view_as")
    assert (entry.actor, entry.row, entry.company) == (world.admin.pk, str(world.a_admin.pk), world.companies.a.pk)
    assert entry.reason == REASON and entry.result == "ok"
    client.get(reverse("accounts:audit_list"))
    (denied,) = trail(action="denied")
    assert (denied.actor, denied.real_actor) == (world.a_admin.pk, world.admin.pk)
    client.post("/management/customers/new/", {})
    assert {(one.actor, one.real_actor) for one in trail(action="denied")} == {(world.a_admin.pk, world.admin.pk)}


def test_line_of_the_log_names_both(world, look, caplog):
    client = look(world.a_admin)
    client.get(reverse("accounts:audit_list"))
    assert f'"user_id": {world.a_admin.pk},' in caplog.text and f'"viewer_id": {world.admin.pk},' in caplog.text


# -- the second lock ---------------------------------------------------------------------------------------------------


def test_database_refuses_another_persons_eyes_without_a_look(world):
    with pytest.raises(acl.NoScope), transaction.atomic():
        acl.enter(world.a_admin, real=world.admin)


@pytest.mark.parametrize(("viewer", "person"), [
    ("support", "a_admin"), ("superuser", "a_admin"), ("a_admin", "a1_admin"), ("b_admin", "a_admin"), ("admin", "support"),
    ("admin", "superuser"), ("admin", "a_gone"), ("admin", "closed_admin"), ("a_gone", "a_reader"), ("admin", "admin"),
])  # fmt: skip
def test_database_refuses_to_begin_what_the_rule_forbids(world, viewer, person):
    with pytest.raises(DatabaseError, match="may not view as"), transaction.atomic():
        view_as.begin_view_as(getattr(world, person), actor=getattr(world, viewer), reason=REASON)


def test_denying_group_wins_in_the_database_too(world):
    with as_owner():
        world.admin.groups.add(world.roles.auditors.group)
    set_row(world.roles.auditors, "reseller")
    with pytest.raises(DatabaseError, match="may not view as"), transaction.atomic():
        view_as.begin_view_as(world.a_admin, actor=world.admin, reason=REASON)


def test_inactive_group_draws_nothing_in_the_database_either(world):
    with as_owner():
        type(world.roles.admins).objects.filter(pk=world.roles.admins.pk).update(is_active=False)
    with pytest.raises(DatabaseError, match="may not view as"), transaction.atomic():
        view_as.begin_view_as(world.a_admin, actor=world.admin, reason=REASON)


@pytest.mark.parametrize("boxes", [(), ("retry",)], ids=["denied", "not read"])
def test_database_too_wants_the_viewer_to_read_all_that_a_reseller_may(world, boxes):
    set_row(world.roles.admins, "job", *boxes)
    with pytest.raises(DatabaseError, match="may not view as"), transaction.atomic():
        view_as.begin_view_as(world.a_admin, actor=world.admin, reason=REASON)


def test_database_counts_a_default_for_the_areas_it_knew_alone(world):
    """What a group's default draws, the database draws too; of an area that is younger than the default, nothing."""
    with as_owner():
        world.roles.admins.areas.filter(area="job").delete()
        Role.objects.filter(pk=world.roles.admins.pk).update(default_boxes=["read"], known_areas=["job"])
    with transaction.atomic():
        assert view_as.begin_view_as(world.a_admin, actor=world.admin, reason=REASON)
        transaction.set_rollback(True)
    with as_owner():
        Role.objects.filter(pk=world.roles.admins.pk).update(known_areas=["customer"])
    with pytest.raises(DatabaseError, match="may not view as"), transaction.atomic():
        view_as.begin_view_as(world.a_admin, actor=world.admin, reason=REASON)


def test_area_that_a_viewer_may_not_read_any_more_ends_the_look_in_the_database(world):
    with transaction.atomic():
        view_as.begin_view_as(world.a_admin, actor=world.admin, reason=REASON)
    with transaction.atomic():
        acl.enter(world.a_admin, real=world.admin)
        acl.leave()
        acl.forget()
    set_row(world.roles.admins, "job")
    with pytest.raises(acl.NoScope), transaction.atomic():
        acl.enter(world.a_admin, real=world.admin)


def test_database_wants_a_reason(world):
    for reason in ("", "          .", "short"):
        with pytest.raises(DatabaseError, match="reason_given"), transaction.atomic():
            view_as.begin_view_as(world.a_admin, actor=world.admin, reason=reason)


def test_tenant_role_reads_looks_of_its_own_company_and_writes_none(world, look):
    look(world.a_admin)
    for viewer, count in ((world.a_admin, 1), (world.b_admin, 0), (world.a1_admin, 0), (world.admin, 1)):
        with acl.acting_as(viewer):
            assert SupportAccess.objects.count() == count
            for sql in ("UPDATE accounts_supportaccess SET ended_at = NULL", "DELETE FROM accounts_supportaccess",
                        "INSERT INTO accounts_supportaccess (key) VALUES (gen_random_uuid())"):  # fmt: skip
                with (
                    pytest.raises(DatabaseError, match="permission denied"),
                    transaction.atomic(),
                    connection.cursor() as cursor,
                ):
                    cursor.execute(sql)


def test_units_of_tenants_cannot_begin_or_end_a_look(world):
    with acl.acting_as(world.admin):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            view_as.begin_view_as(world.a_admin, actor=world.admin, reason=REASON)
        assert User.objects.exists()
