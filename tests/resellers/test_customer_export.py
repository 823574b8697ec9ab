"""Customers as a file: what the list shows, and what an import reads back as the same customers."""

import io
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts import acl, jobs
from accounts.models import AuditEntry
from resellers.models import Company, Customer
from resellers.services import customer_exports, customer_imports
from tests import factories
from tests.resellers.conftest import CUSTOMERS
from tests.roles import as_owner

EXPORT = CUSTOMERS + "export/"
FIELDS = ("name", "email", "status", "currency", "debit_limit", "notes")
ODD = [
    ("=cmd|' /C calc'!A0", "a@b.test", "active", "EUR", "0", "@SUM(1)"),
    ("'quoted', \"name\"", "", "penalty", "USD", "-12.5", "'=inert already"),
    ("+44 20", "", "inactive", "GBP", "999999999999.9999", "a\nb\n\n" + "line\n" * 40 + "end"),
    ("-5", "", "pending", "JPY", "0.0001", "tab\there; semi, comma | bar"),
    ("Bl\u00f6d \u5f20", "x@y.test", "active", "CHF", "1000000", "\uff1dwide"),
]

pytestmark = pytest.mark.usefixtures("uploads")


@pytest.fixture
def odd(world):
    with as_owner():
        for values in ODD:
            factories.CustomerFactory(company=world.companies.b, **dict(zip(FIELDS, values, strict=True)))
    return world.companies.b


@pytest.fixture
def exported(login):
    """exported(user, query) -> the bytes of the file."""

    def get(user, query=""):
        answer = login(user).get(EXPORT + query)
        assert answer.status_code == 200
        return b"".join(answer)

    return get


def lines(data: bytes) -> list[str]:
    return data.decode().splitlines()


def stored(company) -> set:
    with as_owner():
        return set(Customer.objects.filter(company=company).values_list(*FIELDS))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_imported_export_is_the_same_customers(world, acting, odd, exported, form):
    user = world.b_admin
    content, before = exported(user, f"?format={form}"), stored(odd)
    with as_owner():
        empty = factories.CompanyFactory(name="Company new", parent=odd)
    with acting(user):
        upload = customer_imports.take_upload(ContentFile(content), actor=user)
        if form == "xlsx":
            job = customer_imports.start_opening(actor=user, upload=upload)
    if form == "xlsx":
        jobs.run_now(job)
    with acting(user):
        layout = customer_imports.recognise_upload(upload, actor=user)
        company = Company.objects.get(pk=empty.pk)
        job = customer_imports.start_import(actor=user, upload=upload, layout=layout, company=company)
    job = jobs.run_now(job)
    assert (job.result["refused"], job.result["made"]) == (0, len(before)), job.result["lines"]
    assert stored(empty) == before


def test_columns_are_those_of_the_list_and_formulas_stay_text(world, odd, exported):
    found = lines(exported(world.b_admin))
    assert found[0] == "name,email,status,currency,debit_limit,notes,created"
    assert any(line.startswith("'=cmd|' /C calc'!A0,a@b.test,Active,EUR,0,'@SUM(1),") for line in found)
    assert lines(exported(world.a_admin))[0] == "name,company,email,status,currency,debit_limit,notes,created"


def test_workbook_has_text_and_exact_numbers_and_no_formula(world, odd, exported):
    rows = list(load_workbook(io.BytesIO(exported(world.b_admin, "?format=xlsx")))["Customers"].iter_rows())
    found = {row[0].value: row for row in rows[1:]}
    assert all(cell.data_type != "f" for row in rows for cell in row)
    assert (found["'-5"] if "'-5" in found else found["-5"])[4].value == 0.0001
    assert found["'+44 20" if "'+44 20" in found else "+44 20"][4].value == "999999999999.9999"


def test_search_and_filter_of_the_list_are_kept(world, odd, exported):
    assert [line.split(",")[0] for line in lines(exported(world.b_admin, "?name=customer+b"))[1:]] == [
        "Customer b 0", "Customer b 1", "Customer b 2"]  # fmt: skip
    assert len(lines(exported(world.b_admin, "?status=penalty&page=9&sort=-name"))) == 2
    assert len(lines(exported(world.b_admin, "?company_id=1&search_name__gt=z&id=5"))) > len(
        ODD
    )  # nothing of the list: not read


def test_foreign_customers_are_in_no_file(world, exported):
    assert "Customer b" not in exported(world.a_admin).decode() and "Customer a1 0" in exported(world.a_admin).decode()
    assert "Customer a " not in exported(world.b_admin).decode()


def test_unknown_format_is_404_and_a_reader_gets_no_file(world, login):
    assert login(world.b_admin).get(EXPORT + "?format=exe").status_code == 404
    assert login(world.b_reader).get(EXPORT).status_code == 403


def test_list_longer_than_a_batch_is_whole_in_its_order_and_a_statement_a_batch(world, exported, monkeypatch):
    with as_owner():
        Customer.objects.bulk_create(
            Customer(company=world.companies.b, name=f"Long {number % 7} {number}") for number in range(40)
        )
    once = lines(exported(world.b_admin))
    with CaptureQueriesContext(connection) as whole:
        assert lines(exported(world.b_admin)) == once
    monkeypatch.setattr(customer_exports, "BATCH", 10)
    with CaptureQueriesContext(connection) as parts:
        assert lines(exported(world.b_admin)) == once and len(once) == 44
    of_customers = [sum('"notes"' in one["sql"] for one in captured) for captured in (whole, parts)]
    assert of_customers == [1, 5]


def test_right_that_is_lost_ends_a_running_download(world, monkeypatch):
    monkeypatch.setattr(customer_exports, "BATCH", 1)
    user = world.b_admin
    with acl.acting_as(user):
        pieces = customer_exports.export("csv", lambda rows: rows, actor=user, request=None)
    assert b"name" in next(pieces) and b"Customer b 0" in next(pieces)
    with as_owner():
        Company.objects.filter(pk=user.company_id).update(status="suspended")
    with pytest.raises(acl.NoScope):
        next(pieces)


def test_export_stands_in_the_trail_with_its_size(world, exported):
    exported(world.b_admin, "?name=customer&format=xlsx")
    with as_owner():
        entry = AuditEntry.objects.filter(action="export").latest("pk")
    assert (entry.actor, entry.company) == (world.b_admin.pk, world.companies.b.pk)
    assert (entry.changes, entry.label) == ({"rows": 3, "format": "xlsx"}, "3 customers")


def test_debit_limit_is_written_without_zeros_that_say_nothing(world, exported):
    with as_owner():
        factories.CustomerFactory(company=world.companies.b, name="Thousand", debit_limit=Decimal("1000.0000"))
    assert ",1000," in next(line for line in lines(exported(world.b_admin)) if line.startswith("Thousand"))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_same_customers_are_the_same_file_at_any_time(world, odd, exported, monkeypatch, form):
    before = exported(world.b_admin, f"?format={form}")
    monkeypatch.setattr("time.localtime", lambda *seconds: (2040, 2, 3, 4, 5, 6, 0, 0, 0))
    assert exported(world.b_admin, f"?format={form}") == before
