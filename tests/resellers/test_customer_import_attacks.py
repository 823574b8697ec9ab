"""Imports of customers by people who want more than they may, and files made to harm."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import jobs
from accounts.models import Job
from resellers.services import customer_imports as imports
from tests.resellers.customer_sheets import IMPORT, as_shown, counts, made, newest
from tests.sheets import test_hostile_files, test_hostile_workbooks
from tests.sheets.test_hostile_files import GOOD as WORKBOOK

WORKBOOKS = test_hostile_workbooks.FILES
HARMFUL = {
    "symlink": (test_hostile_files.FILES["symlink"][0], "holds a link to another file"),
    "archive of a sheet": (test_hostile_files.FILES["archive of a sheet"][0], "no Excel workbook"),
    "truncated": (WORKBOOK[: len(WORKBOOK) // 2], "damaged"),
    "many columns": (test_hostile_files.FILES["many columns"][0], "more than 100 columns"),
    "endless cell": (test_hostile_files.FILES["endless cell"][0], "more than 32767 characters"),
    "encrypted": (WORKBOOKS["encrypted"][0], "without a password"),
    "bomb": (WORKBOOKS["bomb in the sheet"][0], "unpacks to far more than a sheet"),
    "ten thousand members": (WORKBOOKS["ten thousand members"][0], "unpacks to far more than a sheet"),
    "many laughs": (WORKBOOKS["many laughs in the sheet"][0], "damaged|empty"),
}

pytestmark = pytest.mark.usefixtures("uploads")


@pytest.mark.parametrize("name", HARMFUL)
def test_harmful_workbook_is_opened_by_the_worker_alone_and_refused_in_one_sentence(upload, uploads, name):
    content, words = HARMFUL[name]
    client, page = upload(content, name="customers.xlsx")
    kept = [path.read_bytes() for path in uploads.rglob("*") if path.is_file()]
    assert kept == [content] and newest().state == Job.WAITING  # the request has kept it and not looked inside
    job = jobs.run_now(newest())
    assert job.state == Job.FAILED and any(part in job.error for part in words.split("|")), job.error
    assert job.error.endswith(".") and str(uploads) not in job.error and "Traceback" not in job.error
    assert words.split("|")[0] in client.get(page).content.decode() or "|" in words
    assert [path.read_bytes() for path in uploads.rglob("*") if path.is_file()] == [content]  # nothing of it came out


def test_member_that_leaves_its_folder_goes_nowhere(upload, uploads):
    upload(WORKBOOKS["name that leaves the folder"][0], name="customers.xlsx")
    job = jobs.run_now(newest())
    assert job.state == Job.DONE
    names = {path.name.removeprefix(job.params["upload"]) for path in uploads.parent.rglob("*") if path.is_file()}
    assert names == {".upload", ".0.part", ".opened"}


def test_formula_and_link_of_a_workbook_are_text_that_nothing_runs(upload, world):
    client, page = upload(WORKBOOKS["formula of another file"][0], name="customers.xlsx")
    jobs.run_now(newest())
    path = client.get(page).url
    said = as_shown(client.get(path)) | {"column_0": "currency", "column_1": "name", "column_2": "ignore"}
    client.post(path, said | {"start": "1"})
    assert counts(jobs.run_now(newest()))[1] == 0 and not made(world.companies.a, name__contains="x.xlsx")


@pytest.mark.parametrize("target", ["company", "company_id", "id", "owner", "search_name", "created_at", "pk"])
def test_no_column_can_be_read_as_what_decides_whose_a_customer_is(upload, world, target):
    client, path = upload(f"name,currency,mine\nFjord Calls,EUR,{world.companies.b.pk}\n")
    answer = client.post(path, as_shown(client.get(path)) | {"column_2": target, "start": "1"})
    assert answer.status_code == 422 and "column_2" in answer.context["form"].errors
    assert not made(world.companies.b, name="Fjord Calls")


def test_id_of_another_companys_customer_changes_nothing_of_it(world, run):
    other = made(world.companies.b)["Customer b 0"]
    job = run(
        f"id,name,currency,company,notes\n{other.pk},Customer b 0,{other.currency},{world.companies.b.pk},taken over\n",
        existing="update",
    )
    assert counts(job) == (1, 1, 0, 0, 1, 0)  # a new customer of the own company
    assert made(world.companies.b)["Customer b 0"].notes != "taken over"
    assert made(world.companies.a)["Customer b 0"].notes == "taken over"


def test_corrected_list_with_columns_of_its_own_is_no_list_of_refused_lines(world, login, run):
    job = run("name,currency\nFjord Calls,none\n")
    sheet = f"line,reason,name,currency,company\n2,,Fjord Calls,EUR,{world.companies.b.pk}\n"
    answer = login(world.a_admin).post(
        f"{IMPORT}job/{job.key}/correct/", {"file": SimpleUploadedFile("again.csv", sheet.encode())}
    )
    assert answer.status_code == 422 and newest() == job


def test_one_bad_line_near_the_end_is_refused_alone_and_loads_when_corrected(world, run, acting):
    lines = [f"Long {number},EUR" for number in range(2100)]
    lines[-2] = "Long 2098,euros"
    job = run("name,currency\n" + "\n".join(lines) + "\n")
    assert counts(job) == (2100, 2099, 0, 1, 2099, 0)
    assert [(one["line"], one["column"]) for one in job.result["lines"]] == [(2100, "currency")]
    with acting(world.a_admin):
        corrected = imports.refused_file(job, actor=world.a_admin).read_text().replace("euros", "EUR")
    assert counts(run(corrected)) == (1, 1, 0, 0, 1, 0)
    assert len(made(world.companies.a, name__startswith="Long ")) == 2100


def test_list_of_refused_lines_on_the_page_is_capped_and_the_file_has_all(world, run, acting):
    job = run("name,currency\n" + "".join(f"Bad {number},none\n" for number in range(1100)))
    assert (job.result["refused"], len(job.result["lines"])) == (1100, imports.EXAMPLES)
    with acting(world.a_admin):
        assert len(imports.refused_file(job, actor=world.a_admin).read_text().splitlines()) == 1101


def test_name_that_a_sheet_lists_twice_is_refused_as_the_form_refuses_it(world, run):
    job = run("name,currency\nFjord Calls,EUR\nFJORD CALLS,USD\n Fjord Calls ,EUR\n")
    assert counts(job) == (3, 1, 0, 2, 1, 0)
    assert {one["reason"] for one in job.result["lines"]} == {"The name stands in line 2 already."}
    assert made(world.companies.a)["Fjord Calls"].currency == "EUR"
