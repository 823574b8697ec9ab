"""Customers from a sheet: shown, corrected, tried, imported by a job, reported line by line."""

import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import jobs
from accounts.models import AuditEntry, Job, Role
from resellers.models import Company
from resellers.services import customer_imports as imports
from tests import factories
from tests.resellers.conftest import CUSTOMERS
from tests.resellers.customer_sheets import DIRTY, GOOD, IMPORT, as_shown, counts, made, newest
from tests.roles import as_owner
from tests.world import role

pytestmark = pytest.mark.usefixtures("uploads")


def test_sheet_is_shown_as_it_will_be_read(upload):
    client, path = upload(DIRTY)
    page = client.get(path)
    layout, text = page.context["layout"], page.content.decode()
    assert layout.mapping == ("name", "email", "status", "currency", "debit_limit", "notes")
    assert "sheet &lt;1&gt;.csv" in text and "11 lines" in text and "7 of the 11 shown would be refused" not in text
    assert "Pending approval" in text and "250.5" in text and "is no status" in text
    assert page.context["form"]["company"].value() == page.context["user"].company_id


def test_sheet_becomes_customers_by_the_screens(upload, world):
    client, path = upload()
    answer = client.post(path, as_shown(client.get(path)) | {"start": "1"})
    assert answer.url == f"{IMPORT}job/{newest().key}/"
    assert b"Waiting for a worker" in client.get(answer.url).content
    jobs.run_now(newest())
    page = client.get(answer.url).content.decode()
    assert "2 new customers of Company a" in page and "Load corrected lines" not in page
    found = made(world.companies.a)
    one, other = found["Fjord Calls"], found["Desert Voice"]
    assert (one.email, one.status, one.currency, one.debit_limit, one.notes) == (
        "noc@fjord.test", "active", "EUR", Decimal("250.5"), "Large")  # fmt: skip
    assert (other.email, other.status, other.currency, other.debit_limit) == ("", "pending", "USD", Decimal(-5))


def test_every_line_is_accepted_skipped_or_refused_with_its_reason(run):
    job = run(DIRTY)
    assert counts(job) == (11, 2, 2, 7, 2, 0)
    assert [(line["line"], line["column"]) for line in job.result["lines"]] == [
        (4, "Name"), (5, "Name"), (6, "Currency"), (7, "Status"), (8, "Debit limit"), (9, "E-mail"), (10, "")]  # fmt: skip
    reasons = [line["reason"] for line in job.result["lines"]]
    assert reasons[0] == "The name stands in line 2 already." and "plain number" in reasons[4]
    assert [line["line"] for line in job.result["skipped_lines"]] == [12]


def test_report_page_offers_the_refused_lines_and_takes_them_corrected(world, login, run):
    job = run(DIRTY)
    client = login(world.a_admin)
    page = client.get(f"{IMPORT}job/{job.key}/").content.decode()
    assert "The name stands in line 2 already." in page and "Refused lines" in page
    listed = b"".join(client.get(f"{IMPORT}job/{job.key}/refused/")).decode()
    assert listed.splitlines()[0] == "line,reason,Name,E-mail,Status,Currency,Debit limit,Notes"
    assert len(listed.splitlines()) == 8
    corrected = listed.replace("1E+05", "100000").replace("No Money,,,XXX", "No Money,,,EUR").replace(",", ";")
    answer = client.post(
        f"{IMPORT}job/{job.key}/correct/", {"file": SimpleUploadedFile("again.csv", corrected.encode("utf-16"))}
    )
    again = jobs.run_now(newest())
    assert answer.url == f"{IMPORT}job/{again.key}/" and counts(again) == (7, 2, 0, 5, 2, 0)
    assert made(world.companies.a)["Big"].debit_limit == 100000
    still = b"".join(client.get(f"{IMPORT}job/{again.key}/refused/")).decode()
    assert [line.split(";")[0] for line in still.splitlines()] == ["line", "4", "5", "7", "9", "10"]


def test_file_that_is_no_list_of_refused_lines_is_not_taken_for_one(world, login, run):
    job = run(DIRTY)
    answer = login(world.a_admin).post(
        f"{IMPORT}job/{job.key}/correct/", {"file": SimpleUploadedFile("x.csv", GOOD.encode())}
    )
    assert answer.status_code == 422 and b"The first line must be that of the list" in answer.content


