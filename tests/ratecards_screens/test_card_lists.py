"""Provider Rate Cards and Customer Rate Cards."""

from decimal import Decimal

import pytest
from django.utils import timezone

from accounts import acl
from ratecards.models import CardAssignment
from ratecards.services import assignments, cards, revisions, rules
from tests.ratecards.conftest import built, customer_card, own, provider_card, published
from tests.ratecards_screens.conftest import CARDS, body_of, shown, text_of

PROVIDER, CUSTOMER = CARDS + "provider/", CARDS + "customer/"


def line_of(page, name):
    table = page.context["table"]
    card = next(row.record for row in table.paginated_rows if row.record.shown_name == name)
    return table.lines[card.pk]


def cells_of(page, name) -> dict:
    row = next(row for row in page.context["table"].paginated_rows if row.record.shown_name == name)
    return {column.name: str(cell) for column, cell in row.items()}


def test_master_sees_its_cards_by_their_private_names(shop, panel):
    page = panel("admin", PROVIDER)
    assert shown(page) == ["Carrier prices", "Carrier X A-Z"]
    cells = cells_of(page, "Carrier prices")
    assert (cells["carrier"], cells["rows"], cells["active"], cells["last_number"]) == (
        "Carrier of Carrier prices",
        "3",
        "1",
        "1",
    )


def test_reseller_sees_what_is_assigned_to_it_by_the_public_name(shop, panel):
    page = panel("a_admin", PROVIDER)
    assert shown(page) == ["Wholesale", "Wholesale a"]
    cells = cells_of(page, "Wholesale")
    assert (cells["carrier"], cells["rows"], cells["active"], cells["last_number"]) == ("Your carrier", "3", "1", "—")


def test_reseller_never_reads_whose_card_it_is(shop, panel):
    body = body_of(panel("a_admin", PROVIDER)) + body_of(panel("a_admin", CUSTOMER))
    for secret in ("Private wholesale", "Carrier prices", "Carrier of", "Company master", "Wholesale b"):
        assert secret not in body


def test_a_card_without_public_name_is_shown_by_its_code(world, acting, panel):
    with acting(world.admin):
        card = customer_card(world.admin, "Secret margin")
        assignments.assign_card(card, world.companies.a, actor=world.admin)
    page = panel("a_admin", PROVIDER)
    assert card.code in shown(page)
    assert "Secret margin" not in body_of(page)


def test_a_card_that_is_taken_away_is_gone_at_the_next_request(shop, world, acting, panel):
    assert "Wholesale" in shown(panel("a_admin", PROVIDER))
    with acting(world.admin):
        assignments.unassign_card(CardAssignment.objects.get(pk=shop.assignment.pk), actor=world.admin)
    assert "Wholesale" not in shown(panel("a_admin", PROVIDER))


def test_resellers_cannot_make_provider_cards(shop, panel):
    assert "New provider card" not in text_of(panel("a_admin", PROVIDER))
    assert panel("a_admin", PROVIDER + "new/").status_code == 403


class TestBuildState:
    def test_card_as_built_is_in_sync(self, shop, panel):
        assert line_of(panel("a_admin", CUSTOMER), "A retail").sync.label == "In sync"

    def test_new_prices_of_the_parent_make_it_stale(self, shop, world, acting, panel):
        with acting(world.admin):
            published(shop.retail, {"44": "0.05"}, world.admin)
        assert line_of(panel("a_admin", CUSTOMER), "A retail").sync.label == "Stale"

    def test_a_rule_more_makes_it_stale(self, shop, world, acting, panel):
        with acting(world.a_admin):
            rules.add_rule(shop.resold, actor=world.a_admin, match="^44", type="percent", value=Decimal("0.5"))
        assert line_of(panel("a_admin", CUSTOMER), "A retail").sync.label == "Stale"

    def test_a_parent_taken_away_makes_it_orphaned(self, shop, world, acting, panel):
        with acting(world.admin):
            assignments.unassign_card(CardAssignment.objects.get(pk=shop.assignment.pk), actor=world.admin)
        sync = line_of(panel("a_admin", CUSTOMER), "A retail").sync
        assert (sync.label, "Wholesale" in sync.problem) == ("Orphaned", False)

    def test_a_card_without_parents_is_manual(self, shop, panel):
        assert line_of(panel("a_admin", CUSTOMER), "Private retail a").sync.label == "Manual"

    def test_a_build_that_is_not_live_says_so(self, shop, world, acting, panel):
        with acting(world.a_admin):
            rules.add_rule(shop.resold, actor=world.a_admin, match="^44", type="percent", value=Decimal(1))
        assert built(shop.resold, world.a_admin, activate=False).state == "done"
        assert line_of(panel("a_admin", CUSTOMER), "A retail").sync.label == "Built, not active"

    def test_the_list_and_the_page_of_a_card_agree(self, shop, world, panel):
        from ratecards.freshness import sync_state

        with acl.acting_as(world.a_admin):
            wanted = sync_state([shop.resold])[shop.resold.pk]
        assert line_of(panel("a_admin", CUSTOMER), "A retail").sync == wanted


