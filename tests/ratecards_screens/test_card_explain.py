"""Explain a rate: every step down to the company's own purchase, and no further."""

from decimal import Decimal

import pytest

from ratecards.engine.table import Row, from_rows
from ratecards.services import assignments, rules
from tests.ratecards.conftest import built, customer_card, own, provider_card, published
from tests.ratecards_screens.conftest import body_of, path_of, text_of


def asked(panel, who, card, **query):
    return panel(who, path_of(card, "explain/"), query_params=query)


def test_every_step_of_a_price_is_shown(shop, panel):
    page = asked(panel, "a_admin", shop.resold, prefix="441")
    found = page.context["found"]
    assert found.agrees
    assert [source.card.shown_name for source in found.sources] == ["Wholesale"]
    assert [given.row.prefix for given in found.steps.parents] == ["441"]
    (price,) = found.steps.columns
    assert (price.cost, price.rule, price.exact, price.price) == (1_100_000, 0, 1_600_000, 1_600_000)
    text = text_of(page)
    assert "Compacted, exactly 0.011 USD" in text
    assert "Relative: cost + value 0.005" in text
    assert "These steps end in the stored rate." in text


def test_page_of_a_built_rate_leads_to_its_explanation_and_no_other_page_does(shop, panel):
    link = path_of(shop.resold, "explain/?revision=1&amp;prefix=441")
    assert link in body_of(panel("a_admin", path_of(shop.resold, "rate/?prefix=441481")))
    assert "explain/" not in body_of(panel("a_admin", path_of(shop.retail, "rate/?prefix=441"))), "only assigned"
    assert "explain/" not in body_of(panel("admin", path_of(shop.source, "rate/?prefix=441"))), "imported"
    assert "explain/" not in body_of(panel("a_admin", path_of(shop.resold, "rate/?prefix=999"))), "not sold"


def test_number_is_explained_by_its_longest_prefix(shop, panel):
    assert asked(panel, "a_admin", shop.resold, prefix="441481").context["found"].row.prefix == "441"
    assert "is not sold" in text_of(asked(panel, "a_admin", shop.resold, prefix="999"))
    assert "only the digits" in text_of(asked(panel, "a_admin", shop.resold, prefix="44x"))


def test_explanation_of_a_reseller_ends_at_what_it_buys(shop, panel):
    body = body_of(asked(panel, "a_admin", shop.resold, prefix="441"))
    for secret in ("Carrier prices", "Source", shop.source.code, "0.01 USD", "Company master"):
        assert secret not in body
    assert "Carrier prices revision 1" in text_of(asked(panel, "admin", shop.retail, prefix="441"))


def test_explanation_is_of_then_whatever_is_live_now(shop, world, acting, panel):
    with acting(world.admin):
        published(shop.retail, {"44": "0.9"}, world.admin)
    page = asked(panel, "a_admin", shop.resold, prefix="441", revision="1")
    assert page.context["found"].agrees
    assert page.context["found"].sources[0].number == 1


def test_parent_that_was_taken_away_is_no_longer_told(shop, world, acting, panel):
    with acting(world.admin):
        assignments.unassign_card(shop.assignment, actor=world.admin)
    page = asked(panel, "a_admin", shop.resold, prefix="441")
    assert "A parent was taken away since" in text_of(page)
    assert shop.retail.code not in body_of(page)


def test_imported_rate_has_no_steps(shop, world, acting, panel):
    with acting(world.a_admin):
        published(shop.resold, {"44": "0.5"}, world.a_admin)
    assert "was not built" in text_of(asked(panel, "a_admin", shop.resold, prefix="44"))


@pytest.mark.parametrize("presentation", ["split", "full"])
def test_rate_of_several_prices_is_explained_price_by_price(world, acting, panel, presentation):
    """Of a card of two, any other call pays the dearer of them: no step of its own, whatever the parent asks for it."""
    with acting(world.admin):
        source = provider_card(world.admin, presentation="full")
        published(source, {}, world.admin, rates=from_rows([Row("1", "US", 5_000_000, 1_000_000, 2_000_000, mcd=1)]))
        card = customer_card(world.admin, presentation=presentation)
        rules.set_parents(card, [own(source)], actor=world.admin)
        rules.add_rule(card, actor=world.admin, match="^", type="percent", value=Decimal(10))
    assert built(card, world.admin).state == "done"
    page = asked(panel, "admin", card, prefix="1212")
    found = page.context["found"]
    assert found.agrees
    assert "These steps end in the stored rate." in text_of(page)
    assert [one.column for one in found.steps.columns] == ["cost", "intra", "inter"][presentation == "split" :]
    assert ("the dearer of the two: 0.022 USD" in text_of(page)) == (presentation == "split")
    assert ("The price: Indeterminate" in text_of(page), "Intra 0.011 USD" in text_of(page)) == (
        presentation == "full",
        True,
    )


def test_card_of_another_company_is_404(shop, panel):
    assert asked(panel, "a_admin", shop.retail, prefix="441").status_code == 404
    assert asked(panel, "b_admin", shop.resold, prefix="441").status_code == 404