def test_existing_names_are_refused_unless_they_are_to_be_changed(world, run):
    sheet = "name,currency,status,debit_limit\nCUSTOMER A 0,USD,penalty,\nCustomer a 1,EUR,,\nCustomer a 2,USD,,\nNew,USD,,7\n"
    assert counts(run(sheet)) == (4, 1, 0, 3, 1, 0)
    job = run(sheet.replace("New,USD,,7", "New,USD,,8"), existing="update")
    assert counts(job) == (4, 2, 1, 1, 0, 2)
    assert job.result["lines"][0]["reason"].startswith("The customer is in USD, the line says EUR")
    assert job.result["skipped_lines"][0] == {"line": 4, "column": "", "reason": "The customer is so already."}
    found = made(world.companies.a)
    assert (found["Customer a 0"].status, found["Customer a 0"].currency) == ("penalty", "USD")
    assert found["New"].debit_limit == 8 and found["Customer a 1"].currency == "USD"


def test_empty_cell_changes_nothing_of_an_existing_customer(world, run):
    run("name,currency,email,status,debit_limit,notes\nKept,EUR,a@b.test,penalty,5,Large\n")
    assert counts(run("name,currency,email,status,debit_limit,notes\nKept,EUR,,,,\n", existing="update")) == (
        1,
        0,
        1,
        0,
        0,
        0,
    )
    kept = made(world.companies.a)["Kept"]
    assert (kept.email, kept.status, kept.debit_limit, kept.notes) == ("a@b.test", "penalty", 5, "Large")


@pytest.mark.parametrize("column", ["company", "Reseller ID", "owner", "id", "created_by"])
def test_no_column_says_whose_a_customer_is(world, upload, run, column):
    text = f"name,currency,{column}\nMine,EUR,{world.companies.b.pk}\n"
    client, path = upload(text)
    assert "never by the file" in client.get(path).content.decode()
    assert counts(run(text)) == (1, 1, 0, 0, 1, 0)
    assert "Mine" in made(world.companies.a) and "Mine" not in made(world.companies.b)


def test_foreign_company_posted_is_refused_as_one_that_never_was(world, upload):
    client, path = upload()
    shown, answers = as_shown(client.get(path)), []
    for company in (world.companies.b.pk, 2**40):
        answer = client.post(path, shown | {"company": company, "start": "1"})
        answers.append([str(error) for error in answer.context["form"].errors["company"]])
        assert answer.status_code == 422
    assert answers[0] == answers[1] and not made(world.companies.b, name="Fjord Calls")


def test_company_out_of_reach_is_refused_by_the_service_too(world, start):
    for company in (world.companies.b, world.companies.master):
        with pytest.raises(PermissionDenied):
            start(GOOD, company=company)


def test_company_that_is_closed_before_the_job_runs_gets_no_customers(world, start):
    job = start(GOOD, company=world.companies.a1)
    with as_owner():
        Company.objects.filter(pk=world.companies.a1.pk).update(status="closed")
    assert jobs.run_now(job).state == Job.FAILED and "Fjord Calls" not in made(world.companies.a1)


def test_file_beyond_the_limit_is_cut_off_and_not_kept(world, login, uploads, settings):
    settings.UPLOAD_LIMIT = 100
    answer = login(world.a_admin).post(IMPORT, {"file": SimpleUploadedFile("x.csv", GOOD.encode() * 3)})
    assert answer.status_code == 422 and "larger than" in answer.content.decode()
    assert not [path for path in uploads.rglob("*") if path.is_file()]


def test_those_above_import_for_a_company_below(world, upload):
    client, path = upload()
    client.post(path, as_shown(client.get(path)) | {"company": world.companies.a1.pk, "start": "1"})
    assert counts(jobs.run_now(newest()))[1] == 2 and "Fjord Calls" in made(world.companies.a1)


