"""Whether a card's prices are still what a build would give: one key of all that a build depends on, compared.

The key is recomputed from the parents' active revisions, the rules, the options and the engine's version, so nobody
has to remember to mark a card stale, and a parent that returns to its old prices brings its children back in sync.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import NamedTuple

from django.db.models import prefetch_related_objects

from ratecards import exchange, timeline
from ratecards.engine.build import build_key
from ratecards.engine.classes import EEA, SINGLE
from ratecards.engine.numbers import Refused, to_units
from ratecards.engine.options import Options
from ratecards.engine.rules import Rule
from ratecards.models import Activation, CardParent, ProfitRule, RateCard, Revision, RevisionPrivate
from ratecards.timeline import Nearest

MANUAL, UNBUILT, BUILT, IN_SYNC, STALE, ORPHANED, UNBUILDABLE = (
    "manual", "unbuilt", "built", "in_sync", "stale", "orphaned", "unbuildable")  # fmt: skip
SYNC = {
    MANUAL: "Manual",
    UNBUILT: "Not built yet",
    BUILT: "Built, not active",
    IN_SYNC: "In sync",
    STALE: "Stale",
    ORPHANED: "Orphaned",
    UNBUILDABLE: "Cannot be built",
}


@dataclass(frozen=True)
class Inputs:
    """What a build of one card would start from: the parents' active revisions and their exchange rates in order, the
    rules, the options, and the key of it all; of an instant to come, those that are announced for it.

    `problem` says in words why it cannot be built ("" when it can), and then the key is "". `orphaned`: a parent was
    taken away.
    """

    parents: tuple[Revision, ...] = ()
    rates: tuple[Fraction, ...] = ()
    rules: tuple[Rule, ...] = ()
    options: Options = field(default_factory=Options)
    key: str = ""
    problem: str = ""
    orphaned: bool = False
    has_parents: bool = True


@dataclass(frozen=True)
class Sync:
    """How a card stands to its parents: one of SYNC, its label, and why it cannot be built where it cannot."""

    state: str
    problem: str = ""

    @property
    def label(self) -> str:
        return SYNC[self.state]


@dataclass(frozen=True)
class Survey:
    """Of some cards: what each would be built from, the activations of each and of all their parents, and these."""

    inputs: dict[int, Inputs]
    nearest: dict[int, Nearest]
    sources: dict[int, list[RateCard | None]]


def survey(cards, at: datetime | None = None) -> Survey:
    """Look at own customer cards, now or at an instant to come, in six statements, one fewer where `private` is fetched.

    One more for every 50 assigned parents beyond the first 50, and one where a parent has another currency.
    """
    cards = list(cards)
    prefetch_related_objects(cards, "private")
    ids = [card.pk for card in cards]
    listed, rules = defaultdict(list), defaultdict(list)
    parents = CardParent.objects.filter(card__in=ids).order_by("card", "position")
    for card, source, ended in parents.values_list("card", "assignment__card", "assignment__ended_at"):
        listed[card].append(source if ended is None else None)
    for rule in ProfitRule.objects.filter(card__in=ids).select_related("prefix_set").order_by("card", "position"):
        rules[rule.card_id].append(engine_rule(rule))
    sources = RateCard.objects.in_bulk({pk for pks in listed.values() for pk in pks if pk})
    nearest = timeline.nearest([*cards, *sources.values()], at)
    found = {card.pk: [sources.get(pk) for pk in listed[card.pk]] for card in cards}
    rates = exchange.rates_between(pairs_of((card, found[card.pk]) for card in cards), at)
    inputs = {card.pk: gathered(card, found[card.pk], nearest, tuple(rules[card.pk]), rates) for card in cards}
    return Survey(inputs, nearest, found)


def pairs_of(cards) -> set[exchange.Pair]:
    """The currencies that cards need in one another, of pairs (card, its parents)."""
    return {(source.currency, card.currency) for card, sources in cards for source in sources if source}


def inputs_of(card: RateCard, at: datetime | None = None) -> Inputs:
    """What one own customer card would be built from now, or by what is announced for an instant to come."""
    return survey([card], at).inputs[card.pk]


def gathered(
    card: RateCard,
    sources: list[RateCard | None],
    nearest: dict[int, Nearest],
    rules: tuple[Rule, ...],
    rates: dict[exchange.Pair, Fraction],
) -> Inputs:
    problem = why_not(card, sources, nearest, rates)
    options = options_of(card)
    if not problem:
        parents = tuple(nearest[source.pk].active_revision for source in sources)
        try:
            worth = tuple(rates[source.currency, card.currency] for source in sources)
            contents = [(bytes(parent.digest), rate) for parent, rate in zip(parents, worth, strict=True)]
            return Inputs(parents, worth, rules, options, build_key(contents, rules, options))
        except Refused as refused:
            problem = refused.message
    return Inputs(rules=rules, options=options, problem=problem, orphaned=None in sources, has_parents=bool(sources))


def why_not(card: RateCard, sources: list[RateCard | None], nearest: dict[int, Nearest], rates: dict) -> str:
    """Words why a card cannot be built from these, "" when it can. A parent that was taken away (None) is not named."""
    if card.archived_at:
        return "The card is archived."
    if not sources:
        return "The card has no parents."
    for place, source in enumerate(sources, 1):
        if source is None:
            return f"Parent {place} is not assigned to you any more."
        if source.archived_at:
            return f"{source} is archived."
        if source.direction != card.direction:
            return f"{source} has another direction than this card."
        if not fits(source, card):
            return (f"{source} has prices by {source.get_presentation_display()}, this card by "
                    f"{card.get_presentation_display()}: they say different things, or of other countries.")  # fmt: skip
        if (source.currency, card.currency) not in rates:
            return (f"{source} is in {source.currency}, this card in {card.currency}, and there is no exchange rate between "
                    "them: the master company keeps the table of exchange rates.")  # fmt: skip
        if nearest[source.pk].active is None:
            return f"{source} has no active revision."
    return ""


def fits(source: RateCard, card: RateCard) -> bool:
    """Whether the prices of a parent mean something on the card: of one price always, of several where they are for the
    same classes of calls, and become one price by the card's collapse."""
    if SINGLE in (source.presentation, card.presentation):
        return True
    if EEA not in (source.presentation, card.presentation):
        return True
    lists = ("presentation", "source_countries", "destination_countries")
    return all(getattr(source, name) == getattr(card, name) for name in lists)


