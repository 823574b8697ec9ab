"""Cards and carriers, as kinds of rows to ask about; and why a company has its cards."""

from typing import NamedTuple

from django.db.models import F, OuterRef, Subquery

from accounts import access, objects
from accounts.models import AuditEntry
from accounts.objects import Kind, add
from ratecards import overview, queries
from ratecards.models import CardAssignment, Carrier, PrefixSet, RateCard
from resellers.models import Company

ABOVE = "the company above"  # its name is not told to those below
AS_PROVIDER = ("provider_card.view", "provider_card.export")


class Holding(NamedTuple):
    """A card of a company and why it has it. `by` and `person` are as far as the reader may know them."""

    card: RateCard
    is_own: bool
    by: str
    person: str
    since: object
    until: object


def called(reader, cards):
    return overview.named(cards, reader.company_id)


def own(reader, rows):
    """What only the owner's pages show: another company's prefix sets are its own affair."""
    return rows.filter(owner=reader.company_id)


def of_the_owner(user, right: str, card) -> str:
    """A card is a provider card to whom it was assigned, and only to be read."""
    if queries.is_own(card, user):
        return "" if right.startswith(queries.family_of(card, user)) else f"it is a {card.kind} card to him"
    return "" if right in AS_PROVIDER else "a card that was assigned is only read and exported; all else is its owner's"


def holdings(reader, company) -> list[Holding]:
    """The cards of a company, its own first, then what it has and had by assignment.

    What is not in the reader's sight is left out: another company's own cards are its own affair, but for the master.
    """
    rows = access.visible(reader, CardAssignment, "reseller.access").filter(company=company)
    owner = Company.objects.filter(pk=OuterRef("owner")).values(
        "name"
    )  # joined, an owner out of sight would hide the row
    rows = list(
        rows.annotate(owner_name=Subquery(owner)).order_by(F("ended_at").desc(nulls_first=True), "started_at", "id")
    )
    seen = access.visible(reader, RateCard, "reseller.access").filter(pk__in=[row.card_id for row in rows])
    cards = {card.pk: card for card in overview.named(seen, reader.company_id)}
    people = who_assigned(reader, rows)
    found = [Holding(cards[row.card_id], row.owner_id == company.pk, row.owner_name or ABOVE, people.get(str(row.pk), ""),
                     row.started_at, row.ended_at) for row in rows if row.card_id in cards]  # fmt: skip
    return sorted(found, key=lambda one: (one.until is not None, not one.is_own))


def who_assigned(reader, rows) -> dict[str, str]:
    """{id of an assignment: e-mail}, from the trail, for those who may read it."""
    trail = access.visible(reader, AuditEntry, "audit.view").filter(
        table=CardAssignment._meta.db_table, action="create", row__in=[str(row.pk) for row in rows]
    )
    return dict(trail.values_list("row", "actor_label"))


def granted(reader, user, card) -> list[str]:
    """Through which living assignment a user has a card."""
    return [f"“{one.by}” assigned it{f' ({one.person})' if one.person else ''} at {one.since:%Y-%m-%d %H:%M}"
            for one in holdings(reader, user.company) if one.card.pk == card.pk and not one.is_own and not one.until]  # fmt: skip


add(Kind("card", "Rate card", "Rate cards", RateCard, ("provider_card", "customer_card"), "ratecards:card_detail",
         "ratecards:customer_card_list", ("shown_name",), "code", called, "shown_name", of_the_owner, granted))  # fmt: skip
add(Kind("carrier", "Carrier", "Carriers", Carrier, ("carrier",), "ratecards:carrier_edit", "ratecards:carrier_list"))
add(Kind("prefix_set", "Prefix set", "Prefix sets", PrefixSet, ("prefix_set",), "ratecards:prefix_set_detail",
         "ratecards:prefix_set_list", called=own))  # fmt: skip
objects.holdings.append(holdings)
