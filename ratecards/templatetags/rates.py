"""How figures of a rate card are written: prices out of price units, increments, moments, states."""

from datetime import datetime

from django import template
from django.utils.html import format_html
from django.utils.timezone import localtime

from accounts.templatetags.panel import badge
from ratecards import freshness, timeline
from ratecards.engine.classes import HEADINGS, capped
from ratecards.engine.diff import MOST_POINTS, Change
from ratecards.engine.numbers import UNITS, format_units, to_units
from ratecards.models import ProfitRule
from ratecards.models.card import DOWNLOADS
from ratecards.services.comparisons import Bar, percent

register = template.Library()

CHANGES = {"new": ("allowed", "New"), "increased": ("refused", "Increased"), "decreased": ("yes", "Decreased"),
           "closed": ("warning", "Closed"), "other": ("plain", "Other terms")}  # fmt: skip

TONES = {
    freshness.IN_SYNC: "in sync", freshness.STALE: "stale", freshness.ORPHANED: "refused", freshness.UNBUILDABLE: "warning",
    freshness.BUILT: "ready", freshness.UNBUILT: "pending", freshness.MANUAL: "manual",
}  # fmt: skip


@register.filter
def price(units, card=None) -> str:
    """Price units (1e-8) as plain decimal text with the card's currency: 448000 → `0.00448 USD`; None is a dash."""
    if units is None:
        return "–"
    return f"{format_units(units)} {card.currency}" if card else format_units(units)


@register.filter
def exact(units, card=None) -> str:
    """A Fraction of price units as decimal text to 12 places, with … where it goes on; an exact one to its last digit."""
    whole = units * 10_000  # 1e-12 of the currency
    cut = abs(whole.numerator) // whole.denominator
    text = f"{cut // 10**12}.{cut % 10**12:012d}".rstrip("0").rstrip(".")
    text = f"-{text}" if whole < 0 else text
    return f"{text}{'' if whole.denominator == 1 else '…'}{f' {card.currency}' if card else ''}"


@register.filter
def ratio(value) -> str:
    """A Fraction as `exact` writes one: what one currency is worth in another."""
    return exact(value * UNITS)


@register.filter
def figure(value) -> str:
    """A Decimal without exponent and without trailing zeros."""
    return f"{value.normalize():f}"


@register.filter
def priced(row, card) -> list[tuple[str, str]]:
    """(heading, price) of a rate's prices; a single one needs no heading."""
    headings = HEADINGS[card.presentation]
    return [(words if len(headings) > 1 else "", price(getattr(row, name), card)) for name, words in headings.items()]


@register.filter
def heading(column: str, card) -> str:
    """A price column as the lists of the card call it."""
    return HEADINGS[card.presentation].get(column, column)


@register.filter
def rule_type(value: str) -> str:
    """How a rule makes a price, in the words of the form in which it was written."""
    return dict(ProfitRule.TYPES).get(value, value)


@register.filter
def is_capped(row, card) -> bool:
    """Whether a price of a rate is above the card's cap, so that its calls are not routed."""
    return card.capped_rate is not None and capped(row, card.presentation, to_units(card.capped_rate))


@register.filter
def some_prices(rule, card) -> str:
    """To which prices a rule applies, in words; "" where it applies to all that the card presents."""
    headings = HEADINGS[card.presentation]
    named = [words for name, words in headings.items() if name in rule.columns]
    return ", ".join(named) if len(named) < len(headings) else ""


@register.filter
def countries(codes: str) -> str:
    """A stored list of countries with room to break lines."""
    return codes.replace(",", ", ")


@register.filter
def downloads(names: list[str]) -> str:
    """Which files an assigned company may download, in words."""
    return ", ".join(words for name, words in DOWNLOADS if name in names) or "None"


@register.simple_tag
def figures(row, columns, card) -> list[str]:
    """The prices of a rate in the order of `columns` (names of Row), dashes for a Blocked one."""
    return [price(None if row.blocked else getattr(row, name), card) for _, name in columns]


