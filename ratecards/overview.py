"""What lists and pages show of cards: their names, and in few statements how every card of a page stands.

A list brings what the owner knows of his cards along as sub-queries (`for_list`, `for_build_list`); `lines` adds which
revisions are live, in one statement more (two with the opening of assigned cards), and judges by freshness's rules.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, JSONObject, Lower, Now, NullIf

from ratecards import exchange, queries, timeline
from ratecards.freshness import Announced, engine_rule, gathered, judged, outdated, pairs_of
from ratecards.models import (
    Activation,
    CardAssignment,
    CardParent,
    CardPrivate,
    PrefixSet,
    ProfitRule,
    RateCard,
    Revision,
    RevisionPrivate,
)
from ratecards.opening import LIMIT
from ratecards.queries import CardState


def named(cards: QuerySet[RateCard], company: int) -> QuerySet[RateCard]:
    """Cards with `shown_name`: the owner's own name for a company's own cards, the public one or the code for others.

    `sort_name` is the same in small letters.
    """
    private = CardPrivate.objects.filter(card=OuterRef("pk"), owner=company).values("name")
    public = NullIf("public_name", Value(""))
    shown = Coalesce(Subquery(private), public, "code", output_field=CharField())
    return cards.annotate(shown_name=shown, sort_name=Lower(shown))


# -- lists -------------------------------------------------------------------------------------------------------------


def for_list(cards: QuerySet[RateCard], company: int) -> QuerySet[RateCard]:
    """Cards with `shown_name`, and of own ones `carrier_name` and `last_number`, that of the newest revision."""
    own = {"card": OuterRef("pk"), "owner": company}
    return named(cards, company).annotate(
        carrier_name=Subquery(CardPrivate.objects.filter(**own).values("carrier__name")),
        last_number=Subquery(Revision.objects.filter(**own).order_by("-number").values("number")[:1]),
    )


def for_build_list(cards: QuerySet[RateCard], company: int) -> QuerySet[RateCard]:
    """Customer cards with all that a build of each depends on, but for what its parents' prices are now."""
    rules = ProfitRule.objects.filter(card=OuterRef("pk")).order_by("position")
    parents = CardParent.objects.filter(card=OuterRef("pk")).order_by("position")
    built = RevisionPrivate.objects.filter(revision__card=OuterRef("pk"), revision__state=Revision.READY).exclude(
        build_key=""
    )
    return for_list(cards, company).select_related("private").annotate(
        rule_list=ArraySubquery(rules.values(json=rule_facts())),
        parent_list=ArraySubquery(parents.values(json=parent_facts())),
        built_list=ArraySubquery(built.values(json=JSONObject(pk="revision_id", key="build_key"))),
    )  # fmt: skip


def rule_facts() -> JSONObject:
    """One profit rule as JSON. Its figures are texts: a JSON number would come back as a float."""
    plain = ("match", "type", "status", "columns", "mcd", "pulse", "decimals", "name", "prefix_set_id")
    lines = PrefixSet.objects.filter(pk=OuterRef("prefix_set")).values("data")
    return JSONObject(**{field: field for field in plain}, value=Cast("value", CharField()),
                      connect=Cast("connect", CharField()), data=Subquery(lines))  # fmt: skip


def rule_of(facts: dict) -> ProfitRule:
    """A profit rule as far as a build asks for it."""
    lines, connect = facts.pop("data"), facts["connect"]
    rule = ProfitRule(**facts | {"value": Decimal(facts["value"]), "connect": connect and Decimal(connect)})
    if rule.prefix_set_id:
        rule.prefix_set = PrefixSet(pk=rule.prefix_set_id, data=lines)
    return rule


def parent_facts() -> JSONObject:
    """One parent as JSON. Its card is asked by sub-query: joined, a card that was taken away would hide the parent."""
    card = RateCard.objects.filter(pk=OuterRef("assignment__card_id"))
    return JSONObject(
        pk="assignment__card_id", ended="assignment__ended_at", owner_id="assignment__owner_id",
        currency=Subquery(card.values("currency")), public_name=Subquery(card.values("public_name")),
        code=Subquery(card.values("code")), direction=Subquery(card.values("direction")),
        archived_at=Subquery(card.values("archived_at")), presentation=Subquery(card.values("presentation")),
        source_countries=Subquery(card.values("source_countries")),
        destination_countries=Subquery(card.values("destination_countries")),
    )  # fmt: skip


