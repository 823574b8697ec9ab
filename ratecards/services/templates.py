"""Layouts that a company confirmed, by name: the next sheet of the same header is read the same way."""

import hashlib
from dataclasses import replace

from django.core.exceptions import PermissionDenied

from accounts import access
from ratecards.models import ImportTemplate, RateCard
from ratecards.services.guard import refusals
from ratecards.sheets import Layout, SheetError
from ratecards.sheets.formats import normal

KEPT = ("format", "mapping", "decimal_comma", "rate_unit", "from_start", "mcd", "pulse", "codes", "cut", "lead", "dates", "zone",
        "closed", "full")  # fmt: skip
RIGHTS = tuple(f"{kind}_card.import_rates" for kind, _ in RateCard.KINDS)


def header_of(layout: Layout) -> str:
    """A digest of what the columns are called; without a header, of how many there are."""
    names = "\x1f".join(map(normal, layout.columns)) if layout.header else f"no header, {len(layout.columns)} columns"
    return hashlib.sha256(names.encode()).hexdigest()


def template_for(layout: Layout, actor) -> ImportTemplate | None:
    """The template of the actor's company for sheets of this header."""
    return ImportTemplate.objects.filter(owner=actor.company_id, header=header_of(layout)).first()


def applied(layout: Layout, actor) -> Layout:
    """The layout with what the company's template for this header says; as recognised when there is none.

    A template that no longer makes a layout, because the panel has changed since, counts as none.
    """
    template = template_for(layout, actor)
    if template is None:
        return layout
    said = {name: value for name, value in template.layout.items() if name in KEPT}
    try:
        found = replace(layout, **{name: tuple(value) if name == "mapping" else value for name, value in said.items()})
    except (SheetError, TypeError):
        return layout
    return replace(found, notes=(f"Read as the template “{template.name}” says.", *layout.notes))


def keep_template(name: str, layout: Layout, *, actor) -> ImportTemplate:
    """Remember a layout under a name, in place of what was remembered of this header. Right: import.

    Raises ValidationError for a name that another header has.
    """
    require(actor)
    values = {key: value for key, value in layout.to_dict().items() if key in KEPT}
    with refusals():
        ImportTemplate.objects.filter(owner=actor.company_id, header=header_of(layout)).exclude(name=name).delete()
        template, made = ImportTemplate.objects.get_or_create(
            owner_id=actor.company_id, header=header_of(layout), defaults={"name": name, "layout": values}
        )
        if not made:
            template.layout = values
            template.save(update_fields=["layout"])
    return template


def forget_template(template: ImportTemplate, *, actor) -> None:
    """Forget a template of the own company. Right: import."""
    require(actor)
    if template.owner_id != actor.company_id:
        raise PermissionDenied("needs an own template")
    template.delete()


def require(actor) -> None:
    if not any(access.may(actor, right) for right in RIGHTS):
        raise PermissionDenied("needs the right to import")
