"""One user's page: his rights with the words behind them, and what foreigners get."""

import re

from accounts import matrix
from accounts.areas import AREAS
from tests.accounts.people import set_row, url
from tests.roles import as_owner


def cell(user, area, action):
    rows = dict(matrix.of_user(user).rows)
    return rows[AREAS[area].label][matrix.ACTIONS.index(action)]


def test_foreign_user_looks_like_one_that_never_was(world, login):
    for actor, other in ((world.a_admin, world.b_admin), (world.a1_admin, world.a_admin), (world.a_admin, world.admin)):
        client = login(actor)
        answers = [client.get(url("user_detail", pk)) for pk in (other.pk, 987654321)]
        assert [answer.status_code for answer in answers] == [404, 404]
        bodies = [
            re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode()) for answer in answers
        ]
        assert bodies[0] == bodies[1]


def test_matrix_names_the_groups_behind_a_right(world, acting):
    with as_owner():
        world.a_user.groups.add(world.roles.readers.group)
    with acting(world.a_admin):
        assert cell(world.a_user, "customer", "view") == (True, "Default Reseller, Reseller Reader")
        assert cell(world.a_user, "customer", "create") == (True, "Default Reseller")


def test_matrix_says_why_not(world, acting):
    set_row(world.roles.resellers, "job")
    with acting(world.a_admin):
        assert cell(world.a_user, "job", "view") == (False, "group “Default Reseller” denies Jobs")
        assert cell(world.a_user, "customer_card", "assign") == (False, "no group gives it")
        assert cell(world.a_admin, "carrier", "view") == (False, "the carrier's own staff only")
        assert "no active group" in cell(world.a_dormant, "customer", "view").text
        assert "not active" in cell(world.a_gone, "customer", "view").text
        assert cell(world.a_user, "carrier", "delete") is None if "delete" not in AREAS["carrier"].actions else True


def test_matrix_agrees_with_the_rule_for_everybody(world, acting):
    from accounts import access

    people = [world.admin, world.support, world.a_admin, world.a_user, world.a_reader, world.a_dormant, world.b_reader]
    with acting(world.admin):
        for person in people:
            shown = {
                f"{area}.{action}"
                for area in AREAS
                for action in AREAS[area].actions
                if cell(person, area, action).is_held
            }
            assert shown == access.rights_of(person).held, person


def test_page_shows_the_matrix(world, login):
    text = login(world.a_admin).get(url("user_detail", world.a_user.pk)).content.decode()
    assert "Effective rights" in text and "no group gives it" in text and "Default Reseller" in text


def test_buttons_show_only_to_who_may_use_them(world, login):
    def has_buttons(actor, user):
        text = login(actor).get(url("user_detail", user.pk)).content.decode()
        return url("user_edit", user.pk) in text, url("user_deactivate", user.pk) in text

    assert has_buttons(world.a_admin, world.a_user) == (True, True)
    assert has_buttons(world.a_admin, world.a_admin) == (True, False)  # nobody deactivates himself
    assert has_buttons(world.a_reader, world.a_user) == (False, False)
    assert has_buttons(world.a_user, world.a_admin) == (False, False)  # more rights than his own


def test_no_page_shows_a_password_hash(world, login):
    from tests.accounts.people import with_password

    with_password(world.a_user)
    with as_owner():
        hashed = type(world.a_user).objects.values_list("password", flat=True).get(pk=world.a_user.pk)
    for name in ("user_detail", "user_edit"):
        assert hashed not in login(world.admin).get(url(name, world.a_user.pk)).content.decode()