@register.filter
def nth(values: list, place: int):
    return values[place]


@register.simple_tag
def mark_of(row, marks: dict[str, bool]) -> str:
    """Whether a rate of a draft was changed or added by hand. marks: {prefix: whether it was listed before}."""
    return {True: "changed", False: "added"}.get(marks.get(row.prefix), "")


@register.simple_tag
def changes_of(before, after, columns) -> list[str]:
    """Prices, increments and connect cost of a rate before and after a change, one figure where both are the same."""
    sides = [[*(format_units(getattr(row, name)) for _, name in columns), billing(row), format_units(row.connect)]
             for row in (before, after)]  # fmt: skip
    return [new if old == new else f"{old} → {new}" for old, new in zip(*sides, strict=True)]


@register.filter
def billing(row) -> str:
    """MCD and pulse of a rate in seconds, as `30/6`."""
    return f"{row.mcd}/{row.pulse}"


@register.filter
def moment(at) -> str:
    """An instant on the reader's clock, with the name of the time zone."""
    return f"{localtime(at):%Y-%m-%d %H:%M %Z}" if at else "–"


@register.filter
def item(sequence, place):
    """The element of a list at a place, None beyond its end."""
    return sequence[place] if place is not None and place < len(sequence) else None


@register.simple_tag
def sync_badge(sync) -> str:
    """How a built card stands to its parents."""
    return badge(TONES[sync.state], sync.label)


@register.simple_tag
def state_badge(state: str) -> str:
    """A derived state of a revision."""
    return badge(state, timeline.STATES[state])


@register.simple_tag
def live_badge(revision) -> str:
    """Which revision of a card is the price list now."""
    return badge("active", f"Active revision: {revision.number}") if revision else badge("nothing live", "Nothing live")


@register.simple_tag
def upcoming_badge(activation) -> str:
    """Which revision was announced, and from when."""
    return badge("announced", f"Revision {activation.revision.number} from {moment(activation.live_from)}")


# -- what differs between two revisions --------------------------------------------------------------------------------


@register.simple_tag
def change_badge(change: Change) -> str:
    """What became of one prefix, in a word."""
    return badge(*CHANGES[change.kind])


@register.filter
def percent_of(change: Change) -> str:
    """The change of a price in per cent, a dash where it is sold on one side alone."""
    if change.kind not in ("increased", "decreased"):
        return "–"
    return "from 0" if change.points == MOST_POINTS else f"{percent(change.points)} %"


@register.simple_tag
def before_after(change: Change, what: str) -> str:
    """Increments ("billing") or connect cost of one prefix: both figures where they differ, else the one."""
    sides = [row for row, price in ((change.old, change.before), (change.new, change.after)) if row and price >= 0]
    texts = list(dict.fromkeys(billing(row) if what == "billing" else format_units(row.connect) for row in sides))
    return " → ".join(texts) or "–"


@register.simple_tag
def bar_of(bar: Bar, bars: list[Bar]) -> str:
    """A bar as long as its share of the longest one; decoration beside the figure, so hidden from screen readers."""
    longest = max(one.count for one in bars) or 1
    width = bar.count * 1000 // longest if bar.count else 0
    return format_html('<svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">'
                       '<rect width="{}" height="10" fill="currentColor"/></svg>', max(width, 4 if bar.count else 0))  # fmt: skip


@register.filter
def at(values: dict, key: str):
    """The value of a key."""
    return values.get(key, 0)


@register.filter
def as_bars(values: list[list]) -> list[Bar]:
    """The histogram of a kept report."""
    return [Bar(*one) for one in values]


@register.filter
def instant(text: str) -> str:
    """An instant out of a kept report (ISO, UTC) on the reader's clock."""
    return f"{localtime(datetime.fromisoformat(text)):%Y-%m-%d %H:%M}"
