"""What the report says is what happens: for users, rights and objects of the world, seen by himself and from above."""

import pytest

from accounts import access, acl, report
from accounts.areas import AREAS
from accounts.objects import KINDS
from accounts.rights import RIGHTS
from accounts.who import who_sees
from ratecards.models import CardAssignment, RateCard
from resellers.models import Company
from tests import factories
from tests.access_report.parts import every_object, everybody
from tests.accounts.people import set_row
from tests.roles import as_owner


@pytest.fixture
def assigned(world):
    """A's own card in the hands of A1."""
    with as_owner():
        return factories.CardAssignmentFactory(card=world.cards["Private retail a"], company=world.companies.a1)


def own_view(person, objects):
    """What the person meets in a unit of his own: (rights, objects in his reach); nothing where it does not open."""
    try:
        with acl.acting_as(person):
            return {right for right in RIGHTS if access.may(person, right)}, {
                (kind.key, thing.pk) for kind, thing in objects
                if kind.model._default_manager.filter(access.within(access.scope(person), kind.table), pk=thing.pk).exists()
            }  # fmt: skip
    except acl.NoScope:
        return set(), set()


def opens(steps):
    return all(step.opens for step in steps)


def test_words_from_above_say_what_everybody_meets_himself(world, acting, assigned):
    objects, people = every_object(), everybody()
    assert len(people) >= 12 and {kind.key for kind, _ in objects} == set(KINDS)
    meets = {person.pk: own_view(person, objects) for person in people}
    assert len({len(seen) for _, seen in meets.values()}) > 4  # they differ
    with acting(world.admin):
        for person in people:
            held, seen = meets[person.pk]
            for right in RIGHTS:
                assert opens(access.explain(person, right)) == (right in held) == access.may(person, right), (
                    person,
                    right,
                )
            for kind, thing in objects:
                for right in {kind.rights[0], kind.rights[-1]}:
                    wanted = right in held and (kind.key, thing.pk) in seen
                    assert opens(access.explain(person, right, thing)) == wanted, (person, right, thing)
                    assert access.visible(person, kind.model, right).filter(pk=thing.pk).exists() == wanted


def test_both_locks_agree_for_everybody_on_everything(world, acting, assigned):
    people = everybody()
    with acting(world.admin):
        for person in people:
            for line in report.reaches(world.admin, person):
                assert line.agree, (person, line)


def test_who_sees_an_object_is_everybody_who_sees_it(world, acting, assigned):
    objects, people = every_object(), everybody()
    meets = {person.pk: own_view(person, objects) for person in people}
    with acting(world.admin):
        for kind, thing in objects:
            wanted = {person.email for person in people if set(kind.table.view) & meets[person.pk][0]
                      and (kind.key, thing.pk) in meets[person.pk][1]}  # fmt: skip
            assert {user.email for user in who_sees(world.admin, thing)} == wanted, thing


@pytest.mark.parametrize(
    ("person", "words"),
    [
        ("a_gone", ["the account is not active"]),
        ("closed_admin", ["“Company closed” is suspended"]),
        ("a_dormant", ["no active group: “Dormant” is inactive"]),
        ("a_reader", ["no group gives it"]),
        ("b_admin", ["out of reach: nothing opens it to his company"]),
        ("a_admin", []),
    ],
)
def test_reason_against_is_named(world, acting, person, words):
    with acting(world.admin):
        steps = access.explain(getattr(world, person), "customer.update", world.customers["a_0"])
    assert [step.text for step in steps if not step.opens][: len(words) or None] == words


def test_suspended_ancestor_is_named_and_shuts_everything(world, acting):
    with as_owner():
        Company.objects.filter(pk=world.companies.a.pk).update(status="suspended")
    with acting(world.admin):
        assert access.explain(world.a1_admin, "customer.view")[-1].text == "“Company a” is suspended"
        assert not access.may(world.a1_admin, "customer.view") and access.scope(world.a1_admin) == access.NOTHING


def test_denial_names_its_group(world, acting):
    set_row(world.roles.managers, "customer")
    with acting(world.admin):
        texts = [step.text for step in access.explain(world.a_admin, "customer.view")]
    assert "group “Reseller Manager” denies Customers" in texts


def test_ceiling_is_the_reason_when_a_group_gives_too_much(world, acting):
    with acting(world.admin):
        assert access.explain(world.a_admin, "carrier.view")[-1].text == "no reseller company can hold it"


def test_parent_hears_of_the_grant_he_made_himself(world, acting, assigned):
    with acting(world.a_admin):
        card = KINDS["card"].rows(world.a_admin).get(pk=assigned.card_id)
        got = report.answer(world.a_admin, world.a1_admin, KINDS["card"], "provider_card.view", card)
        assert got.is_allowed and got.is_shown and got.agree
        assert got.notes[0].startswith("“Company a” assigned it at ")
        assert acl.current().actor_id == world.a_admin.pk
        assert {user.email for user in who_sees(world.a_admin, card)} >= {"a1_admin@example.test"}


def test_assigned_card_is_only_read(world, acting):
    with acting(world.admin):
        card = KINDS["card"].rows(world.admin).get(pk=world.assignment.card_id)
        got = report.answer(world.admin, world.a_admin, KINDS["card"], "customer_card.update", card)
        assert got.by_rule and got.is_shown and not got.is_allowed
        assert "only read and exported" in got.limits[0]
        assert "assigned it" in got.notes[0] and "“Company master”" in got.notes[0]


def test_drift_between_the_locks_is_noticed(world, acting, monkeypatch):
    with acting(world.admin):
        monkeypatch.setattr(
            access, "granted", lambda user: access.Scope((user.company_id,), (user.company_id, world.companies.b.pk))
        )
        lines = {line.kind.key: line for line in report.reaches(world.admin, world.a_reader)}
        assert not lines["customer"].agree and lines["card"].rule != lines["card"].database
        got = report.answer(world.admin, world.a_reader, KINDS["customer"], "customer.view", world.customers["b_0"])
        assert got.by_rule and not got.is_shown and not got.agree and not got.is_allowed


def test_looking_as_somebody_leaves_no_trace(world, acting):
    with acting(world.admin):
        before = RateCard.objects.count(), acl.current()
        with acl.looking_as(world.a_reader) as unit:
            assert unit.read_only and RateCard.objects.count() < before[0]
        with pytest.raises(acl.NoScope), acl.looking_as(world.closed_admin):
            pass
        assert (RateCard.objects.count(), acl.current()) == before
        assert Company.objects.filter(pk=world.companies.b.pk).update(time_zone="UTC") == 1  # and may write again


def test_what_the_catalogue_calls_a_right_of_an_object_exists(world):
    for kind in KINDS.values():
        assert set(kind.rights) <= RIGHTS and set(kind.areas) <= set(AREAS)
        assert set(kind.table.view) & set(kind.rights)


def test_assignments_stand_for_the_grants_of_cards(world, assigned):
    """`reaching` asks the assignments; guardian's rows follow them."""
    with as_owner():
        grants = set(access.get_group_obj_perms_model(RateCard).objects.values_list("content_object", "group"))
        live = CardAssignment.objects.filter(ended_at=None).values_list("card", "company__tenant_group")
        assert grants == set(live)
