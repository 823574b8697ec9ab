"""The market of the service tests (a carrier's card, a wholesale card that A has, A's own card), seen on screens."""

import re
from html import unescape

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import files, jobs
from accounts.models import Job
from ratecards.models import Revision
from ratecards.services import imports, revisions
from tests.ratecards.conftest import begin_now, cold, market, table, uploads  # noqa: F401 (fixtures)
from tests.roles import as_owner

CARDS = "/management/rate-cards/"
OF_THE_TEST = ("SAVEPOINT", "RELEASE", "SELECT acl.leave()")  # in production the unit ends with its transaction
DIRTY = b"prefix,name,cost\n44,United Kingdom,0.01\n441,London,abc\n"
SHEET = b"Prefix;Destination;Rate\n44;United Kingdom;0,0123\n4420;London;0,0140\n33;France;0,01\n"


@pytest.fixture
def shop(market):  # noqa: F811 (a fixture of a fixture)
    """The market, with the assignment begun now, as at the next request."""
    begin_now(market.assignment)
    return market


@pytest.fixture
def panel(login, world):
    """panel("a_admin", path) -> GET as that person; with `data` POST."""
    clients = {}

    def ask(who, path, data=None, **options):
        if who not in clients:
            clients[who] = login(getattr(world, who))
        client = clients[who]
        return client.get(path, **options) if data is None else client.post(path, data, **options)

    return ask


@pytest.fixture
def statements(panel):
    """statements("admin", path) -> the SQL of one GET that answered 200."""

    def of(who, path):
        panel(who, path)  # the first one of a session also notes the session
        with CaptureQueriesContext(connection) as captured:
            assert panel(who, path).status_code == 200
        return [one["sql"] for one in captured if not one["sql"].startswith(OF_THE_TEST)]

    return of


@pytest.fixture
def draft(shop, world, acting):
    """Revision 2 of the carrier's card, a draft."""
    with acting(world.admin):
        return revisions.add_draft(shop.source, table({"44": "0.05", "33": "0.01"}), source="By hand")


@pytest.fixture
def dirty(shop, world, acting):
    """Revision 2 of the carrier's card, of an import with a refused line."""
    with acting(world.admin):
        upload = files.keep_upload(ContentFile(DIRTY), actor=world.admin)
        layout = imports.recognise_upload(upload, actor=world.admin)
        job = imports.start_import(shop.source, actor=world.admin, upload=upload, layout=layout, filename="dirty.csv")
    assert jobs.run_now(job).state == "done"
    return newest(Revision)


def path_of(card, rest="") -> str:
    return f"{CARDS}{card.code}/{rest}"


def of_source(shop, rest) -> str:
    return path_of(shop.source, f"revisions/{rest}")


def seen(page) -> dict:
    """What the form of a page sends along: a digest of what it showed."""
    return {"seen": page.context["form"]["seen"].value()}


def text_of(response) -> str:
    """What the page says, without tags and runs of space."""
    assert response.status_code < 500, response.status_code
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def body_of(response) -> str:
    """Every byte of the answer."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode()


def shown(response) -> list[str]:
    """The names of the cards on a list page, in their order."""
    return [row.record.shown_name for row in response.context["table"].paginated_rows]


def newest(model, **lookup):
    """The newest row as the owner role sees it, or None."""
    with as_owner():
        return model.objects.filter(**lookup).order_by("-pk").first()


def number_of(model, **lookup) -> int:
    with as_owner():
        return model.objects.filter(**lookup).count()


def run_newest_job() -> Job:
    return jobs.run_now(newest(Job))
