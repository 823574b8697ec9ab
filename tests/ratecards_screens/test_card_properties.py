"""Properties: the public and the private side of a card in one form."""

from decimal import Decimal

import pytest

from ratecards import freshness
from ratecards.models import CardAssignment, CardParent, CardPrivate, RateCard
from ratecards.services import assignments, revisions, rules
from ratecards.services.cards import change_card
from tests.ratecards.conftest import customer_card, own, table
from tests.ratecards_screens.conftest import body_of, newest, path_of, text_of


def values_of(page) -> dict:
    """What the form of a page would send as it stands."""
    form = page.context["form"]
    found = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in found.items() if value is not None and value is not False}


def test_form_shows_both_sides(shop, panel):
    page = panel("a_admin", path_of(shop.resold, "properties/"))
    values = values_of(page)
    assert (values["name"], values["compact"], values["parents"]) == ("A retail", "maximum", [shop.assignment.pk])
    assert "What others see" in text_of(page)


def test_saving_changes_both_sides(shop, panel):
    path = path_of(shop.resold, "properties/")
    values = values_of(panel("a_admin", path)) | {
        "name": "Summer",
        "public_name": "Summer A-Z",
        "compact": "average",
        "notes": "Ours.",
    }
    assert panel("a_admin", path, values).status_code == 302
    card, private = newest(RateCard, pk=shop.resold.pk), newest(CardPrivate, card=shop.resold)
    assert (card.public_name, private.name, private.compact, private.notes) == (
        "Summer A-Z",
        "Summer",
        "average",
        "Ours.",
    )


def test_parents_are_taken_out(shop, panel):
    path = path_of(shop.resold, "properties/")
    assert panel("a_admin", path, values_of(panel("a_admin", path)) | {"parents": []}).status_code == 302
    assert newest(CardParent, card=shop.resold) is None


def test_a_parent_that_was_taken_away_stays_noted_when_something_else_is_saved(shop, world, acting, panel):
    with acting(world.admin):
        assignments.unassign_card(CardAssignment.objects.get(pk=shop.assignment.pk), actor=world.admin)
    path = path_of(shop.resold, "properties/")
    values = values_of(panel("a_admin", path))
    assert values["parents"] == []
    assert panel("a_admin", path, values | {"notes": "Ask for a new card."}).status_code == 302
    assert newest(CardParent, card=shop.resold).assignment_id == shop.assignment.pk
    assert "Orphaned" in text_of(panel("a_admin", path_of(shop.resold)))


@pytest.mark.parametrize(
    ("change", "field"),
    [({"name": ""}, "name"), ({"name": "Private retail a"}, "name"), ({"currency": "EUR"}, "currency"), ({"compact": "cheapest"}, "compact"),
     ({"direction": "origination"}, "direction"), ({"parents": ["99999999"]}, "parents"), ({"parents": ["x"]}, "parents")],
)  # fmt: skip
def test_what_cannot_be_is_said_on_its_field_and_nothing_changes(shop, panel, change, field):
    path = path_of(shop.resold, "properties/")
    page = panel("a_admin", path, values_of(panel("a_admin", path)) | {"notes": "changed"} | change)
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert newest(CardPrivate, card=shop.resold).notes == ""


def test_carrier_of_a_provider_card_is_changed(shop, panel):
    from ratecards.models import Carrier

    path, carrier = path_of(shop.source, "properties/"), newest(Carrier, name="Carrier X")
    assert panel("admin", path, values_of(panel("admin", path)) | {"carrier": carrier.pk}).status_code == 302
    assert newest(CardPrivate, card=shop.source).carrier_id == carrier.pk


def test_card_of_another_company_is_not_among_the_parents(shop, panel):
    body = body_of(panel("b_admin", path_of(newest(RateCard, private__name="Private retail b"), "properties/")))
    assert "Wholesale b" in body
    assert shop.retail.code not in body


def test_readers_have_no_properties(shop, panel):
    path = path_of(shop.resold, "properties/")
    assert panel("a_reader", path).status_code == 403
    assert panel("a_reader", path, {"name": "x"}).status_code == 403


def test_form_that_shows_what_is_no_longer_so_is_refused(shop, world, acting, panel):
    path = path_of(shop.resold, "properties/")
    values = values_of(panel("a_admin", path))
    with acting(world.a_admin):
        change_card(shop.resold, actor=world.a_admin, compact="average")
    page = panel("a_admin", path, values | {"notes": "mine"})
    assert page.status_code == 422
    assert "Somebody changed this meanwhile" in text_of(page)
    assert newest(CardPrivate, card=shop.resold).notes == ""