def test_who_may_only_create_cannot_change_by_a_sheet(world, upload, start):
    with as_owner():
        creators = role("Creators", "reseller", {"customer": ("create", "read")})
        user = factories.UserFactory(email="only@example.test", company=world.companies.a, role=creators)
    client, path = upload(user=user)
    shown = as_shown(client.get(path))
    assert client.post(path, shown | {"existing": "update", "start": "1"}).status_code == 422
    with pytest.raises(PermissionDenied):
        start(GOOD, actor=user, existing="update")
    assert client.get(CUSTOMERS + "export/").status_code == 403


def test_right_that_is_lost_before_the_job_runs_ends_it(world, start):
    job = start(GOOD)
    with as_owner():
        world.a_admin.groups.remove(world.roles.managers.group)
        world.a_admin.groups.add(world.roles.readers.group)
    job = jobs.run_now(job)
    assert job.state == Job.FAILED and "has not the right" in job.error and "Fjord Calls" not in made(world.companies.a)


def test_dry_run_says_the_same_and_writes_nothing_until_it_is_confirmed(world, login, upload):
    client, path = upload(DIRTY)
    client.post(path, as_shown(client.get(path)) | {"check": "1"})
    tried = jobs.run_now(newest())
    assert counts(tried) == (11, 2, 2, 7, 2, 0) and "Fjord Calls" not in made(world.companies.a)
    assert "nothing was stored" in client.get(f"{IMPORT}job/{tried.key}/").content.decode()
    assert login(world.b_admin).post(f"{IMPORT}job/{tried.key}/confirm/").status_code == 404
    client.post(f"{IMPORT}job/{tried.key}/confirm/")
    assert counts(jobs.run_now(newest())) == counts(tried) and "Fjord Calls" in made(world.companies.a)


def test_button_pressed_twice_starts_one_job(upload):
    client, path = upload()
    shown = as_shown(client.get(path)) | {"start": "1"}
    assert client.post(path, shown).url == client.post(path, shown).url


def test_file_under_way_is_not_imported_in_another_way_at_the_same_time(upload):
    client, path = upload()
    values = as_shown(client.get(path)) | {"start": "1"}
    client.post(path, values)
    first = newest()
    for other in ({"existing": "update"}, {"column_5": "ignore"}, {"existing": "update", "check": "1"}):
        answer = client.post(path, values | other)
        assert (
            answer.status_code == 422 and "is being imported already" in answer.content.decode() and newest() == first
        )
    assert counts(jobs.run_now(first))[1] == 2


def test_another_mapping_and_header_are_recognised_anew(upload, world):
    client, path = upload("Our list of 2026,,\nTitel,Waehrung,Rest\nNordlys,EUR,x\n")
    page = client.get(path)
    assert page.context["layout"].header == 0 and "Say which column holds: Currency" in page.context["unread"]
    page = client.post(path, as_shown(page) | {"header": "2", "look": "1"})
    shown = as_shown(page) | {"column_0": "name", "column_1": "currency"}
    assert client.post(path, shown | {"look": "1"}).context["preview"].first[0].values["name"] == "Nordlys"
    client.post(path, shown | {"start": "1"})
    assert counts(jobs.run_now(newest())) == (1, 1, 0, 0, 1, 0)


def test_sheet_of_unknown_words_is_shown_so_that_its_columns_can_be_named(upload):
    client, path = upload("Kunde,Geld,Rest\nNordlys,EUR,1\n" + "Fjord,EUR\n" * 30)
    page = client.get(path)
    text = page.content.decode()
    assert "preview" not in page.context and "Nordlys" in text and "Kunde: not read." in text and "…" in text
    named = as_shown(page) | {"column_0": "name", "column_1": "currency"}
    text = client.post(path, named | {"look": "1"}).content.decode()
    assert "Kunde: not read." not in text and "Rest: not read." in text


def test_another_companys_upload_and_report_are_as_if_they_never_were(world, login, upload, run):
    _, path = upload()
    job = run(DIRTY)
    other = login(world.b_admin)
    never = other.get(f"{IMPORT}{uuid.uuid4()}/")
    assert other.get(path).status_code == never.status_code == 404
    for page in ("", "refused/", "correct/"):
        assert other.get(f"{IMPORT}job/{job.key}/{page}").status_code == 404


def test_reader_sees_neither_import_nor_download(world, login):
    for user, shown in ((world.a_admin, True), (world.a_reader, False)):
        page = login(user).get(CUSTOMERS).content.decode()
        assert (IMPORT in page, "export/?format=csv" in page) == (shown, shown)


