"""The access report: what a user reaches and why, as the rule says it and as the database shows it.

Every answer is asked of the rule itself (accounts/access.py); the database is asked by entering as the user. A reader is
told no more than he may know: of rows that are another company's own affair neither count nor reason.
"""

from datetime import timedelta
from typing import NamedTuple

from django.db.models import BigIntegerField, Count, Sum
from django.db.models.functions import Cast
from django.utils import timezone

from accounts import access, acl, rights
from accounts.access import Reason
from accounts.areas import AREAS
from accounts.objects import KINDS, Kind
from accounts.tenancy import OWN, register

DORMANT_DAYS = 90
READ_ONLY = "a support auditor only reads, whatever the rights say"


class Reach(NamedTuple):
    """How many rows of one kind a user reaches by each lock. `sees` is 0 without a right; `by`: the groups that give it."""

    kind: Kind
    may_view: bool
    by: str
    rule: int
    database: int
    agree: bool

    @property
    def sees(self) -> int:
        return self.rule if self.may_view else 0


class Answer(NamedTuple):
    """Whether a user may do something with an object: the rule's steps, what the pages ask besides, the database's word."""

    steps: list[Reason]
    limits: list[str]
    notes: list[str]
    is_shown: bool

    @property
    def by_rule(self) -> bool:
        return all(step.opens for step in self.steps)

    @property
    def is_allowed(self) -> bool:
        return self.by_rule and self.is_shown and not self.limits

    @property
    def agree(self) -> bool:
        """The locks speak of reach, the last step; a right the database does not know."""
        return self.steps[-1].opens == self.is_shown


def may_know(reader, user, kind: Kind) -> bool:
    """Whether the reader may be told how many rows of a kind the user reaches: all of them are in his own sight too."""
    is_own_affair = kind.table.reach == OWN and user.company_id != reader.company_id
    return (reader.company.is_master or not is_own_affair) and any(access.may(reader, one) for one in kind.table.view)


def reaches(reader, user) -> list[Reach]:
    """A line for each kind of row that the reader may know of; two statements a kind."""
    kinds = [kind for kind in KINDS.values() if may_know(reader, user, kind)]
    shown = shown_to(user, kinds)
    held, found = access.rights_of(user), []
    for kind in kinds:
        ruled = figures(kind.model._default_manager.filter(access.within(access.scope(user), kind.table)))
        givers = {grant.role for right in kind.table.view if right in held.held for grant in held.sources(right)}
        found.append(Reach(kind, bool(givers), ", ".join(sorted(givers)), ruled[0], shown[kind.key][0],
                           ruled == shown[kind.key]))  # fmt: skip
    return found


def shown_to(user, kinds: list[Kind]) -> dict[str, tuple]:
    """What the database alone shows to a user, without any filter; nothing to who cannot enter."""
    try:
        with acl.looking_as(user):
            return {kind.key: figures(kind.model._default_manager.all()) for kind in kinds}
    except acl.NoScope:
        return {kind.key: (0, None) for kind in kinds}


def figures(rows) -> tuple:
    """(how many, sum of the ids): two sets of rows that differ hardly agree in both."""
    total = rows.order_by().aggregate(number=Count("pk"), ids=Sum(Cast("pk", BigIntegerField())))
    return total["number"], total["ids"]


def answer(reader, user, kind: Kind, right: str, thing) -> Answer:
    """May this user do this to this object, and why. `thing` is a row that the reader sees himself."""
    steps = access.explain(user, right, thing)
    if not access.rights_of(user).shut and user.is_active:
        limit = kind.limit(user, right, thing)
        limits = [limit] if limit else []
        limits += [READ_ONLY] if user.is_staff and not is_reading(right) else []
    else:
        steps, limits = [*steps, access.sight(user, thing)], []
    notes = kind.notes(reader, user, thing) if steps[-1].opens else []
    try:
        with acl.looking_as(user):
            is_shown = kind.model._default_manager.filter(pk=thing.pk).exists()
    except acl.NoScope:
        is_shown = False
    return Answer(steps, limits, notes, is_shown)


def is_reading(right: str) -> bool:
    area, _, action = right.partition(".")
    return AREAS[area].actions[action] in ("read", "export", "access")


def reach_in_words(user) -> str:
    """Whose rows a user's company reaches."""
    reach = access.scope(user)
    if reach.everything:
        return "The carrier's own company: every company, every customer, every card."
    if not reach.own:
        return "Nothing: the account cannot enter, or no company is granted to it."
    below = len(reach.companies) - len(reach.own)
    whose = f"his own company and of the {below} below it" if below else "his own company; nothing stands below it"
    return (f"Users, customers and accounts of {whose}. Cards, prices and rules: his own company's alone, and the public "
            "face of cards assigned to it.")  # fmt: skip


# -- warnings ----------------------------------------------------------------------------------------------------------


def user_warnings(user, held: rights.Rights) -> list[str]:
    """What somebody who looks after people should know of one user; `held` are his rights."""
    if not user.is_active:
        return ["The account is not active: it can do nothing."]
    found = [f"Shut out: {words}." for words in held.shut]
    asleep = [name for name, is_active in held.groups if not is_active]
    if len(asleep) == len(held.groups):
        found.append("No active group: he can open nothing.")
    elif not held.held and not held.shut:
        found.append("His groups give him no right at all.")
    found += [f"The group “{name}” is inactive: it gives and denies nothing." for name in asleep]
    if user.last_login is None:
        found.append("He never logged in.")
    elif user.last_login < timezone.now() - timedelta(days=DORMANT_DAYS):
        found.append(f"Dormant: no login for more than {DORMANT_DAYS} days.")
    return found + ([f"{READ_ONLY[0].upper()}{READ_ONLY[1:]}."] if user.is_staff else [])


def company_warnings(company, people: list, held: dict[int, rights.Rights]) -> list[str]:
    """The same of a company: `people` are all of its users, `held` their rights."""
    active = [held.get(user.pk, rights.NONE) for user in people if user.is_active]
    shut = register.closure._default_manager.filter(descendant=company).exclude(ancestor__status="active")
    found = [f"“{name}” is {status}: no user of this company can enter." for name, status in
             shut.order_by("depth").values_list("ancestor__name", "ancestor__status")]  # fmt: skip
    if not people:
        return [*found, "It has no user."]
    if not active:
        return [*found, "None of its accounts is active."]
    if not found:
        powerless = sum(1 for one in active if not one.held)
        found += [f"{powerless} of its active users can do nothing."] if powerless else []
        if not any("user.update" in one.held for one in active):
            found.append("Nobody in it can manage its users: that is left to the companies above.")
    return found
