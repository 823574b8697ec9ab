"""What price lists cost: to keep, to build, to read a page of, against the same in ordinary rows."""

import contextlib
from collections.abc import Iterator
from decimal import Decimal
from functools import partial

from django.db import connection, transaction

from accounts import acl
from connexcs.bench import rows
from connexcs.bench.measure import Figure, compared, exact
from connexcs.bench.memory import peak_mb
from connexcs.bench.world import World
from connexcs.scale.prices import price_list, repriced
from ratecards import store
from ratecards.engine import chunks
from ratecards.engine.build import build as build_table
from ratecards.engine.merge import Parent
from ratecards.engine.options import Options
from ratecards.engine.rules import Rule
from ratecards.engine.table import RateTable
from ratecards.models import Carrier, Chunk, RateCard, Revision
from ratecards.services.cards import create_card
from ratecards.services.revisions import add_draft

PARENTS, SHARE = 3, 0.01  # of a build; of a list that gets new prices
RULES = [Rule("^", "percent", Decimal(12)), Rule("^2", "percent", Decimal(18)), Rule("^44", "relative", Decimal("0.003")),
         Rule("^447", "margin", Decimal(30)), *(Rule(f"^{digits}", "percent", Decimal(digits % 40)) for digits in range(1000, 1012))]  # fmt: skip
# The chunks of one revision in a table like the real one, so that its size is theirs with all indexes.
MEASURED = """
    CREATE TEMP TABLE measured (LIKE ratecards_chunk INCLUDING ALL) ON COMMIT DROP;
    INSERT INTO measured SELECT * FROM ratecards_chunk WHERE card_id = %s;
    SELECT pg_total_relation_size('measured') + pg_column_size(directory), rows FROM ratecards_revision WHERE card_id = %s
"""


# -- store -------------------------------------------------------------------------------------------------------------


def store_bytes(world: World) -> Iterator[Figure]:
    """Bytes of a published rate on disk, indexes included, and what a change of one per cent stores anew."""
    with world.through(world.owner), transaction.atomic(), connection.cursor() as cursor:
        card = largest(world)
        cursor.execute(MEASURED, [card, card])
        size, count = cursor.fetchone()
    yield exact("store: bytes of a published rate", size / count, 10, "B")
    with unit(world) as actor:
        card = new_card(world, actor, "store")
        first = add_draft(card, table := price_list(world.size.rates, world.size.seed))
        whole, last = stored(first), max(Chunk.objects.filter(card=card).values_list("pk", flat=True))
        second = add_draft(card, repriced(table, SHARE))
        yield exact("store: new bytes of a 1 % change", 100 * stored(second, last) / whole, 5, "%")


def stored(revision: Revision, after: int = 0) -> int:
    """Bytes of the chunks stored after a chunk's id, and of the revision's own table of contents."""
    payloads = Chunk.objects.filter(card=revision.card_id, pk__gt=after).values_list("payload", flat=True)
    return sum(len(payload) for payload in payloads) + len(revision.directory)


# -- build -------------------------------------------------------------------------------------------------------------


def build(world: World) -> Iterator[Figure]:
    """Three parents from their chunks into the chunks of a draft, against as many rows inserted and indexed."""
    each = max(world.size.rates // 5, 1000)
    peak = peak_mb(build_alone, each)
    with unit(world) as actor:
        parents = [add_draft(new_card(world, actor, f"parent {one}"), price_list(each, [world.size.seed, one]))
                   for one in range(PARENTS)]  # fmt: skip
        child = new_card(world, actor, "child")
        built = built_from(parents)
        with rows.plain_rows(world, built) as table:
            yield compared(f"build: {PARENTS} parents of {each:,}", partial(build_and_keep, parents, child),
                           partial(rows.insert_and_index, world, table), 1.8, peak_mb=peak)  # fmt: skip


def build_and_keep(parents: list[Revision], child: RateCard) -> None:
    with undone():
        add_draft(child, built_from(parents))


def built_from(parents: list[Revision]) -> RateTable:
    return build_table([Parent(store.load(one)) for one in parents], RULES, Options(decimals=8)).table


def build_alone(each: int) -> None:
    """The arithmetic alone, for its memory: parents decoded, built, encoded."""
    parents = [Parent(price_list(each, [1, one])) for one in range(PARENTS)]
    chunks.encode(build_table(parents, RULES, Options(decimals=8)).table)


# -- page --------------------------------------------------------------------------------------------------------------


def page(world: World) -> Iterator[Figure]:
    """Fifty rates in the middle of the largest card, against the first fifty rows of an index."""
    with unit(world) as actor:
        revision = add_draft(new_card(world, actor, "page"), table := price_list(world.size.rates, world.size.seed))
        middle = len(table) // 2
        with rows.plain_rows(world, table) as name:
            ours = partial(cold_page, revision, middle)
            yield compared("page: any fifty rates", ours, partial(rows.first_page, world, name), 10)


def cold_page(revision: Revision, start: int) -> list:
    """With nothing decoded beforehand."""
    store.contents.TABLES.clear()
    return store.rows(revision, start, start + 50)


# -- parts -------------------------------------------------------------------------------------------------------------


class Undo(Exception):
    """Ends a block whose writes are not to stay."""


@contextlib.contextmanager
def unit(world: World):
    """A unit of work of the master's administrator that leaves nothing behind."""
    actor = world.user("admin")
    with contextlib.suppress(Undo), world.through(world.login), acl.acting_as(actor):
        with connection.cursor() as cursor:  # it waits while the limit is measured through the other connection
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield actor
        raise Undo


@contextlib.contextmanager
def undone():
    """A savepoint that is rolled back."""
    with contextlib.suppress(Undo), transaction.atomic():
        yield
        raise Undo


def new_card(world: World, actor, name: str) -> RateCard:
    carrier = Carrier.objects.filter(owner=actor.company_id).first()
    return create_card(actor=actor, kind=RateCard.PROVIDER, name=f"Bench {name}", carrier=carrier)


def largest(world: World) -> int:
    return Revision.objects.order_by("-rows").values_list("card", flat=True).first()