def test_import_stands_in_the_trail_of_its_company(world, run):
    run(GOOD)
    with as_owner():
        entry = AuditEntry.objects.filter(action="import", table="resellers_company").latest("pk")
        made_ones = AuditEntry.objects.filter(action="create", table="resellers_customer", label="Fjord Calls").count()
    assert (entry.company, entry.actor, entry.changes["made"], made_ones) == (
        world.companies.a.pk,
        world.a_admin.pk,
        2,
        1,
    )


@pytest.mark.parametrize("existing", ["refuse", "update"])
def test_statements_of_a_chunk_do_not_grow_with_its_lines(start, existing):
    def statements(lines):
        sheet = "name,currency,notes\n" + "".join(f"S {existing} {number},EUR,{lines}\n" for number in range(lines))
        job = start(sheet, existing=existing)
        with CaptureQueriesContext(connection) as captured:
            assert jobs.run_now(job).state == Job.DONE
        return len(captured)

    statements(2)  # the first one also loads what is kept in memory
    few = statements(5)
    assert statements(900) == few <= 60


def test_many_chunks_are_one_count(world, run):
    sheet = "name,currency\n" + "".join(f"Many {number % 2400},EUR\n" for number in range(2500))
    assert counts(run(sheet)) == (2500, 2400, 0, 100, 2400, 0)
    assert len(made(world.companies.a, name__startswith="Many ")) == 2400


@pytest.fixture
def half_way(world, start, monkeypatch):
    """half_way() -> an import of 2,500 lines, ten of them refused, whose user loses the right after 2,000."""

    def fail():
        job = start(
            "name,currency\n"
            + "".join(f"Half {number},{'EUR' if number % 250 else 'none'}\n" for number in range(2500))
        )
        real, chunks = imports.run_chunk, []

        def chunk(*arguments, **options):
            chunks.append(1)
            group(active=len(chunks) < 3)
            return real(*arguments, **options)

        with monkeypatch.context() as patch:
            patch.setattr(imports, "run_chunk", chunk)
            done = jobs.run_now(job)
        group(active=True)
        return done

    def group(*, active):
        with as_owner():
            Role.objects.filter(group__user=world.a_admin).update(is_active=active)

    return fail


def test_import_that_fails_half_way_tells_what_is_written_and_goes_on_after_it(world, login, half_way):
    job, client = half_way(), login(world.a_admin)
    assert job.state == Job.FAILED and len(made(world.companies.a, name__startswith="Half ")) == 1992
    page = " ".join(client.get(f"{IMPORT}job/{job.key}/").content.decode().split())
    assert "1 992 new customers: these stay. The first 2 000 lines of the sheet were read, the others were not." in page
    listed = b"".join(client.get(f"{IMPORT}job/{job.key}/refused/")).decode()
    assert [line.split(",")[0] for line in listed.splitlines()] == ["line", *(str(n * 250 + 2) for n in range(8))]
    with as_owner():
        entry = AuditEntry.objects.filter(action="import", result="failed").latest("pk")
    assert (entry.company, entry.actor, entry.row, entry.changes["made"], entry.changes["refused"]) == (
        world.companies.a.pk, world.a_admin.pk, str(job.pk), 1992, 8)  # fmt: skip
    answer = client.post(f"{IMPORT}job/{job.key}/confirm/")
    assert answer.url == f"{IMPORT}job/{job.key}/" and counts(jobs.run_now(job)) == (2500, 2490, 0, 10, 2490, 0)


def test_import_of_a_colleague_that_failed_half_way_is_imported_anew_in_ones_own_name(world, login, half_way):
    job, client = half_way(), login(world.a_user)
    page = client.get(f"{IMPORT}job/{job.key}/").content.decode()
    assert "lines of customers that exist by now are refused" in page and "Go on" not in page
    client.post(f"{IMPORT}job/{job.key}/confirm/")
    again = newest()
    assert (again.pk != job.pk, again.actor_id) == (True, world.a_user.pk)
    assert counts(jobs.run_now(again)) == (2500, 498, 0, 2002, 498, 0)
