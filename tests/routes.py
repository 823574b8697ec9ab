"""The route table: every route of the panel, whose object it shows, and who may open it."""

from dataclasses import dataclass, field

STAFF = "admin support superuser"
A_SIDE = "a_admin a_user a_reader"
EVERYBODY = f"{STAFF} {A_SIDE} a1_admin b_admin b_reader"
PERSONAS = ["anonymous", *EVERYBODY.split(), "a_dormant", "a_gone", "closed_admin"]


@dataclass(frozen=True)
class Route:
    """One row. `opens`: personas with the right; `object`: kwargs of the route from (world, tenant key).

    `post`: answers GET with 405. `shared`: the object belongs to no tenant. `special`: a persona's own status.
    """

    opens: str
    object: object = None
    post: bool = False
    public: bool = False
    identity: bool = False
    status: int = 200
    shared: bool = False
    query: str = ""
    special: dict = field(default_factory=dict)


PUBLIC = Route(EVERYBODY, public=True)
IDENTITY = Route(EVERYBODY, identity=True)
