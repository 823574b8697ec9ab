"""New provider card, new customer card."""

from decimal import Decimal

import pytest

from ratecards.models import CardAssignment, CardParent, CardPrivate, Carrier, ProfitRule, RateCard
from tests.ratecards_screens.conftest import CARDS, body_of, newest, number_of, text_of

PROVIDER, CUSTOMER = CARDS + "provider/new/", CARDS + "customer/new/"
COMMON = {
    "name": "July A-Z", "public_name": "", "currency": "EUR", "direction": "termination", "presentation": "single", "dialling": "dn",
    "price_precision": "6", "price_rounding": "up", "charge_precision": "4", "charge_rounding": "half_up", "duration_rounding": "up",
}  # fmt: skip
BUILD = {"compact": "maximum", "collapse": "maximum", "increments": "safe"}


def test_provider_card_belongs_to_its_carrier_and_the_master(world, panel):
    carrier = newest(Carrier)
    answer = panel("admin", PROVIDER, COMMON | {"carrier": carrier.pk})
    card = newest(RateCard)
    assert (answer.status_code, answer.url) == (302, f"{CARDS}{card.code}/")
    assert (card.kind, card.owner_id, card.currency, card.price_rounding) == (
        "provider",
        world.companies.master.pk,
        "EUR",
        "up",
    )
    private = newest(CardPrivate, card=card)
    assert (private.name, private.carrier_id) == ("July A-Z", carrier.pk)


def test_provider_card_needs_a_carrier(world, panel):
    before = number_of(RateCard)
    page = panel("admin", PROVIDER, COMMON)
    assert page.status_code == 422
    assert "carrier" in page.context["form"].errors
    assert number_of(RateCard) == before


def test_private_name_that_is_taken_is_said_on_the_field_and_nothing_is_stored(world, panel):
    before = number_of(RateCard)
    page = panel("admin", PROVIDER, COMMON | {"carrier": newest(Carrier).pk, "name": "carrier x a-z"})
    assert page.status_code == 422
    assert page.context["form"].errors["name"] == ["There is a card of this name already."]
    assert number_of(RateCard) == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("currency", "XXX"),
        ("direction", "sideways"),
        ("price_precision", "9"),
        ("charge_rounding", "nearest"),
        ("name", "  "),
    ],
)
def test_values_that_are_no_choice_are_refused(world, panel, field, value):
    page = panel("admin", PROVIDER, COMMON | {"carrier": newest(Carrier).pk, field: value})
    assert page.status_code == 422
    assert field in page.context["form"].errors


def test_customer_card_with_parents_and_markup_is_ready_to_be_built(shop, world, panel):
    answer = panel(
        "a_admin", CUSTOMER, COMMON | BUILD | {"currency": "USD", "parents": [shop.assignment.pk], "markup": "12.5"}
    )
    card = newest(RateCard)
    assert (answer.status_code, answer.url) == (302, f"{CARDS}{card.code}/build/")
    assert (card.kind, card.owner_id) == ("customer", world.companies.a.pk)
    assert newest(CardParent, card=card).assignment_id == shop.assignment.pk
    rule = newest(ProfitRule, card=card)
    assert (rule.match, rule.type, rule.value) == ("^", "percent", Decimal("12.5"))
    assert "Build" in text_of(panel("a_admin", answer.url))


def test_customer_card_without_parents_is_filled_by_imports(world, panel):
    assert panel("b_admin", CUSTOMER, COMMON | BUILD).status_code == 302
    card = newest(RateCard)
    assert number_of(CardParent, card=card) == number_of(ProfitRule, card=card) == 0


@pytest.mark.parametrize("markup", ["1e2", "NaN", "12,5", "-101", "twelve", "1.123456789", "１２"])
def test_markup_that_is_no_plain_number_stores_nothing(shop, panel, markup):
    before = number_of(RateCard)
    page = panel("a_admin", CUSTOMER, COMMON | BUILD | {"parents": [shop.assignment.pk], "markup": markup})
    assert page.status_code == 422
    assert "markup" in page.context["form"].errors
    assert number_of(RateCard) == before


def test_card_of_another_company_is_no_parent(shop, panel):
    before = number_of(RateCard)
    page = panel("b_admin", CUSTOMER, COMMON | BUILD | {"parents": [shop.assignment.pk]})
    assert page.status_code == 422
    assert "parents" in page.context["form"].errors
    assert number_of(RateCard) == before


def test_own_customer_card_and_card_of_the_master_are_no_parents(shop, world, panel):
    retail_of_master = newest(CardAssignment, card=shop.retail, company=world.companies.master)
    own = newest(CardAssignment, card=shop.resold, company=world.companies.a)
    for assignment in (retail_of_master, own):
        assert panel("a_admin", CUSTOMER, COMMON | BUILD | {"parents": [assignment.pk]}).status_code == 422


def test_parent_of_another_direction_is_refused_and_no_card_stays(shop, panel):
    before = number_of(RateCard)
    page = panel("a_admin", CUSTOMER, COMMON | BUILD | {"direction": "origination", "parents": [shop.assignment.pk]})
    assert page.status_code == 422
    assert "direction" in " ".join(page.context["form"].errors["parents"])
    assert number_of(RateCard) == before


def test_choices_name_no_card_by_the_owners_name(shop, panel):
    body = body_of(panel("a_admin", CUSTOMER))
    assert "Wholesale" in body
    assert "Carrier prices" not in body
    assert "Private wholesale" not in body


def test_readers_make_no_cards(world, panel):
    for who, path in (("a_reader", CUSTOMER), ("support", PROVIDER), ("a_admin", PROVIDER)):
        assert panel(who, path).status_code == 403
        assert panel(who, path, COMMON | BUILD).status_code == 403
