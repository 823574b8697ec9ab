"""The catalogue of rights: every area of the panel, its actions, and what a reseller may ever be given.

A right is `<area>.<action>`. Each action is drawn by a box of a group's form: create, read, update, delete, or a box of
its own. The ceiling says which actions a company that is not the master may hold, whatever its groups say. A new area
is closed until somebody opens it: a group's default covers only the areas known when that default was saved.
"""

from dataclasses import dataclass

CRUD = ("create", "read", "update", "delete")
MASTER, RESELLER = "master", "reseller"


@dataclass(frozen=True)
class Area:
    """One area: label, {action: box} and the actions a reseller company can hold at all."""

    label: str
    actions: dict[str, str]
    ceiling: frozenset[str] = frozenset()

    @property
    def boxes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.actions.values()))


def crud(*names: str, **own: str) -> dict[str, str]:
    plain = {"view": "read", "create": "create", "update": "update", "delete": "delete"}
    return {name: plain[name] for name in names} | own


def area(label: str, actions: dict[str, str], *ceiling: str) -> Area:
    return Area(label, actions, frozenset(actions if ceiling == ("all",) else ceiling))


VIEW, EDIT, FULL = ("view",), ("view", "create", "update"), ("view", "create", "update", "delete")
AREAS: dict[str, Area] = {
    "dashboard": area("Dashboard", crud(*VIEW), "all"),
    "customer": area("Customers", crud(*EDIT), "all"),
    "carrier": area("Carriers", crud(*EDIT)),
    "provider_card": area(
        "Provider rate cards",
        crud(*EDIT, import_rates="import", activate="activate", export="export"),
        "view", "export",
    ),
    "customer_card": area(
        "Customer rate cards",
        crud(*EDIT, import_rates="import", build="build", activate="activate", export="export", assign="assign"),
        "all",
    ),
    "profit_rule": area("Profit rules", crud(*FULL), "all"),
    "prefix_set": area("Prefix sets", crud(*FULL), "all"),
    "exchange_rate": area("Exchange rates", crud("view", "create"), "view"),
    "rate_search": area("Global search", crud(*VIEW), "all"),
    "reseller": area(
        "Reseller accounts", crud(*EDIT, suspend="suspend", view_as="view_as", access="access"),
        "view", "create", "update", "suspend", "access",
    ),
    "user": area("Users", crud(*EDIT), "all"),
    "group": area("Groups", crud(*FULL), "view"),
    "job": area("Jobs", crud(*VIEW, retry="retry"), "all"),
    "audit": area("Audit log", crud(*VIEW)),
    "support": area("Support admin", crud(*VIEW)),
    "outbox": area("Mail outbox (demo)", crud(*VIEW)),
}  # fmt: skip

RIGHTS = frozenset(f"{name}.{action}" for name, one in AREAS.items() for action in one.actions)
BOXES = tuple(dict.fromkeys(box for one in AREAS.values() for box in one.boxes))


def ceiling(kind: str) -> frozenset[str]:
    """Every right a company of this kind can hold; an unknown kind can hold none."""
    if kind == MASTER:
        return RIGHTS
    if kind == RESELLER:
        return frozenset(f"{name}.{action}" for name, one in AREAS.items() for action in one.ceiling)
    return frozenset()


def drawn(name: str, boxes: frozenset[str]) -> frozenset[str]:
    """The rights that these boxes draw in one area; an unknown area gives none."""
    known = AREAS.get(name)
    return (
        frozenset(f"{name}.{action}" for action, box in known.actions.items() if box in boxes) if known else frozenset()
    )


def reading(kind: str) -> dict[str, frozenset[str]]:
    """{area: rights} of all that a company of this kind can ever read."""
    found = {name: drawn(name, frozenset({"read"})) & ceiling(kind) for name in AREAS}
    return {name: rights for name, rights in found.items() if rights}


def in_words(rights) -> list[str]:
    """Rights as lines for people, an area each, in the order of the catalogue: "Customers: view, create"."""
    found = [(one.label, [action.replace("_", " ") for action in one.actions if f"{name}.{action}" in rights])
             for name, one in AREAS.items()]  # fmt: skip
    return [f"{label}: {', '.join(actions)}" for label, actions in found if actions]


def needed(*rights: str) -> str:
    """What stands on a page that is refused for want of one of these rights, a sentence without its full stop."""
    return f"This needs the right {' or '.join(f'“{words}”' for words in in_words(rights))}"


# "Create Default Reseller": an ordinary group afterwards, editable, its default empty.
DEFAULT_RESELLER: dict[str, tuple[str, ...]] = {
    "dashboard": ("read",),
    "customer": ("create", "read", "update"),
    "provider_card": ("read", "export"),
    "customer_card": ("create", "read", "update", "import", "build", "activate", "export"),
    "profit_rule": CRUD,
    "prefix_set": CRUD,
    "rate_search": ("read",),
    "reseller": ("read", "access"),
    "user": ("create", "read", "update"),
    "group": ("read",),
    "job": ("read", "retry"),
}