def options_of(card: RateCard) -> Options:
    private = card.private
    return Options(
        compact=private.compact, collapse=private.collapse, increments=private.increments, shrink=private.shrink,
        presentation="single" if card.presentation == "single" else "split",
        decimals=card.price_precision, rounding=card.price_rounding,
        uncovered_at_cost=private.uncovered_at_cost, covered_by_all=private.covered_by_all,
    )  # fmt: skip


def engine_rule(rule: ProfitRule) -> Rule:
    """A row of the profit table as the engine takes it."""
    lines = tuple(rule.prefix_set.data.split("\n")) if rule.prefix_set_id else None
    return Rule(
        rule.match, rule.type, rule.value, tuple(rule.columns), rule.status, lines, rule.mcd, rule.pulse, rule.decimals,
        rule.name, None if rule.connect is None else to_units(rule.connect),
    )  # fmt: skip


class Announced(NamedTuple):
    """A card that announced a revision which was built with `key`, and what else a build of it depends on by now."""

    card: RateCard
    sources: list[RateCard | None]
    rules: tuple[Rule, ...]
    key: str


def outdated(cards: list[Announced], nearest: dict[int, Nearest]) -> set[int]:
    """The ids of the cards of which `is_outdated` is true of the next activation that is announced.

    One statement for any number of cards, one more where a parent has another currency, and none for no card; `nearest`
    knows the cards and their parents.
    """
    if not cards:
        return set()
    instants = {one.card.pk: nearest[one.card.pk].upcoming.live_from for one in cards}
    coming = timeline.announced(source for one in cards for source in one.sources if source)
    rates = exchange.rates_at(pairs_of((one.card, one.sources) for one in cards), instants.values())
    found = set()
    for card, sources, rules, key in cards:
        at = instants[card.pk]
        then = {one.pk: Nearest(holding_at(at, nearest[one.pk], coming.get(one.pk, ()))) for one in sources if one}
        if gathered(card, sources, then, rules, rates[at]).key != key:
            found.add(card.pk)
    return found


def holding_at(at: datetime, near: Nearest, coming: Sequence[Activation]) -> Activation | None:
    """Which activation of a card will hold at an instant to come: the last one announced until then, else the active."""
    return next((entry for entry in reversed(coming) if entry.live_from <= at), near.active)


def is_outdated(activation: Activation) -> bool:
    """Whether a build for the instant of an announced activation would give other prices than what is announced: its
    parents, rules or exchange rates changed since. What was not built never is."""
    key = RevisionPrivate.objects.filter(revision=activation.revision_id).values_list("build_key", flat=True).get()
    return bool(key) and inputs_of(activation.revision.card, activation.live_from).key != key


# -- how cards stand ---------------------------------------------------------------------------------------------------


def sync_state(cards) -> dict[int, Sync]:
    """{id of card: Sync} for customer cards of the unit's own company, in a constant number of statements."""
    cards = list(cards)
    return sync_of(cards, survey(cards))


def outdated_of(cards: list[RateCard], looked: Survey) -> set[int]:
    """`outdated` for cards that were surveyed already; one statement more, for what was announced of them."""
    coming = [looked.nearest[card.pk].upcoming for card in cards]
    revisions = [entry.revision_id for entry in coming if entry]
    built = RevisionPrivate.objects.filter(revision__in=revisions).exclude(build_key="")
    keys = dict(built.values_list("revision__card", "build_key")) if revisions else {}
    mine = [card for card in cards if card.pk in keys]
    rules = {card.pk: looked.inputs[card.pk].rules for card in mine}
    announced = [Announced(card, looked.sources[card.pk], rules[card.pk], keys[card.pk]) for card in mine]
    return outdated(announced, looked.nearest)


def sync_of(cards: list[RateCard], looked: Survey) -> dict[int, Sync]:
    """The same for cards that were surveyed already, in one statement."""
    wanted = {one.key for one in looked.inputs.values() if one.key}
    ready = RevisionPrivate.objects.filter(
        revision__card__in=cards, revision__state=Revision.READY, build_key__in=wanted
    )
    built = defaultdict(dict)
    for card, pk, key in ready.values_list("revision__card", "revision", "build_key"):
        built[card][pk] = key
    return {
        card.pk: judged(looked.inputs[card.pk], looked.nearest[card.pk].active_revision, built[card.pk])
        for card in cards
    }


def judged(inputs: Inputs, active: Revision | None, built: dict[int, str]) -> Sync:
    """`built` holds the ready revisions of the card by their key, as far as it is one that is wanted now."""
    if not inputs.has_parents:
        return Sync(MANUAL)
    if inputs.orphaned:
        return Sync(ORPHANED, inputs.problem)
    if inputs.problem:
        return Sync(UNBUILDABLE, inputs.problem)
    if active is not None and built.get(active.pk) == inputs.key:
        return Sync(IN_SYNC)
    if inputs.key in built.values():
        return Sync(BUILT)
    return Sync(STALE if active else UNBUILT)
