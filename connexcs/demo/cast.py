"""Who and what there is in the demo world. All names are invented; every address ends in .example and reaches nobody."""

from dataclasses import dataclass

from accounts.areas import AREAS, DEFAULT_RESELLER, MASTER, RESELLER, drawn
from connexcs.demo import sheets
from connexcs.management.commands.create_admin import ADMINISTRATORS, SUPPORT


@dataclass(frozen=True)
class Firm:
    """A company below the master or another one; `customers` is how many it bills, `manager` writes in its name."""

    key: str
    name: str
    currency: str
    time_zone: str
    customers: int
    manager: str
    parent: str = "tamarind"
    note: str = ""


@dataclass(frozen=True)
class Person:
    """A login: `group` is the one group he stands in, `inviter` who opened the door for him."""

    email: str
    name: str
    firm: str
    group: str
    inviter: str
    is_staff: bool = False
    remark: str = ""

    @property
    def role(self) -> str:
        return f"{self.group} ({self.remark})" if self.remark else self.group


@dataclass(frozen=True)
class Product:
    """A customer card: who makes it out of which cards at what profit, and to whom it is given.

    Parents are private names of own cards, and public names of assigned ones. Rules are (match, type, value, status).
    """

    maker: str
    name: str
    public_name: str
    parents: tuple[str, ...]
    rules: tuple[tuple[str, str, str, str], ...]
    given_to: tuple[str, ...] = ()


MASTER_NAME = "Tamarind Carrier Services"
ADMIN, SECOND, DESK = "ada@tamarind.example", "ben@tamarind.example", "rates@tamarind.example"
BRAMBLE, KESTREL, COPPER = "maya@bramble.example", "joris@kestrel.example", "iris@copperline.example"
PINE, DUSK = "tove@pinefield.example", "omar@duskwater.example"
NEWCOMER = ("nora@bramble.example", "Nora Quist")

FIRMS = (
    Firm(
        "bramble",
        "Bramble Voice",
        "USD",
        "Europe/Amsterdam",
        34,
        BRAMBLE,
        note="Renews in November. Wants Nordic rates.",
    ),
    Firm("kestrel", "Kestrel Tone", "USD", "America/Chicago", 21, KESTREL, note="Pays late in summer."),
    Firm("copperline", "Copperline Calls", "USD", "Europe/London", 12, COPPER),
    Firm("duskwater", "Duskwater Telecom", "USD", "UTC", 8, ADMIN, note="Two invoices open."),
    Firm("pinefield", "Pinefield Phones", "USD", "Europe/Stockholm", 9, PINE, parent="bramble"),
)
SUSPENDED, WHY = "duskwater", "Two invoices are overdue."
OWN_CUSTOMERS = 10  # of the master company, billed without a reseller


def all_a_reseller_can_hold() -> dict[str, list[str]]:
    """{area: boxes} of everything under the ceiling of resellers."""
    boxes = {
        name: [box for box in one.boxes if drawn(name, frozenset({box})) & held(name)] for name, one in AREAS.items()
    }
    return {name: found for name, found in boxes.items() if found}


def held(name: str) -> set[str]:
    return {f"{name}.{action}" for action in AREAS[name].ceiling}


RATE_DESK = {
    "dashboard": ["read"], "carrier": ["create", "read", "update"], "rate_search": ["read"], "job": ["read", "retry"],
    "provider_card": list(AREAS["provider_card"].boxes), "customer_card": ["create", "read", "update", "import", "build",
    "activate", "export"], "profit_rule": list(AREAS["profit_rule"].boxes), "customer": ["read"], "reseller": ["read"],
}  # fmt: skip
GROUPS = {  # beside Administrators and Support, which set-up makes, and Default Reseller
    "Rate Desk": (MASTER, "Carriers, cards and prices; nothing of people.", RATE_DESK),
    "Reseller Manager": (RESELLER, "Everything that a reseller can be given.", all_a_reseller_can_hold()),
    "Read Only": (RESELLER, "Sees all of its company, changes nothing.", {name: ["read"] for name in DEFAULT_RESELLER}),
    "Night Shift": (RESELLER, "Switched off: gives nothing.", {"customer": ["read", "update"]}),
}
DEFAULT, INACTIVE = "Default Reseller", "Night Shift"

