"""What every list page asks the database: as many statements as tests/statement_baseline.json says, few rows or many.

A page is a list when it shows a table, so a new one joins by itself. After a change that is meant, refresh the file and
read its difference:  python3 manage.py test tests/test_statement_baseline.py -n0 --refresh-statements
"""

import json
from pathlib import Path

import django_tables2
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from ratecards.models import Revision, RevisionPrivate
from tests import factories
from tests.roles import as_owner
from tests.route_table import ROUTES
from tests.statements import of_the_unit
from tests.test_every_url import address
from tests.world import role

BASELINE = Path(__file__).with_name("statement_baseline.json")
PERSONAS = ("admin", "a_admin")
MOST, MANY = 12, 55  # more than a page holds, and more cards than are opened at once
OVERVIEWS = {
    "dashboard",
    "ratecards:card_revisions",
    "resellers:reseller_access",
}  # several lists on a page, or below a card's head
SCREENS = sorted(name for name, route in ROUTES.items()
                 if not (route.post or route.public or route.identity) and route.status == 200)  # fmt: skip


def readers(route):
    return [persona for persona in PERSONAS if persona in route.opens.split() and persona not in route.special]


def counted(world, login, names) -> dict[str, dict[str, int]]:
    """{route: {persona: statements}} of every page that shows a table."""
    counts = {}
    for name in names:
        for persona in readers(ROUTES[name]):
            client, url = login(getattr(world, persona)), address(name, ROUTES[name], world)
            if shows_table(client.get(url)):
                counts.setdefault(name, {})[persona] = asked(client, url)
    return counts


def shows_table(response) -> bool:
    parts = response.context if isinstance(response.context, list) else [response.context or ()]  # one template or many
    values = [value for part in parts for layer in part for value in layer.values()]
    return any(isinstance(value, django_tables2.Table) for value in values)


def asked(client, url) -> int:
    """Statements of the unit at the second visit: the first one fills caches."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200, url
    return of_the_unit(captured)


def grow(world) -> None:
    """Many more rows of everything that stands in a list, most of them of tenant A."""
    a, master, readers_ = world.companies.a, world.companies.master, world.roles.readers
    with as_owner():
        for number in range(MANY):
            factories.CustomerFactory(company=a)
            factories.UserFactory(company=a, role=readers_)
            child = factories.CompanyFactory(parent=a)
            factories.UserFactory(company=child, role=readers_)
            factories.InvitationFactory(
                company=a, role=readers_, email=f"more{number}@example.test", name="More", invited_by=world.a_admin
            )
            factories.JobFactory(actor=world.a_admin)
            factories.CarrierFactory(owner=master)
            factories.RateCardFactory(owner=a)
            factories.CardAssignmentFactory(card=factories.RateCardFactory(owner=master), company=a)
            factories.RateCardFactory(owner=master, kind="provider", name__carrier=world.carrier)
            role(f"More {number}", Role.AUDIENCES[0][0], {"customer": ("read",)})
            grow_card(world.cards["Private retail a"], number)


def grow_card(card, number: int) -> None:
    factories.ProfitRuleFactory(card=card, position=number + 100, match=f"^{number + 100}")
    revision = Revision.objects.create(card=card, owner_id=card.owner_id, number=number + 100)
    RevisionPrivate.objects.create(revision=revision, owner_id=card.owner_id)
    child = factories.CompanyFactory(parent_id=card.owner_id)
    factories.CardAssignmentFactory(card=card, company=child)


def test_every_list_asks_as_many_statements_as_written_down_however_many_rows(world, login, request):
    few = counted(world, login, SCREENS)
    if request.config.getoption("--refresh-statements"):
        BASELINE.write_text(json.dumps(few, indent=1) + "\n")
    assert few == json.loads(BASELINE.read_text()), "meant? the head of this file says how to refresh the counts"
    assert {name: counts for name, counts in few.items() if max(counts.values()) > MOST and name not in OVERVIEWS} == {}
    grow(world)
    assert counted(world, login, few) == few, "the count grows with the rows"
