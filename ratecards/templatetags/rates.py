"""How figures of a rate card are written: prices out of price units, increments, moments, states."""

from django import template
from django.utils.timezone import localtime

from accounts.templatetags.panel import badge
from ratecards import freshness, timeline
from ratecards.engine.numbers import format_units

register = template.Library()

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
def figure(value) -> str:
    """A Decimal without exponent and without trailing zeros."""
    return f"{value.normalize():f}"


@register.filter
def billing(row) -> str:
    """MCD and pulse of a rate in seconds, as `30/6`."""
    return f"{row.mcd}/{row.pulse}"


@register.filter
def moment(at) -> str:
    """An instant on the reader's clock, with the name of the time zone."""
    return f"{localtime(at):%Y-%m-%d %H:%M %Z}" if at else "–"


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
