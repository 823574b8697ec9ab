"""Layouts of customers' sheets that a company remembers by name, and finds again by the header."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import jobs
from accounts.models import AuditEntry
from resellers.models import CustomerTemplate
from resellers.services import templates
from tests.resellers.customer_sheets import IMPORT, as_shown, made, newest
from tests.roles import as_owner

SHEET = "Who,Money,Note,Limit\nFjord Calls,EUR,Large,10\n"
SAID = {"column_0": "name", "column_1": "currency", "column_3": "debit_limit", "template": "Supplier <X>"}

pytestmark = pytest.mark.usefixtures("uploads")


@pytest.fixture
def remember(upload, world):
    """remember(user, **values) -> the answer to a preview that was corrected and sent with a name to remember."""

    def send(user=world.a_admin, content=SHEET, button="check", **values):
        client, path = upload(content, user=user)
        return client.post(path, as_shown(client.get(path)) | SAID | {button: "1"} | values)

    return send


def kept(**lookup) -> list[str]:
    with as_owner():
        names = CustomerTemplate.objects.filter(**lookup).exclude(name__startswith="Template of")
        return list(names.order_by("pk").values_list("name", flat=True))


def test_layout_is_remembered_and_found_again_by_the_header(remember, upload, world):
    assert remember(button="start").status_code == 302
    assert list(made(world.companies.a, name="Fjord Calls")) == []  # the job has not run
    jobs.run_now(newest())
    assert made(world.companies.a)["Fjord Calls"].debit_limit == 10
    client, path = upload("WHO;money;Note;limit\nDesert Voice;USD;;-5\n")
    page = client.get(path)
    assert page.context["layout"].mapping == ("name", "currency", "notes", "debit_limit")
    text = page.content.decode()
    assert "Read as the template “Supplier &lt;X&gt;” says." in text and "<X>" not in text
    listed = client.get(IMPORT).content.decode()
    assert "Supplier &lt;X&gt;" in listed and "<X>" not in listed


def test_sheet_of_another_header_is_read_as_it_says_itself(remember, upload):
    remember()
    client, path = upload("Name,Currency,Note,Limit\nFjord Calls,EUR,Large,10\n")
    assert "Read as the template" not in client.get(path).content.decode()


def test_dry_run_remembers_and_a_refused_form_does_not(remember, world):
    assert remember(column_1="ignore").status_code == 422 and kept() == []
    assert remember().status_code == 302 and kept(owner=world.companies.a) == ["Supplier <X>"]


def test_header_has_one_template_and_a_name_one_header(remember):
    remember()
    assert remember(template="Later").status_code == 302 and kept() == ["Later"]
    answer = remember(content="Other,Money,Note,Limit\nFjord,EUR,,1\n", template="LATER")
    assert answer.status_code == 422 and "choose another one" in answer.content.decode()
    assert kept() == ["Later"]


def test_template_of_another_company_is_neither_used_seen_nor_forgotten(remember, upload, login, world):
    remember(user=world.b_admin)
    client, path = upload(SHEET, user=world.a_admin)
    assert "ignore" in client.get(path).context["layout"].mapping
    assert "Supplier" not in client.get(IMPORT).content.decode()
    with as_owner():
        pk = CustomerTemplate.objects.get(name="Supplier <X>").pk
    foreign, unknown = (client.post(f"{IMPORT}templates/{one}/delete/") for one in (pk, 2**40))
    assert foreign.status_code == unknown.status_code == 404 and kept() == ["Supplier <X>"]


def test_template_is_forgotten_by_its_company(remember, upload, login, world, acting):
    remember()
    client = login(world.a_admin)
    with as_owner():
        template = CustomerTemplate.objects.get(name="Supplier <X>")
    with acting(world.a_reader), pytest.raises(PermissionDenied):
        templates.forget_template(template, actor=world.a_reader)
    assert client.get(f"{IMPORT}templates/{template.pk}/delete/").status_code == 405
    assert client.post(f"{IMPORT}templates/{template.pk}/delete/").url == IMPORT
    assert kept() == []


def test_template_that_makes_no_layout_any_more_counts_as_none(remember, upload):
    remember()
    with as_owner():
        CustomerTemplate.objects.filter(name="Supplier <X>").update(layout={"mapping": ["name", "name", "gone", "x"]})
    client, path = upload(SHEET)
    assert client.get(path).status_code == 200


def test_remembered_name_stands_in_the_trail_of_its_company(remember, world):
    remember()
    with as_owner():
        entries = AuditEntry.objects.filter(table="resellers_customertemplate", label="Supplier <X>")
        assert list(entries.values_list("action", "company")) == [("create", world.companies.a.pk)]


def test_company_that_was_chosen_is_kept_from_page_to_page(world, login):
    client, own = login(world.a_admin), world.companies.a1
    page = client.get(f"/setup/advanced/reseller-accounts/{own.pk}/customers/").content.decode()
    assert f'href="{IMPORT}?company={own.pk}"' in page
    asked = f"{IMPORT}?company={own.pk}"
    assert "Customers of Company a1 from a sheet" in client.get(asked).content.decode()
    answer = client.post(asked, {"file": SimpleUploadedFile("s.csv", b"Name,Currency\nFjord Calls,EUR\n")})
    page = client.get(answer.url)
    assert page.context["form"]["company"].value() == own.pk and asked in page.content.decode()
    answer = client.post(answer.url, as_shown(page) | {"check": "1"})
    jobs.run_now(newest())
    back = f"company={own.pk}"
    report = client.get(answer.url).content.decode()
    assert "of Company a1" in report and back in report
    client.post(f"{answer.url}confirm/")
    jobs.run_now(newest())
    assert list(made(own, name="Fjord Calls")) == ["Fjord Calls"]


@pytest.mark.parametrize("screen", [IMPORT, "/management/customers/export/"])
def test_company_that_is_not_his_is_404_as_one_that_never_was(world, login, screen):
    client = login(world.a_admin)
    companies = (world.companies.b.pk, world.companies.master.pk, 2**40, 10**30, "x", "²", "-1", "1 OR 1=1")
    assert {client.get(screen, {"company": company}).status_code for company in companies} == {404}


def test_closed_company_offers_no_import(world, login):
    page = login(world.admin).get(f"/setup/advanced/reseller-accounts/{world.companies.closed.pk}/customers/")
    assert "Download" in page.content.decode()
    with as_owner():
        type(world.companies.closed).objects.filter(pk=world.companies.closed.pk).update(status="closed")
    page = login(world.admin).get(f"/setup/advanced/reseller-accounts/{world.companies.closed.pk}/customers/")
    assert IMPORT not in page.content.decode() and "Download" in page.content.decode()


def test_download_of_one_company_holds_that_alone(world, login):
    client, own = login(world.admin), world.companies.a1
    page = client.get(f"/setup/advanced/reseller-accounts/{own.pk}/customers/").content.decode()
    assert f"/management/customers/export/?format=csv&amp;company={own.pk}" in page
    rows = b"".join(client.get(f"/management/customers/export/?format=csv&company={own.pk}")).decode().splitlines()
    assert len(rows) == 4 and all("Customer a1" in row for row in rows[1:])