@pytest.fixture
def fresh(shop, world, acting):
    with acting(world.a_admin):
        return customer_card(world.a_admin, "Fresh")


def test_eea_prices_come_with_both_lists_of_countries(fresh, panel):
    path = path_of(fresh, "properties/")
    values = values_of(panel("a_admin", path)) | {"presentation": "eea", "destination_countries": "de, at DE"}
    assert panel("a_admin", path, values).status_code == 302
    card = newest(RateCard, pk=fresh.pk)
    assert (card.destination_countries, card.source_countries.count(",")) == ("AT,DE", 29)
    assert "EEA destinations" in text_of(panel("a_admin", path_of(fresh)))


@pytest.mark.parametrize("missing", ["source_countries", "destination_countries"])
def test_eea_prices_without_a_list_are_refused(fresh, panel, missing):
    path = path_of(fresh, "properties/")
    page = panel("a_admin", path, values_of(panel("a_admin", path)) | {"presentation": "eea", missing: ""})
    assert page.status_code == 422
    assert missing in page.context["form"].errors


def test_lists_of_countries_go_with_other_prices(fresh, panel):
    path = path_of(fresh, "properties/")
    panel("a_admin", path, values_of(panel("a_admin", path)) | {"presentation": "eea"})
    assert panel("a_admin", path, values_of(panel("a_admin", path)) | {"presentation": "full"}).status_code == 302
    card = newest(RateCard, pk=fresh.pk)
    assert (card.presentation, card.source_countries, card.destination_countries) == ("full", "", "")


@pytest.mark.parametrize(
    "change",
    [{"source_countries": "Germany", "presentation": "eea"}, {"source_countries": "ZZ", "presentation": "eea"}, {"capped_rate": "1,5"},
     {"capped_rate": "-1"}, {"capped_rate": "100001"}, {"public_options": ["pdf"]}, {"price_precision": "9"}],
)  # fmt: skip
def test_values_that_cannot_be_are_said_on_their_field(fresh, panel, change):
    path = path_of(fresh, "properties/")
    page = panel("a_admin", path, values_of(panel("a_admin", path)) | change)
    assert page.status_code == 422
    assert next(iter(change)) in page.context["form"].errors


def test_cap_and_downloads_are_kept_and_shown(fresh, panel):
    path = path_of(fresh, "properties/")
    assert (
        panel(
            "a_admin", path, values_of(panel("a_admin", path)) | {"capped_rate": "0.5", "public_options": ["csv"]}
        ).status_code
        == 302
    )
    card = newest(RateCard, pk=fresh.pk)
    assert (card.capped_rate, card.public_options) == (Decimal("0.5"), ["csv"])
    assert values_of(panel("a_admin", path))["capped_rate"] == "0.5"


def test_every_property_says_what_it_is(fresh, panel):
    form = panel("a_admin", path_of(fresh, "properties/")).context["form"]
    assert [name for name, field in form.fields.items() if not field.help_text and name != "seen"] == []


def test_card_of_eea_prices_is_not_built_from_prices_by_state(shop, world, acting):
    with acting(world.a_admin):
        card = customer_card(world.a_admin, presentation="eea", source_countries="AT", destination_countries="DE")
        other = customer_card(world.a_admin, "US", presentation="full")
        rules.set_parents(card, [own(other)], actor=world.a_admin)
        assert "say different things" in freshness.inputs_of(card).problem


def test_limits_of_the_quarantine_are_changed(shop, panel):
    path = path_of(shop.source, "properties/")
    values = values_of(panel("admin", path)) | {"vanish_limit": "50", "jump_limit": "0"}
    assert panel("admin", path, values).status_code == 302
    private = newest(CardPrivate, card=shop.source)
    assert (private.vanish_limit, private.jump_limit) == (50, 0)


def test_currency_of_a_card_with_a_draft_is_refused_on_its_field(shop, world, acting, panel):
    with acting(world.a_admin):
        card = customer_card(world.a_admin, "Fresh")
        revisions.add_draft(card, table({"44": "0.01"}))
    path = path_of(card, "properties/")
    page = panel("a_admin", path, values_of(panel("a_admin", path)) | {"currency": "JPY"})
    assert page.status_code == 422
    assert "cannot change while the card has a draft" in page.context["form"].errors["currency"][0]
