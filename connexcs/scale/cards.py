"""The cards: a few of carriers, some that the master sells wholesale, the rest built by the companies below it."""

import random
from dataclasses import dataclass

from django.db import connection

from ratecards.models import CardPrivate, Carrier, ProfitRule, RateCard
from ratecards.models.card import ALPHABET

EACH = 9  # wholesale cards that every company below the master has: some 20,000 grants among 2,000 companies

# Company number k has the wholesale cards k, k + 1, … round the list; the subtree's heads have a card of its root.
ASSIGN = """
    INSERT INTO ratecards_cardassignment (card_id, owner_id, company_id)
    SELECT card, owner, company FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) a(card, owner, company)
"""
PARENTS = """
    INSERT INTO ratecards_cardparent (card_id, owner_id, assignment_id, position)
    SELECT c.id, c.owner_id, a.id, 1 FROM unnest(%s::bigint[]) retail(id) JOIN ratecards_ratecard c ON c.id = retail.id
    CROSS JOIN LATERAL (SELECT id FROM ratecards_cardassignment WHERE company_id = c.owner_id AND owner_id <> c.owner_id
                          AND ended_at IS NULL ORDER BY id LIMIT 1) a ORDER BY c.id
"""


@dataclass(frozen=True)
class Cards:
    provider: list[RateCard]
    wholesale: list[RateCard]
    retail: list[RateCard]

    @property
    def all(self) -> list[RateCard]:
        return [*self.provider, *self.wholesale, *self.retail]


def deal(size, master, firms) -> Cards:
    dice = random.Random(f"{size.seed} cards")  # noqa: S311 (a synthetic world, the same for the same seed)
    provider, wholesale = max(1, size.cards // 100), max(2, size.cards // 50)
    owners = [*firms.top, *firms.heads, *firms.leaves]
    retail = [owners[place % len(owners)] for place in range(size.cards - provider - wholesale)]
    kinds = [RateCard.PROVIDER] * provider + [RateCard.CUSTOMER] * (wholesale + len(retail))
    cards = RateCard.objects.bulk_create(
        RateCard(code=code(dice), owner_id=owner, kind=kind, public_name=f"{size.label} {word} {place:05}", currency="USD")
        for place, (owner, kind, word) in enumerate(zip([master.pk] * (provider + wholesale) + retail, kinds, words(provider, wholesale, retail), strict=True))
    )  # fmt: skip
    made = Cards(cards[:provider], cards[provider : provider + wholesale], cards[provider + wholesale :])
    private_sides(size, master, made)
    assign(made, firms)
    return made


def words(provider: int, wholesale: int, retail: list) -> list[str]:
    return ["Carrier"] * provider + ["Wholesale"] * wholesale + ["Retail"] * len(retail)


def code(dice: random.Random) -> str:
    return "-".join("".join(dice.choice(ALPHABET) for _ in range(4)) for _ in range(2))


def private_sides(size, master, made: Cards) -> None:
    carriers = Carrier.objects.bulk_create(
        Carrier(owner=master, name=f"{size.label} Carrier {place:03}") for place in range(len(made.provider))
    )
    bought = {card.pk: carrier for card, carrier in zip(made.provider, carriers, strict=True)}
    CardPrivate.objects.bulk_create(
        CardPrivate(card=card, owner_id=card.owner_id, name=card.public_name, carrier=bought.get(card.pk))
        for card in made.all
    )


def assign(made: Cards, firms) -> None:
    sold = made.wholesale
    pairs = [(sold[(place + step) % len(sold)], company)
             for place, company in enumerate(firms.top) for step in range(min(EACH, len(sold)))]  # fmt: skip
    own = next((card for card in made.retail if card.owner_id == firms.root), None)
    pairs += [(own, head) for head in firms.heads] if own else []
    with connection.cursor() as cursor:
        cursor.execute(ASSIGN, [[card.pk for card, _ in pairs], [card.owner_id for card, _ in pairs],
                                [company for _, company in pairs]])  # fmt: skip
        cursor.execute(PARENTS, [[card.pk for card in made.retail]])
    ProfitRule.objects.bulk_create(
        ProfitRule(card=card, owner_id=card.owner_id, position=1, match="^", value=10 + place % 30)
        for place, card in enumerate(made.retail)
    )
