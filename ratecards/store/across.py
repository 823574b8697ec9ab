"""One number in many cards at once: what `find` says of each card's active prices, in few statements for all of them."""

from collections.abc import Iterable

from accounts import acl
from ratecards import timeline
from ratecards.engine import keys as prefix_keys
from ratecards.engine import lookup
from ratecards.engine.chunks import Damaged
from ratecards.engine.directory import Directory
from ratecards.engine.table import RateTable, Row
from ratecards.models import CardAssignment, Chunk, RateCard, Revision
from ratecards.store.contents import DIRECTORIES, TABLES, decoded, opened


def find_active(cards: Iterable[RateCard], number: str) -> dict[int, tuple[Revision, Row | None | Damaged]]:
    """{id of card: (its active revision, the longest match of the number, which may be None or the damage found)}.

    Five statements at most for own cards and up to 50 others. Both locks are asked: only own cards and those with a live
    assignment are looked into, and only what the log says is active; row security shows the revisions in this unit, or
    not. Cards that are not readable or have nothing live are left out. Raises Refused for what is no number.
    """
    key = prefix_keys.encode_number(number)
    active = active_of(list(cards))
    contents = directories_of(active)
    tables = tables_at(active, contents, key)
    return {revision.card_id: (revision, matched(contents[revision.pk], tables.get(revision.pk), number))
            for revision in active if revision.pk in contents}  # fmt: skip


def active_of(cards: list[RateCard]) -> list[Revision]:
    """The active revisions of those of the cards that the unit may read, `card` set."""
    mine = {card.pk: card for card in held(cards)}
    active = [near.active_revision for near in timeline.nearest(mine.values()).values() if near.active]
    for revision in active:
        revision.card = mine[revision.card_id]
    return active


def find_in(revisions: list[Revision], number: str) -> dict[int, Row | None | Damaged]:
    """{id of revision: the longest match of a number, None, or the damage found} for revisions that the caller may see
    of one card, `card` set; three statements at most. Those that row security hides are left out. Raises Refused."""
    key = prefix_keys.encode_number(number)
    contents = directories_of(revisions)
    tables = tables_at(revisions, contents, key)
    return {revision.pk: matched(contents[revision.pk], tables.get(revision.pk), number)
            for revision in revisions if revision.pk in contents}  # fmt: skip


def held(cards: list[RateCard]) -> list[RateCard]:
    """Those of the cards that the unit's company owns or has by a live assignment; the master has all."""
    unit = acl.current()
    if unit is None or unit.is_master:
        return cards
    foreign = [card.pk for card in cards if card.owner_id != unit.company_id]
    if not foreign:
        return cards
    rows = CardAssignment.objects.filter(card__in=foreign, company=unit.company_id, ended_at__isnull=True)
    live = set(rows.values_list("card", flat=True))
    return [card for card in cards if card.owner_id == unit.company_id or card.pk in live]


def directories_of(revisions: list[Revision]) -> dict[int, Directory | Damaged]:
    """{id of revision: its table of contents, or what is wrong with it}; those that may not be read are left out."""
    stored = Revision.objects.filter(pk__in=[revision.pk for revision in revisions])
    known = {revision.pk: DIRECTORIES.get((revision.card_id, bytes(revision.digest))) for revision in revisions}
    readable = {} if all(known.values()) else dict(stored.filter(pk__in=missing(known)).values_list("pk", "directory"))
    for revision in revisions:
        if known[revision.pk] is None and revision.pk in readable:
            try:
                known[revision.pk] = opened(revision, bytes(revision.digest), readable[revision.pk])
            except Damaged as damage:
                known[revision.pk] = damage
    return {pk: one for pk, one in known.items() if one is not None}


def missing(known: dict) -> list:
    return [key for key, value in known.items() if value is None]


def tables_at(revisions: list[Revision], contents: dict, key: int) -> dict[int, RateTable | Damaged]:
    """{id of revision: the decoded chunk in which a key lies}, all that are not decoded yet fetched at once."""
    places = {}
    for revision in revisions:
        found = contents.get(revision.pk)
        if isinstance(found, Directory) and (place := found.chunk_of_key(key)) >= 0:
            places[revision, place] = None
    return {revision.pk: table for (revision, _), table in tables_of_all(places, contents).items()}


def tables_of_all(places: Iterable, contents: dict, *, keep=True) -> dict[tuple[Revision, int], RateTable | Damaged]:
    """{(revision, place of a chunk): the decoded chunk} for such pairs, all that are not decoded yet fetched at once."""
    address = {pair: (pair[0].card_id, contents[pair[0].pk].digests[pair[1]]) for pair in places}
    tables = {pair: TABLES.get(one) for pair, one in address.items()}
    payloads = fetched([address[pair] for pair in address if tables[pair] is None])
    for revision, place in address:
        if tables[revision, place] is not None:
            continue
        try:
            table = decoded(revision, contents[revision.pk], place, payloads.get(revision.card_id, {}))
            if keep:
                TABLES.put(address[revision, place], table)
        except Damaged as damage:
            table = damage
        tables[revision, place] = table
    return tables


def fetched(addresses: list) -> dict[int, dict[bytes, bytes]]:
    """{id of card: {digest: payload}} of the parts at some addresses."""
    if not addresses:
        return {}
    digests = {digest for _, pair in addresses for digest in pair}
    rows = Chunk.objects.filter(card__in={card for card, _ in addresses}, digest__in=list(digests))
    found: dict[int, dict[bytes, bytes]] = {}
    for card, digest, payload in rows.values_list("card", "digest", "payload"):
        found.setdefault(card, {})[bytes(digest)] = bytes(payload)
    return found


def matched(contents: Directory | Damaged, table: RateTable | Damaged | None, number: str) -> Row | None | Damaged:
    for part in (contents, table):
        if isinstance(part, Damaged):
            return part
    holder, place = lookup.find_in_revision(contents, lambda _: table, number)
    return holder.row(place) if holder is not None else None
