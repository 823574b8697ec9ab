"""Addresses of the screens, counting of statements, and sheets of customers that are sent or imported."""

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import jobs
from resellers.models import Company
from resellers.services import customer_imports as imports
from tests.resellers.customer_sheets import GOOD, IMPORT

RESELLERS = "/setup/advanced/reseller-accounts/"
CUSTOMERS = "/management/customers/"
NEW_COMPANY = {"name": "Nordic Voice", "email": "office@nordic.test", "currency": "EUR", "time_zone": "Europe/Oslo"}
NEW_CUSTOMER = {"name": "Fjord Calls", "currency": "EUR", "status": "active", "debit_limit": "250.5"}
OF_THE_TEST = ("SAVEPOINT", "RELEASE", "SELECT acl.leave()")  # in production the unit ends with its transaction


def save(client, path, data):
    """Post an edit form with the digest of what it showed; for who may not open it, without."""
    form = (getattr(client.get(path), "context", None) or {}).get("form")
    return client.post(path, {"seen": form["seen"].value()} | data if form else data)


def listed(response) -> list[str]:
    """The names in the table of a list page, in their order."""
    return [row.record.name for row in response.context["table"].paginated_rows]


def columns(response) -> set[str]:
    """The columns that the table of a list page shows."""
    return {column.name for column in response.context["table"].columns}


@pytest.fixture
def statements(db):
    """statements(client, path) -> the SQL of one GET that answered 200."""

    def of(client, path):
        client.get(path)  # the first one of a session also notes the session
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return [one["sql"] for one in captured if not one["sql"].startswith(OF_THE_TEST)]

    return of


@pytest.fixture
def uploads(tmp_path):
    """Files of one test in a folder of their own."""
    before, settings.UPLOAD_DIR = settings.UPLOAD_DIR, tmp_path / "uploads"
    yield settings.UPLOAD_DIR
    settings.UPLOAD_DIR = before


@pytest.fixture
def start(world, acting):
    """start(text) -> the job of importing a sheet of customers into the company of the actor, not yet run."""

    def ask(text, actor=world.a_admin, company=None, **options):
        content = text.encode() if isinstance(text, str) else text
        with acting(actor):
            upload = imports.take_upload(ContentFile(content), actor=actor)
            layout = imports.recognise_upload(upload, actor=actor)
            company = company or Company.objects.get(pk=actor.company_id)
            return imports.start_import(
                actor=actor, upload=upload, layout=layout, company=company, filename="sheet.csv", **options
            )

    return ask


@pytest.fixture
def run(start):
    """run(text) -> the job when it is over."""
    return lambda *args, **options: jobs.run_now(start(*args, **options))


@pytest.fixture
def upload(world, login):
    """upload(content) -> (client, address of the preview)."""

    def send(content=GOOD, user=world.a_admin, name="sheet <1>.csv"):
        client = login(user)
        content = content.encode() if isinstance(content, str) else content
        answer = client.post(IMPORT, {"file": SimpleUploadedFile(name, content)})
        assert answer.status_code == 302, answer.content.decode()
        return client, answer.url

    return send
