"""Prefix sets: named lists of prefixes that profit rules of the same company use."""

from django.core.exceptions import ValidationError

from ratecards.engine.matches import expressions_in, lines_of
from ratecards.engine.numbers import Refused
from ratecards.models import PrefixSet, ProfitRule
from ratecards.services.guard import refusals, require_right

MAX_LINES = 2000
MAX_PATTERNS = 100


def create_prefix_set(*, actor, name: str, data: str) -> PrefixSet:
    """Make a prefix set of the actor's company. Right: prefix_set.create. Raises ValidationError by field."""
    require_right(actor, "prefix_set.create")
    with refusals():
        return PrefixSet.objects.create(owner_id=actor.company_id, name=name.strip(), data=checked(data))


def change_prefix_set(prefix_set: PrefixSet, *, actor, name: str, data: str) -> PrefixSet:
    """Change name and lines. Right: prefix_set.update. Cards whose rules use it are stale until they are built again."""
    require_right(actor, "prefix_set.update")
    with refusals():
        fresh = locked(prefix_set)
        fresh.name, fresh.data = name.strip(), checked(data)
        fresh.save(update_fields=["name", "data"])
    return fresh


def delete_prefix_set(prefix_set: PrefixSet, *, actor) -> None:
    """Delete a prefix set that no rule uses. Right: prefix_set.delete. Raises ValidationError naming how many use it."""
    require_right(actor, "prefix_set.delete")
    with refusals():
        fresh = locked(prefix_set)
        if used := ProfitRule.objects.filter(prefix_set=fresh).count():
            raise ValidationError(
                f"{used} profit rule{'s use' if used > 1 else ' uses'} this prefix set: change them first."
            )
        fresh.delete()


def locked(prefix_set: PrefixSet) -> PrefixSet:
    fresh = PrefixSet.objects.select_for_update().filter(pk=prefix_set.pk).first()
    if fresh is None:
        raise ValidationError("Somebody deleted this prefix set meanwhile.")
    return fresh


def checked(data: str) -> str:
    """The lines without what is empty, each understood by the engine; ValidationError on `data` naming the line."""
    lines = [line.strip() for line in data.splitlines()]
    if sum(map(bool, lines)) > MAX_LINES:
        raise ValidationError({"data": f"More than {MAX_LINES} lines."})
    if sum(map(expressions_in, set(lines))) > MAX_PATTERNS:
        raise ValidationError({"data": f"More than {MAX_PATTERNS} regular expressions."})
    try:
        draws = lines_of(tuple(lines))
    except Refused as refused:
        raise ValidationError({"data": refused.message}) from refused
    if not draws:
        raise ValidationError({"data": "Write at least one prefix."})
    return "\n".join(line for line in lines if line)
