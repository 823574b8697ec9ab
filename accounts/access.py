"""The permission room: what a user may do, which rows he may see, and why. Nothing else decides.

`screen` and `public` declare a view; `may` answers for a right, `visible` and `get_or_404` for rows, `narrow` for the
choices of a form, `still_visible` after a write, `explain` in words. All take a user, so that the page, the access
report, the Django admin and the tests ask the same rule. Rights come from the user's groups (accounts/rights.py), rows
from guardian's grants to his company's group; the database decides the rows a second time from another source.
"""

from dataclasses import dataclass
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Q, QuerySet
from django.forms import ModelChoiceField
from django.http import Http404, HttpResponseNotAllowed
from guardian.utils import get_group_obj_perms_model

from accounts import acl, lookups, rights  # noqa: F401  (any_of is one of our own)
from accounts.areas import needed
from accounts.tenancy import MASTER, OWN, SHARED, SUBTREE, register

SCREEN, PUBLIC, IDENTITY = "screen", "public", "identity"
METHODS = ("GET", "HEAD", "POST")  # no screen knows another one, so none is taken for reading


# -- declaring a view --------------------------------------------------------------------------------------------------


def screen(*wanted: str):
    """Declare the rights a view needs, any one of them; without one the answer is 403, and to a method that no screen has
    405. Checked when the app starts."""
    unknown = [right for right in wanted if right not in rights.RIGHTS]
    if unknown or not wanted:
        raise ValueError(f"not in the catalogue of rights: {unknown or 'nothing given'}")

    def declare(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not any(may(request.user, right) for right in wanted):
                raise PermissionDenied(f"{needed(*wanted)}.")
            if request.method not in METHODS:
                return HttpResponseNotAllowed(METHODS)
            return view(request, *args, **kwargs)

        guarded.access_kind, guarded.screen_right, guarded.screen_rights = SCREEN, wanted[0], wanted
        return guarded

    return declare


def public(view):
    """Declare a view that anybody may open: it runs as the login role, which has no right to any tenant's row."""
    return declared(view, PUBLIC)


def identity(view):
    """Declare a view for the person himself (login, profile, sessions): login role, never inside the unit of work."""
    return declared(view, IDENTITY)


def declared(view, kind: str):
    @wraps(view)
    def guarded(request, *args, **kwargs):
        return view(request, *args, **kwargs)

    guarded.access_kind = kind
    return guarded


# -- the rule ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scope:
    """What guardian grants a user's tenant group: companies (with those below), cards, or everything for the root."""

    own: tuple[int, ...] = ()
    companies: tuple[int, ...] = ()
    cards: tuple[int, ...] = ()
    everything: bool = False


NOTHING = Scope()


def may(user, right: str) -> bool:
    """Whether the user holds a right now: signed in, active, company open, drawn by his groups, under the ceiling."""
    return right in rights_of(user).held


def rights_of(user) -> "rights.Rights":
    """All rights of a user with their sources, resolved once in a unit of work."""
    if not user.is_authenticated or not user.is_active:
        return rights.NONE
    return cached(user, "rights", lambda: rights.resolve(user))


def scope(user) -> Scope:
    """The rows side of the rule, from guardian's own tables, once in a unit of work.

    Nothing for who is shut out with his company. A parent cannot read the grants of cards of those below: there the
    question is put as the user himself.
    """
    if not user.is_authenticated or not user.is_active or rights_of(user).shut:
        return NOTHING
    return cached(user, "scope", lambda: granted_to(user))


def granted_to(user) -> Scope:
    unit = acl.current()
    if unit is None or unit.is_master or unit.actor_id == user.pk:
        return granted(user)
    try:
        with acl.looking_as(user):
            return granted(user)
    except acl.NoScope:
        return NOTHING


def cached(user, key: str, ask):
    unit = acl.current()
    if unit is None:
        return ask()
    slot = (key, user.pk)
    if slot not in unit.cache:
        unit.cache[slot] = ask()
    return unit.cache[slot]


def granted(user) -> Scope:
    """What guardian's tables say of a user: told at entering of the actor himself, else one statement of its own."""
    told = acl.told(user)
    if told:
        return Scope(*map(tuple, told.granted[:3]), told.granted[3])
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM acl.granted_to(%s)", [user.pk])
        *ids, everything = cursor.fetchone()
    return Scope(*map(tuple, ids), everything)


def names_in_sql() -> dict[str, str]:
    """What acl.granted_to asks: guardian's tables for companies and cards, and the permission on each that counts."""
    (company, operate), (card, use) = register.grants["company"], register.grants["card"]
    return {
        "company_grants": get_group_obj_perms_model(company)._meta.db_table, "operate": operate,
        "card_grants": get_group_obj_perms_model(card)._meta.db_table, "use": use,
    }  # fmt: skip


def visible(user, model, right: str | None = None) -> QuerySet:
    """The rows of a model the user may see, as a queryset of constants; no right or no grant: none.

    `right` is needed; without it any of the rights declared for the model will do.
    """
    table = register.of(model)
    needed = (right,) if right else table.view
    if not any(may(user, one) for one in needed):
        return model._default_manager.none()
    return model._default_manager.filter(within(scope(user), table))


def within(reach: Scope, table) -> Q:
    """The allow-list of rows for one table; its last line is nothing."""
    rows = None
    for opened in ways(reach, table).values():
        if not opened:
            return Q()
        rows = opened if rows is None else rows | opened
    return rows or Q(pk__in=())


def ways(reach: Scope, table) -> dict[str, Q]:
    """How rows of a table come into reach: {in words: which}, an empty Q for all; no way: no row."""
    if reach.everything:
        return {"the carrier's own company reaches every row": Q()}
    if table.reach == SHARED and reach.own:
        return {"every company may read it": Q(**dict(table.shared))}
    if table.reach == MASTER or table.reach not in (OWN, SUBTREE):
        return {}
    ids = reach.companies if table.reach == SUBTREE else reach.own
    own, rows = Q(), {}
    for path in table.paths:
        own |= Q(**{path: ids[0]}) if len(ids) == 1 else Q(**{f"{path}__any_of": ids})
    if own:
        rows["it belongs to his company" + (" or to one below it" if table.reach == SUBTREE else "")] = own
    if table.cards and reach.cards:
        rows["the card is granted to his company"] = Q(**{f"{table.cards}__any_of": reach.cards})
    return rows


def reaching(thing) -> QuerySet:
    """The companies, as far as this unit reads them, whose users have a row in reach: `ways` the other way round."""
    table, company = register.of(type(thing)), register.grants["company"][0]
    found = Q(is_master=True)
    if table.reach == SHARED and type(thing)._default_manager.filter(pk=thing.pk, **dict(table.shared)).exists():
        found = Q()
    if table.reach in (OWN, SUBTREE):
        owners = owners_of(thing, table)
        above = register.closure._default_manager.filter(descendant__in=owners).values("ancestor")
        found |= Q(pk__in=above if table.reach == SUBTREE else owners)
        if table.cards:
            found |= Q(pk__in=holding(thing, table).values("company"))
    return company._default_manager.filter(found)


def owners_of(thing, table) -> list[int]:
    """The companies a row belongs to, by any of its table's paths."""
    return [value for path in table.paths if (value := value_at(thing, path)) is not None]


def holding(thing, table) -> QuerySet:
    """The living assignments of a row's card, which the grants of cards follow."""
    return register.assignments._default_manager.filter(card=value_at(thing, table.cards), ended_at=None)


def value_at(thing, path: str):
    """The id at the end of an ORM path such as `company` or `user__company`."""
    *steps, last = path.split("__")
    for step in steps:
        thing = getattr(thing, step)
    return thing.pk if last == "pk" else getattr(thing, thing._meta.get_field(last).attname)


def get_or_404(user, model, right: str | None = None, **lookup):
    """One row the user may see, or 404: the same answer for another tenant's row and for one that never was."""
    try:
        return visible(user, model, right).get(**lookup)
    except (model.DoesNotExist, ValueError, OverflowError):
        raise Http404(f"no {model._meta.verbose_name}") from None


def narrow(form, user, **choices):
    """Let every choice of rows in a form be among those the user may see; `choices` narrows a field further."""
    for name, form_field in form.fields.items():
        if isinstance(form_field, ModelChoiceField):
            form_field.queryset = choices.get(name, visible(user, form_field.queryset.model))
    return form


def still_visible(user, thing, right: str | None = None):
    """After a write, inside its transaction: the row must not have left the user's sight, or all is rolled back."""
    if not visible(user, type(thing), right).filter(pk=thing.pk).exists():
        raise PermissionDenied(f"{thing._meta.verbose_name} would leave your sight")
    return thing


@dataclass(frozen=True)
class Reason:
    """One step of an answer: whether it opened, and the words."""

    opens: bool
    text: str


def explain(user, right: str, thing=None) -> list[Reason]:
    """Why a user may or may not use a right (on a thing), by the very functions that decide it.

    Every step opens exactly when `may` says yes and, with a thing, `visible` shows it.
    """
    if not user.is_active:
        return [Reason(False, "the account is not active")]
    held = rights_of(user)
    steps = [Reason(True, "the account is active")]
    if not held.shut:
        steps.append(Reason(True, "his company is open, and so is every company above it"))
    steps += [Reason(opens, text) for opens, text in held.reasons(right)]
    return steps if thing is None else [*steps, sight(user, thing)]


def sight(user, thing) -> Reason:
    """Whether a row is in reach of a user, whatever his rights, and by which way."""
    rows = type(thing)._default_manager.filter(pk=thing.pk)
    for words, opened in ways(scope(user), register.of(type(thing))).items():
        if rows.filter(opened).exists():
            return Reason(True, f"in reach: {words}")
    return Reason(False, "out of reach: nothing opens it to his company")
