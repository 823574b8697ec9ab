"""One card as its pages show it: who may open it, under which name, with which tabs, on which state."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse

from accounts import access
from ratecards import overview, queries
from ratecards.downloads import FORMATS
from ratecards.models import RateCard
from ratecards.services import exports

VIEW = ("provider_card.view", "customer_card.view")
BOTH = (RateCard.PROVIDER, RateCard.CUSTOMER)
FOR_ALL = ("card_detail", "card_rates", "card_compare")  # of a card that is assigned, there is no more
TABS = (
    ("Main", "card_detail", "view", BOTH),
    ("Rates", "card_rates", "view", BOTH),
    ("Revisions", "card_revisions", "view", BOTH),
    ("Compare", "card_compare", "view", BOTH),
    ("Properties", "card_properties", "update", BOTH),
    ("Profits", "card_profits", "profit_rule.view", BOTH[1:]),
    ("Build", "card_build", "build", BOTH[1:]),
    ("Assignments", "card_assignments", "view", BOTH[1:]),
    ("Import", "card_import", "import_rates", BOTH),
)


def card_or_404(user, code: str, action: str = "view", *, own: bool = True, kind: str | None = None) -> RateCard:
    """The card of a code for one action ("update", or a right of another area such as "profit_rule.view").

    404 for a card the user does not see; and, unless `own` is False, for one that is not his company's: of such a card
    there is nothing but its prices. The same for a card of another `kind`. 403 without the right, which follows what
    the card is to the reader: one that was assigned to him is a provider card. Adds `is_own` to the card.
    """
    card = seen(user, code)
    card.is_own = queries.is_own(card, user)
    if (own and not card.is_own) or (kind and card.kind != kind):
        raise Http404("no rate card")
    if not may(user, card, action):
        raise PermissionDenied(f"needs {right_of(user, card, action)}")
    return card


def number_or_404(text: str) -> int:
    """The number of a revision as it stands in a form or an address."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Http404("no revision")
    return int(text)


def seen(user, code: str) -> RateCard:
    """The visible card of a code under whichever right to see cards the user holds."""
    for right in VIEW:
        if access.may(user, right):
            cards = overview.named(access.visible(user, RateCard, right), user.company_id)
            if card := cards.filter(code=code).first():
                return card
    raise Http404("no rate card")


def right_of(user, card, action: str) -> str:
    return action if "." in action else f"{queries.family_of(card, user)}.{action}"


def may(user, card, action: str) -> bool:
    """Whether the user holds the right to an action on this card."""
    return access.may(user, right_of(user, card, action))


def can(user, card, action: str) -> bool:
    """Whether the user could change the card so now: buttons show exactly when they work."""
    return card.is_own and card.archived_at is None and may(user, card, action)


def downloads_of(user, card) -> list[tuple[str, str]]:
    """(format, words) of the files in which the user may have the card's prices."""
    return [(form, FORMATS[form].label) for form in exports.offered(card, user)]


def card_page(user, card, here: str = "", **more) -> dict:
    """What every page of a card shows around its content. `here` is the last step of the breadcrumb."""
    family = queries.family_of(card, user)
    page = {
        "card": card, "title": card.shown_name, "here": here, "menu_here": f"ratecards:{family}_list",
        "tabs": tabs_of(user, card), "line": queries.states([card], user)[card.pk],
        "family": family.removesuffix("_card").capitalize(),
    }  # fmt: skip
    return page | more


def tabs_of(user, card) -> list[tuple[str, str]]:
    """(label, address) of the pages of a card that the user could open."""
    return [
        (label, reverse(f"ratecards:{route}", args=[card.code]))
        for label, route, action, kinds in TABS
        if card.kind in kinds and (card.is_own or route in FOR_ALL) and may(user, card, action)
    ]
