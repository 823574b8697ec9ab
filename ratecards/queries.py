"""Which cards a user has, as provider and as customer cards, and what there is to show of them.

A company's provider cards are its own of that kind (the master's) and those assigned to it; its customer cards are its
own of that kind. What it has by assignment is a projection: the public face of the card and the prices it may see.
"""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from accounts import access
from ratecards import freshness, timeline
from ratecards.freshness import Sync
from ratecards.models import Activation, CardAssignment, CardParent, ProfitRule, RateCard, Revision
from ratecards.opening import open_cards

PROVIDER, CUSTOMER = "provider_card", "customer_card"


def family_of(card: RateCard, user) -> str:
    """The area of rights under which a user has a card: "provider_card" for every one that is not his company's."""
    return CUSTOMER if card.owner_id == user.company_id and card.kind == RateCard.CUSTOMER else PROVIDER


def is_own(card: RateCard, user) -> bool:
    return card.owner_id == user.company_id


def provider_cards(user, right: str = "provider_card.view") -> QuerySet[RateCard]:
    """The cards a user's company buys by: its own provider cards and what is assigned to it."""
    assigned = CardAssignment.objects.filter(company=user.company_id, ended_at__isnull=True).exclude(
        owner=user.company_id
    )
    mine = Q(owner=user.company_id, kind=RateCard.PROVIDER)
    return (
        access.visible(user, RateCard, right).filter(mine | Q(pk__in=assigned.values("card"))).select_related("private")
    )


def usable_cards(user) -> QuerySet[RateCard]:
    """The cards that a user's company may build from: its own and those assigned to it."""
    live = CardAssignment.objects.filter(company=user.company_id, ended_at__isnull=True)
    return access.visible(user, RateCard).filter(Q(owner=user.company_id) | Q(pk__in=live.values("card")))


def customer_cards(user, right: str = "customer_card.view") -> QuerySet[RateCard]:
    """The cards a user's company sells by."""
    return (
        access.visible(user, RateCard, right)
        .filter(owner=user.company_id, kind=RateCard.CUSTOMER)
        .select_related("private")
    )


def card_or_404(user, code: str, action: str = "view") -> RateCard:
    """The card of a code that a user has; Http404 for one he has not, PermissionDenied without the right to the action.

    Only views and exports of a card that is not one's own; everything else is its owner's.
    """
    for family, cards in ((CUSTOMER, customer_cards(user)), (PROVIDER, provider_cards(user))):
        card = cards.filter(code=code).first()
        if card is None:
            continue
        if not access.may(user, f"{family}.{action}") or (action not in ("view", "export") and not is_own(card, user)):
            raise PermissionDenied(f"needs {family}.{action}")
        return card
    raise Http404("no rate card")


# -- one card ----------------------------------------------------------------------------------------------------------


def revisions(card: RateCard, user) -> QuerySet[Revision]:
    """The revisions of a card that a user may see, newest first, without their contents.

    Of an own card all, with what is private of them; of an assigned one those active since the assignment or announced.
    """
    open_cards([card.pk])
    rows = access.visible(user, Revision).filter(card=card).defer("directory").order_by("-number")
    seen = timeline.seen_revisions(card)
    return rows.select_related("private") if seen is None else rows.filter(pk__in=seen)


def revision_or_404(card: RateCard, user, number: int) -> Revision:
    """The revision of a number; its `card` is set, so that the store asks for nothing twice."""
    revision = revisions(card, user).filter(number=number).first()
    if revision is None:
        raise Http404("no revision")
    revision.card = card
    return revision


def is_there(revision: Revision) -> bool:
    """Whether a revision that was read before has not been deleted since."""
    return Revision.objects.filter(pk=revision.pk).exists()


def possible_parents(card: RateCard, user) -> QuerySet[CardAssignment]:
    """The live assignments through which a user's card may be built: provider cards of its direction."""
    cards = provider_cards(user, "customer_card.update").filter(direction=card.direction, archived_at__isnull=True)
    mine = CardAssignment.objects.filter(company=user.company_id, ended_at__isnull=True, card__in=cards)
    return mine.exclude(card=card).select_related("card").order_by("card_id")


def parents_of(card: RateCard, user) -> QuerySet[CardParent]:
    """What an own card is built from, in order. `parent.assignment.ended_at` tells of one that was taken away; its card
    cannot be read any more, so fetch cards through `possible_parents`, never through the row."""
    return access.visible(user, CardParent).filter(card=card).select_related("assignment").order_by("position")


def rules_of(card: RateCard, user) -> QuerySet[ProfitRule]:
    """The profit table of an own card, in order."""
    return access.visible(user, ProfitRule).filter(card=card).select_related("prefix_set").order_by("position")


def assignments_of(card: RateCard, user) -> QuerySet[CardAssignment]:
    """To which companies an own card is and was assigned, the living ones first, without the owner's own row."""
    rows = access.visible(user, CardAssignment, "customer_card.view").filter(card=card, owner=user.company_id)
    return rows.exclude(company=user.company_id).select_related("company").order_by("-ended_at", "-id")


# -- a page of cards ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CardState:
    """What a list shows of a card beside its own columns. `revision` is the active one, `upcoming` the next announced.

    `sync` is None for a card that is not built by its viewer; `is_outdated`: a build for the announced instant would
    give other prices than what is announced.
    """

    revision: Revision | None = None
    upcoming: Activation | None = None
    sync: Sync | None = None
    is_outdated: bool = False


def states(cards, user) -> dict[int, CardState]:
    """{id of card: CardState} for the cards of one page.

    Two statements for provider cards (of at most 50 assigned ones), seven at most for customer cards; three more where
    some of these have announcements.
    """
    cards = list(cards)
    built = [card for card in cards if family_of(card, user) == CUSTOMER]
    bought = [card for card in cards if card not in built]
    looked = freshness.survey(built) if built else None
    sync = freshness.sync_of(built, looked) if built else {}
    outdated = freshness.outdated_of(built, looked) if built else ()
    nearest = (timeline.nearest(bought) if bought else {}) | (looked.nearest if looked else {})
    return {pk: CardState(near.active_revision, near.upcoming, sync.get(pk), pk in outdated)
            for pk, near in ((card.pk, nearest[card.pk]) for card in cards)}  # fmt: skip
