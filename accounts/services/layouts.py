"""Layouts of sheets that a company confirmed, by name: the next sheet of the same header is read the same way.

What the sheets tell of is said by a Shelf; the rules are here once.
"""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model

from accounts import access, acl
from accounts.sheets import SheetError, remapped

TAKEN = "A sheet of another header is remembered under this name: choose another one."


class Shelf(NamedTuple):
    """Where layouts of one kind of sheet are kept.

    `model` has owner, name, header and layout, unique by owner and header, and by owner and name under the constraint
    `name_law`; `kept` are the fields of a layout that are remembered; `normal(header)` is a column's name without what
    differs from file to file; `rights`: any one of them lets somebody remember and forget.
    """

    model: type[Model]
    kept: tuple[str, ...]
    normal: Callable[[str], str]
    rights: tuple[str, ...]
    name_law: str


def header_of(shelf: Shelf, layout) -> str:
    """A digest of what the columns are called; without a header, of how many there are."""
    columns = layout.columns
    names = "\x1f".join(map(shelf.normal, columns)) if layout.header else f"no header, {len(columns)} columns"
    return hashlib.sha256(names.encode()).hexdigest()


def template_for(shelf: Shelf, layout, actor) -> Model | None:
    """The template of the actor's company for sheets of this header."""
    return shelf.model.objects.filter(owner=actor.company_id, header=header_of(shelf, layout)).first()


def applied(shelf: Shelf, layout, actor):
    """The layout with what the company's template for this header says; as recognised when there is none.

    A template that no longer makes a layout, because the panel has changed since, counts as none.
    """
    template = template_for(shelf, layout, actor)
    if template is None:
        return layout
    said = {name: value for name, value in template.layout.items() if name in shelf.kept}
    try:
        found = replace(remapped(layout, tuple(said.pop("mapping"))), **said)
    except (SheetError, TypeError, ValueError, KeyError):
        return layout
    return replace(found, notes=(f"Read as the template “{template.name}” says.", *found.notes))


def keep_template(shelf: Shelf, name: str, layout, *, actor) -> Model:
    """Remember a layout under a name, in place of what was remembered of this header. Right: one of the shelf's.

    Raises ValidationError for a name that another header has.
    """
    require(shelf, actor)
    values = {key: value for key, value in layout.to_dict().items() if key in shelf.kept}
    mine = {"owner_id": actor.company_id, "header": header_of(shelf, layout)}
    try:
        with transaction.atomic():
            shelf.model.objects.filter(**mine).exclude(name=name).delete()
            template, made = shelf.model.objects.get_or_create(**mine, defaults={"name": name, "layout": values})
            if not made:
                template.layout = values
                template.save(update_fields=["layout"])
    except IntegrityError as error:
        if acl.constraint_of(error) != shelf.name_law:
            raise
        raise ValidationError({"template": TAKEN}) from error
    return template


def forget_template(shelf: Shelf, template: Model, *, actor) -> None:
    """Forget a template of the own company. Right: one of the shelf's."""
    require(shelf, actor)
    if template.owner_id != actor.company_id:
        raise PermissionDenied("needs an own template")
    template.delete()


def require(shelf: Shelf, actor) -> None:
    if not any(access.may(actor, right) for right in shelf.rights):
        raise PermissionDenied("needs the right to import")
