"""The rule itself, on the ten vectors of the domain notes 2.3 and on random groups. C, R, U, D stand for the boxes."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import rights
from accounts.areas import AREAS, BOXES, CRUD, MASTER, RESELLER, RIGHTS, ceiling, drawn

LETTERS = dict(zip("CRUD", CRUD, strict=True))


def group(default="", known=AREAS, **rows):
    def boxes(letters):
        return [LETTERS[letter] for letter in letters]

    return rights.of_role(
        1, "group", boxes(default), list(known), {area: boxes(letters) for area, letters in rows.items()}
    )


def held(kind, area, *groups):
    got = rights.combine([grant for grants in groups for grant in grants], kind)
    return {right for right in got if right.startswith(f"{area}.")}


def crud(area, letters):
    return set(drawn(area, frozenset(LETTERS[letter] for letter in letters)))


VECTORS = {
    "P1: no group, master user": (MASTER, "customer", [], ""),
    "P2: no group, reseller user": (RESELLER, "customer", [], ""),
    "P3: a row replaces the default": (MASTER, "customer", [group("CRUD", customer="R")], "R"),
    "P4: the default elsewhere, master": (MASTER, "carrier", [group("CRUD", customer="R")], "CRUD"),
    "P4: the default elsewhere, reseller": (RESELLER, "carrier", [group("CRUD", customer="R")], ""),
    "P5: groups add up": (MASTER, "customer", [group("R"), group(customer="CRU")], "CRU"),
    "P6: a denial wins over another group": (MASTER, "customer", [group("CRUD", customer=""), group("R")], ""),
    "P7: a denial wins over another default": (MASTER, "carrier", [group("R", carrier=""), group("CRUD")], ""),
    "P8: the default reaches every area, master": (MASTER, "job", [group("CR")], "CR"),
    "P9: a row for another area gives nothing here": (MASTER, "customer", [group(provider_card="RU")], ""),
    "P10: a master's group does not lift a reseller": (RESELLER, "audit", [group("CRUD")], ""),
}


@pytest.mark.parametrize("vector", VECTORS)
def test_vector(vector):
    kind, area, groups, letters = VECTORS[vector]
    assert held(kind, area, *groups) == crud(area, letters)


def test_p8_the_default_stays_under_the_ceiling_in_every_area():
    for area in AREAS:
        assert held(RESELLER, area, group("CR")) == crud(area, "CR") & ceiling(RESELLER)


def test_p10_groups_and_reseller_accounts_stay_shut_for_resellers():
    assert held(RESELLER, "group", group("CRUD")) == {"group.view"}
    assert rights.combine(group("CRUD"), "no such kind") == frozenset()


def test_new_area_is_closed_until_the_default_is_saved_again():
    assert held(MASTER, "job", group("CRUD", known=[area for area in AREAS if area != "job"])) == set()
    assert held(MASTER, "job", group("CRUD", known=[], job="R")) == {"job.view"}


def test_what_the_catalogue_does_not_know_is_no_right():
    grants = rights.of_role(1, "group", [], ["weather"], {"weather": ["read"], "customer": ["fly"]})
    assert rights.combine(grants, MASTER) == frozenset()


boxes = st.lists(st.sampled_from(BOXES), unique=True, max_size=4)
some_groups = st.lists(
    st.builds(
        lambda number, default, known, rows: rights.of_role(number, f"group {number}", default, known, rows),
        st.integers(1, 9), st.lists(st.sampled_from(CRUD), unique=True),
        st.lists(st.sampled_from(sorted(AREAS)), unique=True),
        st.dictionaries(st.sampled_from(sorted(AREAS)), boxes, max_size=5),
    ),
    max_size=4,
)  # fmt: skip


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(some_groups, st.sampled_from([MASTER, RESELLER]))
def test_words_and_decision_agree_for_any_groups(groups, kind):
    grants = [grant for one in groups for grant in one]
    rule = rights.Rights(rights.combine(grants, kind), tuple(grants), (("g", True),), kind)
    for right in RIGHTS:
        assert all(opens for opens, _ in rule.reasons(right)) == (right in rule.held)
        assert not (right in rule.held and not rule.sources(right))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(some_groups, some_groups, st.sampled_from([MASTER, RESELLER]))
def test_a_denied_area_stays_shut_whatever_is_added(groups, more, kind):
    grants = [grant for one in groups for grant in one]
    denied = {grant.area for grant in grants if grant.denies}
    got = rights.combine(grants + [grant for one in more for grant in one], kind)
    assert not [right for right in got if right.split(".")[0] in denied]
    assert got <= ceiling(kind)