def lines(cards, company: int) -> dict[int, CardState]:
    """{id of card: CardState} for one page of `for_list` or `for_build_list`; `sync` of the company's own cards.

    One statement more where a parent has another currency, two where builds are announced.
    """
    cards = list(cards)
    built = [card for card in cards if card.owner_id == company and hasattr(card, "parent_list")]
    sources = {card.pk: [parent_of(one) for one in card.parent_list] for card in built}
    rules = {card.pk: tuple(engine_rule(rule_of(dict(one))) for one in card.rule_list) for card in built}
    nearest = timeline.nearest([*cards, *(source for found in sources.values() for source in found if source)])
    rates = exchange.rates_between(pairs_of((card, sources[card.pk]) for card in built))
    sync, announced = {}, []
    for card in built:
        keys = {one["pk"]: one["key"] for one in card.built_list}
        inputs = gathered(card, sources[card.pk], nearest, rules[card.pk], rates)
        sync[card.pk] = judged(inputs, nearest[card.pk].active_revision, keys)
        upcoming = nearest[card.pk].upcoming
        if upcoming and (key := keys.get(upcoming.revision_id)):
            announced.append(Announced(card, sources[card.pk], rules[card.pk], key))
    late = outdated(announced, nearest)
    return {card.pk: CardState(nearest[card.pk].active_revision, nearest[card.pk].upcoming, sync.get(card.pk), card.pk in late)
            for card in cards}  # fmt: skip


def parent_of(facts: dict) -> RateCard | None:
    """A parent as far as a build asks for it; None for one that was taken away."""
    if facts["ended"] or facts["currency"] is None:
        return None
    return RateCard(**{name: value for name, value in facts.items() if name != "ended"})


def outdated_announcements(user) -> list[RateCard]:
    """The user's own cards, named, that will go live at other prices than a build for that moment would give by now.

    Looked into are the 50 whose next built announcement is the soonest; each has its state as `line`.
    """
    coming = Activation.objects.filter(card=OuterRef("pk"), cancellation=None, live_from__gt=Now())
    built = coming.exclude(revision__private__build_key="").order_by("live_from")
    cards = queries.customer_cards(user).annotate(soonest=Subquery(built.values("live_from")[:1]))
    cards = list(named(cards.filter(soonest__isnull=False), user.company_id).order_by("soonest", "pk")[:LIMIT])
    states = queries.states(cards, user) if cards else {}
    for card in cards:
        card.line = states[card.pk]
    return [card for card in cards if card.line.is_outdated]


# -- one card ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ParentLine:
    """One parent of a card as its owner may see it; `card` is None for one that was taken away."""

    card: RateCard | None
    revision: Revision | None = None
    upcoming: timeline.Activation | None = None


def parents(card: RateCard, user) -> list[ParentLine]:
    """What an own customer card is built from, in order."""
    rows = queries.parents_of(card, user)
    live = [row.assignment.card_id for row in rows if row.assignment.ended_at is None]
    cards = {one.pk: one for one in named(RateCard.objects.filter(pk__in=live), user.company_id)}
    nearest = timeline.nearest(cards.values())
    found = [cards.get(row.assignment.card_id) if row.assignment.ended_at is None else None for row in rows]
    return [
        ParentLine(one, nearest[one.pk].active_revision, nearest[one.pk].upcoming) if one else ParentLine(None)
        for one in found
    ]


def children(card: RateCard, user) -> QuerySet[RateCard]:
    """The user's company's own cards that are built from this one, named."""
    built = CardParent.objects.filter(assignment__card=card, assignment__ended_at__isnull=True, owner=user.company_id)
    rows = RateCard.objects.filter(pk__in=built.values("card"), archived_at__isnull=True)
    return named(rows, user.company_id).order_by("sort_name", "id")


def usable(user, right: str) -> QuerySet[CardAssignment]:
    """The live assignments through which a user's company may build a card, with `card_name`."""
    cards = queries.provider_cards(user, right).filter(archived_at__isnull=True)
    name = named(RateCard.objects.filter(pk=OuterRef("card")), user.company_id).values("shown_name")
    mine = CardAssignment.objects.filter(company=user.company_id, ended_at__isnull=True, card__in=cards)
    return mine.select_related("card").annotate(card_name=Subquery(name)).order_by(Lower("card_name"), "id")
