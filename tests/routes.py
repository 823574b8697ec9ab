"""The route table: every route of the panel, whose object it shows, and who may open it.

`opens` names the personas who hold its right; everybody else gets 403, the anonymous the login page. `at` builds the
address from the world and a tenant key ("a" or "b"): with the other tenant's object everybody below gets 404.
`master` routes show objects of the master; `post` routes answer GET with 405.
"""

from dataclasses import dataclass

STAFF = "admin support superuser"
A_SIDE = "a_admin a_user a_reader"
EVERYBODY = f"{STAFF} {A_SIDE} a1_admin b_admin b_reader"
PERSONAS = ["anonymous", *EVERYBODY.split(), "a_dormant", "a_gone", "closed_admin"]


@dataclass(frozen=True)
class Route:
    """One row. `opens`: personas with the right; `object`: kwargs of the route from (world, tenant key)."""

    opens: str
    object: object = None
    post: bool = False
    public: bool = False
    identity: bool = False
    status: int = 200
    sees_below: bool = False
    query: str = ""


PUBLIC = Route(EVERYBODY, public=True)
IDENTITY = Route(EVERYBODY, identity=True)
