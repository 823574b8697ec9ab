"""Support access: the reseller sees that support was inside, when, through whose eyes and why, but not who it was."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.services import view_as
from tests.statements import of_the_unit
from tests.view_as.looks import END, REASON

PAGE = "/setup/information/support-access/"


def test_reseller_sees_that_support_was_inside_and_why(world, look, login):
    client = look(world.a_admin)
    text = login(world.a_reader).get(PAGE).content.decode()
    assert REASON in text and "a_admin@example.test" in text and "goes on" in text
    client.post(END)
    assert "goes on" not in login(world.a_reader).get(PAGE).content.decode()


def test_reseller_learns_no_name_of_the_carriers_people(world, look, login):
    look(world.a_admin)
    for user in (world.a_admin, world.a_reader):
        text = login(user).get(PAGE).content.decode()
        assert (
            REASON in text
            and "admin@example.test" not in text.replace("a_admin@example.test", "")
            and "Company master" not in text
        )


def test_nobody_sees_looks_into_another_company(world, look, login):
    look(world.a1_admin)
    for user, sees in ((world.a1_admin, True), (world.a_admin, False), (world.b_admin, False), (world.admin, True)):
        assert (REASON in login(user).get(PAGE).content.decode()) is sees, user


def test_carrier_sees_who_looked_where(world, look, login):
    look(world.a_admin)
    text = login(world.support).get(PAGE).content.decode()
    assert "admin@example.test" in text.replace("a_admin@example.test", "") and "Company a" in text


def test_statements_do_not_grow_with_the_rows(world, login):
    client = login(world.a_admin)

    def statements():
        client.get(PAGE)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(PAGE).status_code == 200
        return of_the_unit(captured)

    view_as.begin_view_as(world.a_admin, actor=world.admin, reason=REASON)
    few = statements()
    for _ in range(20):
        view_as.begin_view_as(world.a_reader, actor=world.admin, reason=REASON)
    assert statements() == few <= 12


def test_profile_shows_the_way(world, login):
    assert PAGE in login(world.a_reader).get(reverse("accounts:profile")).content.decode()
