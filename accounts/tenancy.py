"""The register of tables: for each model, whose rows they are, who may read and write them, in both locks.

Every app declares its tables in a module `tables.py`; nothing of a table that is not declared can be read or written.
`accounts/access.py` reads the ORM side of an entry, `accounts/rowsecurity.py` the database side.
"""

from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec

from django.db.models import Model

OWN, SUBTREE, MASTER, SHARED = "own", "subtree", "master", "shared"
APPS = ("accounts", "resellers", "ratecards")


@dataclass(frozen=True)
class Table:
    """One model in both locks.

    paths    ORM paths to the company a row belongs to (any of them opens the row for reading; the first is the owner)
    reach    own: rows of one's company; subtree: also of the companies below; master: the master company only;
             shared: rows every company may read, as far as `only` says
    view     rights of which one is needed to see rows at all
    cards    ORM path to a rate card: rows of cards used under an assignment may be read too
    also     SQL that opens further rows for reading to tenants; `only` SQL that every row a tenant reads must satisfy
    insert, update (columns), delete   what a unit of work may write; `check` SQL that a tenant's written row must satisfy
    hidden   columns that no tenant role can read
    insert_check   SQL that a row a unit inserts must satisfy besides, whoever's unit it is
    write    path that decides over writing where it is not the first of `paths`
    shared   the ORM filter that says the same as `only` for shared rows
    """

    model: type[Model]
    paths: tuple[str, ...] = ()
    reach: str = OWN
    view: tuple[str, ...] = ()
    cards: str | None = None
    also: str = ""
    only: str = ""
    check: str = ""
    insert_check: str = ""
    insert: bool = False
    update: tuple[str, ...] = ()
    delete: bool = False
    hidden: tuple[str, ...] = ()
    write: str | None = None
    shared: tuple[tuple[str, str], ...] = ()
    writers: tuple[str, ...] = ("acl_tenant", "acl_subtree", "acl_master")

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    def column(self, path: str) -> str:
        """The column behind the first step of a path; deeper paths need an SQL expression in `also`."""
        return self.model._meta.pk.column if path == "pk" else self.model._meta.get_field(path).column


@dataclass
class Register:
    tables: dict[type[Model], Table] = field(default_factory=dict)
    grants: dict[str, tuple[type[Model], str]] = field(default_factory=dict)  # {"company"|"card": (model, codename)}
    closure: type[Model] | None = None
    assignments: type[Model] | None = None  # card, company, ended_at: what the grants of cards follow
    login: dict[str, str] = field(default_factory=dict)
    master: dict[str, str] = field(default_factory=dict)
    shared: dict[str, str] = field(default_factory=dict)

    def add(self, model: type[Model], **options) -> None:
        self.tables[model] = Table(model, **options)

    def of(self, model: type[Model]) -> Table:
        """The entry of a model (a proxy stands for its table); KeyError for a model nobody declared."""
        return self.tables[model._meta.concrete_model]


register = Register()


def discover() -> None:
    """Load every app's `tables` module once all models are there."""
    for app in APPS:
        if find_spec(f"{app}.tables"):
            import_module(f"{app}.tables")
