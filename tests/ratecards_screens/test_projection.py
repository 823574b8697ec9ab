"""Everything that A can reach by links, read byte by byte: nothing of where its card comes from."""

import pytest
from django.utils import timezone

from ratecards.services import cards, revisions, rules
from tests.crawl import crawl
from tests.ratecards.conftest import customer_card, published
from tests.ratecards_screens.conftest import CARDS, path_of


@pytest.fixture
def secrets(shop, world, acting):
    """Words and figures of the master and of B that stand nowhere else."""
    with acting(world.admin):
        cards.change_card(shop.retail, actor=world.admin, name="ZZname", notes="ZZnote", compact="average")
        cards.change_card(shop.source, actor=world.admin, name="ZZsource", public_name="ZZpublic")
        cards.change_carrier(shop.source.private.carrier, actor=world.admin, name="ZZcarrier")
        rules.add_rule(shop.retail, actor=world.admin, match="^7654", type="percent", value=77)
        published(shop.retail, {"76543": "0.424242"}, world.admin, activate=False)
        draft = published(shop.retail, {"44": "0.0313"}, world.admin, activate=False)
        revisions.activate_revision(draft, actor=world.admin, at=timezone.now() + timezone.timedelta(days=3))
    with acting(world.b_admin):
        customer_card(world.b_admin, "ZZstranger")
    return [
        "ZZname",
        "ZZnote",
        "ZZsource",
        "ZZpublic",
        "ZZcarrier",
        "ZZstranger",
        "^7654",
        "76543",
        "0.424242",
        shop.source.code,
        "Company b",
        "Company master",
        "Wholesale b",
        "Carrier X",
    ]


@pytest.mark.parametrize("who", ["a_admin", "a_user", "a_reader"])
def test_nothing_leaks_to_a_company_that_has_the_card(secrets, shop, world, login, who):
    pages = crawl(login(getattr(world, who)), [CARDS + "provider/", CARDS + "customer/", CARDS + "search/?number=4412345",
                                               path_of(shop.retail), path_of(shop.retail, "rates/?revision=3"), path_of(shop.retail, "rates/?q=44")], within=CARDS)  # fmt: skip
    assert path_of(shop.retail, "rates/") in pages
    for path, body in pages.items():
        leaked = [secret for secret in secrets if secret in body]
        assert not leaked, f"{path} shows {leaked}"
    assert any("0.0313" in body for body in pages.values()), "the announced price is theirs to see"


def test_the_master_does_see_it(secrets, shop, world, login):
    starts = [path_of(shop.retail), path_of(shop.retail, "revisions/2/"), path_of(shop.source)]
    pages = crawl(login(world.admin), starts, within=CARDS)
    text = " ".join(pages.values())
    for word in ("ZZname", "ZZnote", "ZZsource", "ZZcarrier", "7654", "0.424242"):
        assert word in text
