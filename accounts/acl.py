"""The unit of work: the transaction in which the database knows who acts, and shows and accepts only that.

`enter` is for a request, `acting_as` for a job or command. Outside of one the login role has no right to any row of a
tenant, so what forgets to enter is refused.
"""

import contextlib
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import DatabaseError, connection, transaction


class NoScope(Exception):
    """The user is inactive, or his company or one above it is suspended or closed: nothing can be opened."""


class Told(NamedTuple):
    """What entering tells the first lock of the actor: what his groups say (rows of acl.said_to) and what guardian grants
    them (the row of acl.granted_to). The second lock never reads it."""

    said: list
    granted: tuple


@dataclass
class Unit:
    """One entered transaction: who, for whom, and what was resolved once for it."""

    actor_id: int
    real_id: int
    company_id: int
    role: str
    read_only: bool
    told: Told | None
    cache: dict = field(default_factory=dict)

    def ask_anew(self) -> None:
        """Let everything be asked again that was told or resolved so far: it may have changed meanwhile."""
        self.cache.clear()
        self.told = None

    @property
    def is_master(self) -> bool:
        return self.role == "acl_master"


_current: ContextVar[Unit | None] = ContextVar("unit", default=None)


def current() -> Unit | None:
    return _current.get()


def told(user) -> Told | None:
    """What entering told of a user: nothing of anybody but the actor, nor after `ask_anew`. Then each asks for itself."""
    unit = current()
    return unit.told if unit is not None and unit.actor_id == user.pk else None


def enter(user, *, real=None, read_only=False, address=None, request_id="") -> Unit:
    """Put the open transaction under the user's database role; raises NoScope when he has none.

    Reads only where asked, for support auditors, and whenever somebody else (`real`, else the `viewer` to whom these
    eyes are lent) looks through the user's eyes; then NoScope also when there is no look of his, or it is over.
    """
    real_id = (real or user.viewer or user).pk
    with connection.cursor() as cursor:
        try:
            cursor.execute("SELECT * FROM acl.enter(%s, %s, %s, %s, %s)",
                           [user.pk, real_id, read_only, address, request_id])  # fmt: skip
        except DatabaseError as error:
            if constraint_of(error) == "acl_no_scope":
                raise NoScope from error
            raise
        company, role, staff, said, *granted = cursor.fetchone()
    reads = read_only or staff or real_id != user.pk
    unit = Unit(user.pk, real_id, company, role, reads, Told(said or [], tuple(granted)))
    _current.set(unit)
    return unit


def leave() -> None:
    """Back to the login role, with no actor; the end of the transaction does the same."""
    _current.set(None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT acl.leave()")


def forget() -> None:
    """After the transaction ended, and with it the database's side."""
    _current.set(None)


def refresh() -> None:
    """After a company was made in this unit: both locks read the scope again."""
    current().ask_anew()
    with connection.cursor() as cursor:
        cursor.execute("SELECT acl.refresh()")


def open_cards(ids) -> set[int]:
    """Open revisions and chunks of at most 50 cards; returns the ids of those the unit can see."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT acl.open_cards(%s)", [list(ids)])
        return set(cursor.fetchone()[0])


@contextlib.contextmanager
def acting_as(user, *, real=None, read_only=False, request_id=""):
    """A unit of work outside a request: jobs, commands, exports. Deferred law is asked before the role is left."""
    with transaction.atomic():
        unit = enter(user, real=real, read_only=read_only, request_id=request_id)
        try:
            yield unit
            if not unit.read_only:
                settle()
            leave()
        finally:
            forget()


@contextlib.contextmanager
def looking_as(user):
    """Inside a unit: for reading alone, what the database shows to somebody else. Afterwards all is as it was.

    In a savepoint that is always taken back, and with it the role and every setting of the database. Raises NoScope
    as `enter`. Whose rows may be told to whom is for the caller to decide.
    """
    outer = current()
    with transaction.atomic():
        try:
            leave()
            yield enter(user, read_only=True)
        finally:
            _current.set(outer)
            if not connection.needs_rollback:
                transaction.set_rollback(True)


def settle() -> None:
    """Ask every deferred constraint now: still inside the unit, where the answer can become a page."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


BROKEN_OFF = {"40001", "40P01"}  # serialization failure, deadlock: nobody's fault, and gone the next time


def broken_off(error: BaseException) -> bool:
    """Whether the database ended a transaction only because of another one at the same moment: it may be done again."""
    return getattr(error.__cause__, "pgcode", None) in BROKEN_OFF


def constraint_of(error: BaseException) -> str | None:
    """The name of the constraint or trigger that refused, for messages on the right field."""
    diag = getattr(error.__cause__, "diag", None)
    return diag and diag.constraint_name


def hint_of(error: BaseException) -> str | None:
    diag = getattr(error.__cause__, "diag", None)
    return diag and diag.message_hint
