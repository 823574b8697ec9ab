"""What the proof speaks of: a kind of drift, and one case of it."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

# leak: somebody could see or change what is not his, or one of the two locks is open
# drift: the sources disagree, or a law of the database does not watch; rows may be hidden
# notice: worth a look, and no fault
LEAK, DRIFT, NOTICE = "leak", "drift", "notice"


@dataclass(frozen=True)
class Kind:
    """One kind of drift. `find` gives (thing, detail) for each case; `fix`, where there is one, derives what is right.

    `title` heads the cases, `remedy` says what to do. Both functions take a cursor that every row is open to.
    """

    name: str
    severity: str
    title: str
    remedy: str
    find: Callable[..., Iterable[tuple[str, str]]]
    fix: Callable[..., None] | None = None


@dataclass(frozen=True)
class Finding:
    """One case: of which kind, what it is about, and in what way it is wrong."""

    kind: str
    severity: str
    thing: str
    detail: str
    fixable: bool = False

    def as_json(self) -> dict:
        return asdict(self)


def case(kind: Kind, thing: str, detail: str) -> Finding:
    return Finding(kind.name, kind.severity, str(thing), str(detail), kind.fix is not None)


def asked(sql: str, *values) -> Callable:
    """A `find` that is one statement; without values, so that `%` needs no doubling."""

    def find(cursor):
        cursor.execute(sql, values or None)
        return cursor.fetchall()

    return find


def done(*statements: str) -> Callable:
    """A `fix` that is a few statements."""

    def fix(cursor):
        for sql in statements:
            cursor.execute(sql)

    return fix
