"""Whatever stands after the question mark of an address: never a failure of ours, on any page, for any name we read."""

import re

import pytest

from connexcs.embedded import ROOT
from tests.route_table import ROUTES
from tests.test_every_url import LEAVING, address

READ = re.compile(r"""request\.(?:GET|POST)(?:\.get(?:list)?\(|\[)\s*["'](\w+)["']""")
ODD = ("a\0b", "9" * 30, "²-1'%_\\[]NaN" + "x" * 3000)
FILTERS = (
    "page",
    "sort",
    "name",
    "status",
    "since",
    "until",
    "company",
    "field",
    "email",
    "state",
    "actor",
    "row",
    "count",
)


def names() -> list[str]:
    """Every name that the code reads from a question, and those of filters."""
    files = [file for app in ("accounts", "resellers", "ratecards", "connexcs") for file in (ROOT / app).rglob("*.py")]
    found = {name for file in files for name in READ.findall(file.read_text())}
    return sorted(found.union(FILTERS))


@pytest.mark.parametrize("odd", ODD, ids=["nul", "number", "text"])
def test_no_question_is_answered_by_a_failure(world, login, odd):
    client, asked = login(world.admin), dict.fromkeys(names(), odd) | {"field": "x", "x": odd}
    assert len(asked) > 20
    failed = {}
    for name, route in sorted(ROUTES.items()):
        if name not in LEAVING and not route.post:
            answer = client.get(address(name, route, world).split("?")[0], asked)
            if answer.status_code >= 500:
                failed[name] = answer.exc_info and answer.exc_info[1]
    assert failed == {}
