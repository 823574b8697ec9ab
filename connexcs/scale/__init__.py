"""A synthetic world for measurements: bulk-loaded under the master company, the same for the same numbers and seed.

What it is made of is known by its names ("Scale 7 …"), so it can stand beside a demo world. Everything is written as the
owner role in one transaction, with all triggers at work: tenant groups, grants, closure and trail are the database's.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import connection, transaction

from connexcs.database import as_owner
from connexcs.embedded import Trouble
from connexcs.scale import cards, customers, people, prices, tree
from resellers.models import Company

LEAST = {"companies": 10, "customers": 100, "cards": 10, "rates": 100}
MOST = {"companies": 20_000, "customers": 5_000_000, "cards": 50_000, "rates": 2_000_000}
TABLES = ("resellers_company", "resellers_companyclosure", "resellers_companygrant", "resellers_customer", "accounts_user",
          "accounts_user_groups", "auth_group", "accounts_auditentry", "ratecards_ratecard", "ratecards_cardprivate",
          "ratecards_cardassignment", "ratecards_cardgrant", "ratecards_cardparent", "ratecards_revision", "ratecards_chunk",
          "ratecards_activation")  # fmt: skip


@dataclass(frozen=True)
class Size:
    """How much of everything; `rates` are those of the largest card, every other card has a hundred."""

    companies: int
    customers: int
    cards: int
    rates: int
    seed: int = 1

    def __post_init__(self):
        for name, least in LEAST.items():
            if not least <= getattr(self, name) <= MOST[name]:
                raise Trouble(f"--{name} must be a number from {least} to {MOST[name]}.")

    @property
    def label(self) -> str:
        return f"Scale {self.seed}"


@dataclass
class Made:
    """What came to be: {table's noun: number} and [(e-mail, company, role)]; all logins share `password`."""

    counts: dict[str, int] = field(default_factory=dict)
    logins: list[tuple[str, str, str]] = field(default_factory=list)
    password: str = ""


def seed_world(size: Size, tell: Callable[[str], None] = lambda text: None) -> Made:
    """Load a world of this size; `tell` hears each step. Raises Trouble when this seed's world is there already."""
    with as_owner():
        with transaction.atomic():
            made = build(size, tell)
        tell("statistics")
        for (
            table
        ) in TABLES:  # a planner without statistics, and pages not yet marked visible, would measure the loading
            with connection.cursor() as cursor:
                cursor.execute(f"VACUUM (ANALYZE) {table}")
    return made


def build(size: Size, tell) -> Made:
    master = tree.master(size)
    if Company.objects.filter(parent=master, name=f"{size.label} Big").exists():
        raise Trouble(f"the world of seed {size.seed} is here already: choose another --seed.")
    tell(f"{size.companies} companies")
    firms = tree.plant(size, master)
    tell("users")
    made = people.populate(size, master, firms, Made())
    tell(f"{size.customers} customers")
    customers.fill(size, master, firms, tell)
    tell(f"{size.cards} cards and their assignments")
    made_cards = cards.deal(size, master, firms)
    tell(f"prices: one card of {size.rates} rates, {prices.FEW} on each of the others")
    prices.publish(size, made_cards)
    made.counts = counted(size)
    return made


def counted(size: Size) -> dict[str, int]:
    """What the whole database holds now."""
    tables = {"companies": TABLES[0], "customers": "resellers_customer", "users": "accounts_user", "cards": "ratecards_ratecard",
              "company grants": "resellers_companygrant", "card grants": "ratecards_cardgrant", "revisions": "ratecards_revision",
              "chunks": "ratecards_chunk"}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in tables.values()))
        counts = dict(zip(tables, cursor.fetchone(), strict=True))
        cursor.execute("SELECT coalesce(sum(rows), 0) FROM ratecards_revision")
        return counts | {"rates": cursor.fetchone()[0]}
