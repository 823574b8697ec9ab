"""The kinds of rows one can ask about: "may this user do that to this object, and why", "who can see this".

Every app declares its kinds in a module `kinds.py`; a kind that nobody declared cannot be asked about.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from uuid import UUID

from django.db.models import Model, Q, QuerySet, UUIDField
from django.http import Http404
from django.urls import reverse

from accounts import access
from accounts.areas import AREAS
from accounts.tenancy import APPS, register


@dataclass(frozen=True)
class Kind:
    """One kind of object.

    areas    the areas whose rights are used on such a row
    route    its page, by its `key`; `home`: the list it stands in
    names    fields that people know it by, besides the key; compared without regard to case
    called   adds to rows what a reader calls them: (reader, rows) -> rows; `name`: the field with it, if there is one
    limit    what the pages ask beyond right and reach: (user, right, thing) -> why not, or nothing
    notes    how the row came into the user's hands: (reader, user, thing) -> lines
    """

    key: str
    label: str
    plural: str
    model: type[Model]
    areas: tuple[str, ...]
    route: str
    home: str
    names: tuple[str, ...] = ("name",)
    lookup: str = "pk"
    called: Callable = lambda reader, rows: rows
    name: str = ""
    limit: Callable = lambda user, right, thing: ""
    notes: Callable = lambda reader, user, thing: []

    @property
    def table(self):
        return register.of(self.model)

    @property
    def rights(self) -> list[str]:
        return [f"{area}.{action}" for area in self.areas for action in AREAS[area].actions]

    def value(self, thing) -> str:
        """The key of one row, as addresses have it."""
        return str(getattr(thing, self.lookup))

    def url(self, thing) -> str:
        return reverse(self.route, args=[self.value(thing)])

    def rows(self, reader) -> QuerySet:
        """The rows of this kind that the reader sees himself: nobody asks about others."""
        return self.called(reader, access.visible(reader, self.model))

    def words(self, thing) -> str:
        return getattr(thing, self.name) if self.name else str(thing)


KINDS: dict[str, Kind] = {}
holdings: list[Callable] = []  # (reader, company) -> what it holds and why, as far as the reader may know


def add(kind: Kind) -> None:
    KINDS[kind.key] = kind


def discover() -> None:
    """Load every app's `kinds` module once all models are there."""
    for app in APPS:
        if find_spec(f"{app}.kinds"):
            import_module(f"{app}.kinds")


def kind_or_404(key: str) -> Kind:
    if key not in KINDS:
        raise Http404("no such kind")
    return KINDS[key]


def thing_or_404(reader, kind: Kind, key: str):
    """One row that the reader sees himself; 404 alike for another tenant's and for one that never was."""
    try:
        return kind.rows(reader).get(**{kind.lookup: key_of(kind, key)})
    except (kind.model.DoesNotExist, ValueError, OverflowError):
        raise Http404(f"no {kind.model._meta.verbose_name}") from None


def key_of(kind: Kind, text: str) -> str:
    """The key that a text names; ValueError for what is no plain number, or no UUID, where keys are such."""
    if kind.lookup != "pk" and isinstance(kind.model._meta.get_field(kind.lookup), UUIDField):
        return str(UUID(text))
    if kind.lookup == "pk" and not (text.isascii() and text.isdigit() and len(text) < 19):
        raise ValueError(f"no key of a {kind.model._meta.verbose_name}")
    return text


def found(reader, kind: Kind, text: str) -> list:
    """The rows the reader sees that are called so: by key, else by name; two at most, for more is no answer."""
    try:
        if one := kind.rows(reader).filter(**{kind.lookup: key_of(kind, text)}).first():
            return [one]
    except ValueError:
        pass  # a name
    called = Q(pk__in=())
    for field in kind.names:
        called |= Q(**{f"{field}__iexact": text})
    return list(kind.rows(reader).filter(called)[:2])
