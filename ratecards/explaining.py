"""Why a rate of a built card is what it is: the parents' rows of then, the rule, and every step between."""

from dataclasses import dataclass

from ratecards import overview, queries, store
from ratecards.engine.classes import SPLIT
from ratecards.engine.explain import Explanation, explain
from ratecards.engine.table import Row
from ratecards.models import RateCard, Revision
from ratecards.recipes import options_in, rates_in, rules_in


@dataclass(frozen=True)
class Source:
    """A parent as its user may see it: the card (None: it was taken away) and the number of the revision of then."""

    card: RateCard | None
    number: int


@dataclass(frozen=True)
class Explained:
    """A stored rate and how it came to be; `problem` says in words why that cannot be told, then there is no `steps`.

    `agrees`: the steps end in the stored figures.
    """

    row: Row | None
    sources: tuple[Source, ...] = ()
    steps: Explanation | None = None
    agrees: bool = False
    problem: str = ""


def explained(card: RateCard, revision: Revision, number: str, user) -> Explained:
    """Explain the rate of an own card's revision that a number (or a prefix) is sold at.

    It ends at what the company itself buys: the rows of its provider cards, as far as it may read them now. Raises
    Refused for what is no number.
    """
    row = store.find(revision, number)
    recipe = revision.private.recipe
    if row is None:
        return Explained(None, problem="This revision has no rate for it: it is not sold.")
    if not recipe:
        return Explained(row, problem="This revision was not built: its rates were imported or written by hand.")
    sources = tuple(sources_of(recipe, user))
    if not all(source.card for source in sources):
        return Explained(row, sources, problem="A parent was taken away since, and its prices with it.")
    rows = []
    for source, parent in zip(sources, recipe["parents"], strict=True):
        was = queries.revisions(source.card, user).filter(pk=parent["revision"]).first()
        if was is None:
            return Explained(row, sources, problem="The prices of a parent of then cannot be read any more.")
        was.card = source.card
        rows.append(store.find(was, row.prefix))
    of_two = [source.card.presentation == SPLIT for source in sources]
    steps = explain(row.prefix, rows, rates_in(recipe), rules_in(recipe), options_in(recipe),
                    two_prices=card.presentation == SPLIT, parents_of_two=of_two)  # fmt: skip
    return Explained(row, sources, steps, agrees=steps.row == row)


def sources_of(recipe: dict, user):
    """The parents of a recipe, each as the user has it as a provider card now."""
    ids = [parent["card"] for parent in recipe["parents"]]
    cards = overview.named(queries.usable_cards(user).filter(pk__in=ids), user.company_id).in_bulk()
    for parent in recipe["parents"]:
        yield Source(cards.get(parent["card"]), parent["number"])