def test_an_announced_revision_is_shown(shop, world, acting, panel):
    with acting(world.admin):
        draft = published(shop.retail, {"44": "0.05"}, world.admin, activate=False)
        revisions.activate_revision(draft, actor=world.admin, at=timezone.now() + timezone.timedelta(days=1))
    assert "2 announced" in cells_of(panel("a_admin", PROVIDER), "Wholesale")["active"]


@pytest.mark.parametrize(
    ("query", "names"),
    [("name=PRICES", ["Carrier prices"]), ("direction=origination", []), ("state=archived", ["Old prices"]),
     ("state=all", ["Carrier prices", "Carrier X A-Z", "Old prices"]), ("sort=-name", ["Carrier X A-Z", "Carrier prices"])],
)  # fmt: skip
def test_filters_and_sorting(shop, world, acting, panel, query, names):
    with acting(world.admin):
        cards.archive_card(provider_card(world.admin, "Old prices"), actor=world.admin)
    assert sorted(shown(panel("admin", f"{PROVIDER}?{query}"))) == sorted(names)


def test_master_may_look_at_the_cards_of_one_reseller(shop, world, panel):
    assert "A retail" not in shown(panel("admin", CUSTOMER))
    page = panel("admin", f"{CUSTOMER}?owner={world.companies.a.pk}")
    assert set(shown(page)) == {"Retail a", shop.resold.code}  # by their public faces, as they are not its own


def test_a_reseller_cannot_ask_for_the_cards_of_another(shop, world, panel):
    names = shown(panel("b_admin", f"{CUSTOMER}?owner={world.companies.a.pk}"))
    assert names == ["Private retail b"]


def grown(world, shop, count):
    """More cards of the master and of A, each built from what was there, some of them stale."""
    with acl.acting_as(world.admin):
        for number in range(count):
            source = provider_card(world.admin, f"More prices {number}")
            published(source, {"44": "0.02"}, world.admin)
            retail = customer_card(world.admin, f"More wholesale {number}")
            rules.set_parents(retail, [own(source), own(shop.source)], actor=world.admin)
            rules.add_rule(retail, actor=world.admin, match="^", type="percent", value=Decimal(number))
            published(retail, {"44": "0.03"}, world.admin)
            assignments.assign_card(retail, world.companies.a, actor=world.admin)
    with acl.acting_as(world.a_admin):
        for parent in CardAssignment.objects.filter(company=world.companies.a.pk, card__public_name=""):
            if parent.owner_id != parent.company_id:
                resold = customer_card(world.a_admin, f"Resold {parent.pk}")
                rules.set_parents(resold, [parent], actor=world.a_admin)


@pytest.mark.parametrize("who", ["admin", "a_admin"])
@pytest.mark.parametrize("path", [PROVIDER, CUSTOMER])
def test_statements_do_not_grow_with_cards(shop, world, statements, who, path):
    few = statements(who, path)
    grown(world, shop, 6)
    many = statements(who, path)
    assert len(many) == len(few)
    assert len(many) <= 12, "\n".join(many)
