"""The tables of docs/access.md, drawn from the catalogue of rights and from the register of tables: no database."""

from collections.abc import Iterable

from django.apps import apps

from accounts.areas import AREAS, DEFAULT_RESELLER, RESELLER, ceiling, drawn
from accounts.tenancy import MASTER, OWN, SHARED, SUBTREE, Table, register

READS = {OWN: "its own", SUBTREE: "its own and those below", SHARED: "those for resellers", MASTER: "none"}
BEGIN, END = "<!-- generated: {} -->", "<!-- end: {} -->"


def with_tables(text: str) -> str:
    """The page with each generated part drawn anew between its two markers. Raises ValueError where a marker is missing."""
    for name, lines in {"rights": rights(), "reach": reach(), "login": login()}.items():
        begin, end = BEGIN.format(name), END.format(name)
        if text.count(begin) != 1 or text.count(end) != 1:
            raise ValueError(f"the page needs the markers {begin} and {end}, once each")
        before, after = text.partition(begin)[0], text.partition(end)[2]
        text = "\n".join([before + begin, "", *lines, "", end + after])
    return text


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    head = list(head)
    return [line(head), line("---" for _ in head), *map(line, rows)]


def line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def rights() -> list[str]:
    """A row for each right: the box that draws it, and who can hold it at all."""
    held, usual = ceiling(RESELLER), default_reseller()
    rows = [
        (
            area.label if first else "",
            f"`{right}`",
            box,
            "yes",
            "yes" if right in held else "–",
            "yes" if right in usual else "–",
        )
        for name, area in AREAS.items()
        for first, (right, box) in enumerate_rights(name, area)
    ]
    return table(("area", "right", "box", "carrier", "reseller", "Default Reseller"), rows)


def enumerate_rights(name: str, area):
    return [(not number, (f"{name}.{action}", box)) for number, (action, box) in enumerate(area.actions.items())]


def default_reseller() -> frozenset[str]:
    given = (drawn(area, frozenset(boxes)) for area, boxes in DEFAULT_RESELLER.items())
    return frozenset().union(*given) & ceiling(RESELLER)


def reach() -> list[str]:
    """A row for each declared table: what a reseller reads, and what a unit of work may write."""
    labels = [app.label for app in apps.get_app_configs()]
    tables = sorted(
        register.tables.values(), key=lambda one: (labels.index(one.model._meta.app_label), one.model.__name__)
    )
    head = (
        "table",
        "rows a reseller reads",
        "needs one of",
        "new rows",
        "columns that change",
        "deleted",
        "never read",
    )
    return table(head, map(row, tables))


def row(one: Table) -> tuple[str, ...]:
    carrier = " (carrier alone)" if one.writers == ("acl_master",) else ""
    return (
        f"`{one.name}`", reads(one), code(one.view) or "no screen", f"yes{carrier}" if one.insert else "–",
        f"{code(one.update)}{carrier}" if one.update else "–", f"yes{carrier}" if one.delete else "–", code(one.hidden) or "–",
    )  # fmt: skip


def reads(one: Table) -> str:
    words = READS[one.reach] if one.paths or one.reach in (SHARED, MASTER) else "those of its own group"
    return f"{words}, and of cards assigned to it" if one.cards else words


def code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def login() -> list[str]:
    """What the role outside of every unit may do; no table of a tenant is among it."""
    return table(
        ("table", "rights of the login role"), ((f"`{name}`", rights) for name, rights in register.login.items())
    )
