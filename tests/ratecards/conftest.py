"""Cards with prices, made by the services as the people of the world make them."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db.models.functions import Now

from accounts import acl, jobs
from ratecards.engine.table import Row, from_rows
from ratecards.models import CardAssignment, RateCard
from ratecards.services import assignments, builds, cards, revisions, rules
from ratecards.store.comparing import DIFFERENCES
from ratecards.store.contents import DIRECTORIES, TABLES
from ratecards.store.prices import ORDERS
from tests.roles import as_owner
from tests.snapshot import once


@pytest.fixture(autouse=True)
def uploads(tmp_path):
    """Files of one test in a folder of their own."""
    before, settings.UPLOAD_DIR = settings.UPLOAD_DIR, tmp_path / "uploads"
    yield settings.UPLOAD_DIR
    settings.UPLOAD_DIR = before


@pytest.fixture(autouse=True)
def cold():
    """Nothing decoded, ordered or compared by an earlier test: the cards of a market have the same ids in every test."""
    for kept in (TABLES, DIRECTORIES, ORDERS, DIFFERENCES):
        kept.clear()


def table(prices: dict[str, str], **other):
    """A table of prefix -> price text, or "Blocked"."""
    return from_rows([row(prefix, price, **other) for prefix, price in prices.items()])


def row(prefix: str, price: str, **other) -> Row:
    if price == "Blocked":
        return Row(prefix, f"To {prefix}", blocked=True)
    return Row(prefix, f"To {prefix}", int(Decimal(price) * 10**8), **{"mcd": 1, "pulse": 1} | other)


def prices_of(found) -> dict[str, str]:
    """prefix -> price text of a table, as `table` takes it."""
    return {
        one.prefix: "Blocked" if one.blocked else str((Decimal(one.cost) / 10**8).normalize()) for one in found.rows()
    }


def own(card: RateCard) -> CardAssignment:
    """The row by which a company has a card of its own."""
    return CardAssignment.objects.get(card=card, company=card.owner_id)


def provider_card(actor, name="Carrier prices", **fields) -> RateCard:
    carrier = cards.create_carrier(actor=actor, name=f"Carrier of {name}")
    return cards.create_card(actor=actor, kind="provider", name=name, carrier=carrier, **fields)


def customer_card(actor, name="Retail", **fields) -> RateCard:
    return cards.create_card(actor=actor, kind="customer", name=name, **fields)


def published(card: RateCard, prices: dict[str, str], actor, *, activate=True, rates=None, **other):
    """A revision of these prices (or of a table, `rates`), ready and, unless told otherwise, active."""
    draft = revisions.add_draft(card, table(prices, **other) if rates is None else rates)
    revision = revisions.publish_draft(draft, actor=actor)
    if activate:
        revisions.activate_revision(revision, actor=actor)
    return revision


def built(card: RateCard, actor, activate=True):
    """The job of a build, run to its end."""
    with acl.acting_as(actor):
        job = builds.build_card(card, actor=actor, activate=activate)
    return jobs.run_now(job)


@pytest.fixture
def market(world):
    """The master's provider card and customer card (+10 %), which A has by assignment and sells on (+0.005)."""
    return once(open_market, world)


def open_market(world) -> SimpleNamespace:
    with acl.acting_as(world.admin):
        source = provider_card(world.admin, public_name="Source")
        published(source, {"44": "0.02", "441": "0.01", "447": "0.03"}, world.admin)
        retail = customer_card(world.admin, public_name="Wholesale", price_precision=4, price_rounding="up")
        rules.set_parents(retail, [own(source)], actor=world.admin)
        rules.add_rule(retail, actor=world.admin, match="^", type="percent", value=Decimal(10))
    assert built(retail, world.admin).state == "done"
    with acl.acting_as(world.admin):
        assignment = assignments.assign_card(retail, world.companies.a, actor=world.admin)
    with acl.acting_as(world.a_admin):
        resold = customer_card(world.a_admin, "A retail", price_precision=4, price_rounding="up")
        rules.set_parents(resold, [CardAssignment.objects.get(pk=assignment.pk)], actor=world.a_admin)
        rules.add_rule(resold, actor=world.a_admin, match="^", type="relative", value=Decimal("0.005"))
    assert built(resold, world.a_admin).state == "done"
    return SimpleNamespace(source=source, retail=retail, assignment=assignment, resold=resold)


def begin_now(assignment: CardAssignment) -> None:
    """In a test all is one transaction, so the assignment says it began before anything else: let it begin now."""
    with as_owner():
        CardAssignment.objects.filter(pk=assignment.pk).update(started_at=Now())