PEOPLE = (
    Person(ADMIN, "Ada Marsh", "tamarind", ADMINISTRATORS[0], ""),
    Person(SECOND, "Ben Okoro", "tamarind", ADMINISTRATORS[0], ADMIN),
    Person(DESK, "Rita Desmond", "tamarind", "Rate Desk", ADMIN),
    Person(
        "sam@tamarind.example",
        "Sam Levy",
        "tamarind",
        SUPPORT[0],
        ADMIN,
        is_staff=True,
        remark="reads all, writes nothing",
    ),
    Person(BRAMBLE, "Maya Bramble", "bramble", "Reseller Manager", ADMIN),
    Person("lars@bramble.example", "Lars Holm", "bramble", DEFAULT, BRAMBLE),
    Person("vera@bramble.example", "Vera Lund", "bramble", "Read Only", BRAMBLE),
    Person("nils@bramble.example", "Nils Berg", "bramble", INACTIVE, BRAMBLE, remark="group switched off"),
    Person(KESTREL, "Joris Kest", "kestrel", "Reseller Manager", ADMIN),
    Person("paula@kestrel.example", "Paula Reyes", "kestrel", "Read Only", KESTREL),
    Person(COPPER, "Iris Coppin", "copperline", DEFAULT, SECOND),
    Person("hugh@copperline.example", "Hugh Penn", "copperline", DEFAULT, SECOND),
    Person(PINE, "Tove Pine", "pinefield", DEFAULT, BRAMBLE),
    Person("emil@pinefield.example", "Emil Strand", "pinefield", "Read Only", BRAMBLE),
    Person(DUSK, "Omar Dusk", "duskwater", DEFAULT, ADMIN, remark="account suspended"),
)

CARRIERS = {  # carrier: (card, its sheet)
    "Halvorn Telecom": ("Halvorn A-Z", sheets.LARGER),
    "Quillmark Voice": ("Quillmark A-Z", sheets.SMALLER),
}
UPDATED = "Quillmark A-Z"  # its next sheet came with mistakes and waits as a draft
PROFIT = "profit"
PRODUCTS = (
    Product(DESK, "Wholesale Standard", "Tamarind Standard", ("Halvorn A-Z", "Quillmark A-Z"),
            (("^", "percent", "12", PROFIT),), ("bramble", "kestrel", "copperline")),
    Product(DESK, "Wholesale Premium", "Tamarind Premium", ("Halvorn A-Z",),
            (("^", "percent", "22", PROFIT), ("^1", "percent", "18", PROFIT), ("^44", "relative", "0.003", PROFIT)), ("kestrel",)),
    Product(BRAMBLE, "Bramble Retail", "Bramble Retail", ("Tamarind Standard",),
            (("^", "percent", "20", PROFIT), ("^44", "percent", "35", PROFIT), ("^447", "margin", "30", PROFIT),
             ("44", "absolute", "0.0190", PROFIT), ("^53", "percent", "0", "blocked"), ("^882", "percent", "0", "remove"))),
    Product(BRAMBLE, "For Pinefield", "Bramble Partner", ("Tamarind Standard",),
            (("^", "percent", "8", PROFIT), ("^46", "relative", "0.001", PROFIT)), ("pinefield",)),
    Product(KESTREL, "Kestrel Business", "Kestrel Business", ("Tamarind Standard", "Tamarind Premium"),
            (("^", "percent", "25", PROFIT), ("^49", "relative", "0.004", PROFIT), ("^33", "margin", "28", PROFIT),
             ("4420", "absolute", "0.0210", PROFIT), ("^870", "percent", "0", "blocked"))),
    Product(COPPER, "Copperline Retail", "Copperline Retail", ("Tamarind Standard",),
            (("^", "percent", "40", PROFIT), ("^1212", "absolute", "0.0150", PROFIT), ("^881", "percent", "0", "blocked"))),
    Product(PINE, "Pinefield Retail", "Pinefield Retail", ("Bramble Partner",),
            (("^", "percent", "30", PROFIT), ("^46", "percent", "15", PROFIT), ("4670", "absolute", "0.0450", PROFIT),
             ("^252", "percent", "0", "blocked"))),
)  # fmt: skip

FIRST = ("Alder", "Beacon", "Cobalt", "Dalmore", "Elmsted", "Fairwind", "Greyfield", "Harrow Lane", "Inkwell",
         "Juniper")  # fmt: skip
SECOND_WORDS = ("Clinics", "Logistics", "Hotels", "Contact Centre", "Law", "Dispatch", "Academy", "Motors", "Foods",
                "Travel")  # fmt: skip
