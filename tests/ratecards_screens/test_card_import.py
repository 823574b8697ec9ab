"""Import: upload, preview with corrections, the job, its report."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import files
from accounts.models import Job
from ratecards.models import RateCard, Revision
from ratecards.services import cards
from tests.ratecards.conftest import customer_card
from tests.ratecards_screens.conftest import SHEET, body_of, newest, number_of, path_of, run_newest_job, text_of

DIRTY = SHEET + b"447;Mobile;abc\n44;Again;0,01\n"


def upload(panel, card, content=SHEET, who="admin"):
    return panel(who, path_of(card, "import/"), {"file": SimpleUploadedFile("july <1>.csv", content)})


def as_shown(page) -> dict:
    """What the form of a preview would send as it stands."""
    form = page.context["form"]
    found = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in found.items() if value is not None and value is not False}


def test_sheet_is_recognised_and_shown_as_it_will_be_read(shop, panel):
    page = panel("admin", upload(panel, shop.source).url)
    layout = page.context["layout"]
    assert (layout.delimiter, layout.decimal_comma, layout.header, layout.mapping) == (
        ";",
        True,
        1,
        ("prefix", "name", "cost"),
    )
    text = text_of(page)
    assert "3 lines · 0 of the 3 shown would be refused" in text
    assert "0.0123" in text
    assert "july <1>.csv" in text
    assert "<1>" not in body_of(page)


def test_import_becomes_a_draft_that_is_published_and_activated(shop, panel):
    path = upload(panel, shop.source).url
    answer = panel("admin", path, as_shown(panel("admin", path)) | {"start": "1"})
    job = newest(Job)
    assert answer.url == path_of(shop.source, f"jobs/{job.key}/")
    assert run_newest_job().state == "done"
    page = text_of(panel("admin", answer.url))
    assert "Accepted 3" in page
    assert "Publish" in page
    revision = newest(Revision)
    assert (revision.card_id, revision.number, revision.state, revision.rows) == (shop.source.pk, 2, "draft", 3)
    panel("admin", path_of(shop.source, "revisions/2/publish/"), {})
    panel("admin", path_of(shop.source, "revisions/2/activate/"), {"when": "now"})
    assert panel("admin", path_of(shop.source, "rates/?q=4420")).context["match"].cost == 1_400_000


def test_sheet_is_shown_again_when_the_card_came_to_mean_something_else(world, acting, panel):
    with acting(world.admin):
        card = customer_card(world.admin, "Fresh")
    path = upload(panel, card).url
    before = as_shown(panel("admin", path)) | {"start": "1"}
    with acting(world.admin):
        cards.change_card(card, actor=world.admin, currency="EUR")
    page = panel("admin", path, before)
    assert page.status_code == 422 and "properties changed since this page was shown" in text_of(page)
    assert panel("admin", path, before | {"seen": page.context["form"].meaning}).status_code == 302


def test_report_names_line_column_and_reason(shop, panel):
    path = upload(panel, shop.source, DIRTY).url
    assert "2 of the 5 shown would be refused" not in text_of(panel("admin", path))  # what is double, the reading finds
    answer = panel("admin", path, as_shown(panel("admin", path)) | {"start": "1"})
    run_newest_job()
    text = text_of(panel("admin", answer.url))
    assert "Accepted 3" in text
    assert "Refused 2" in text
    assert "5 Rate 'abc' is not a price" in text
    assert "6 Prefix The prefix '44' stands in line 2 already." in text
    assert "447;Mobile;abc" in body_of(panel("admin", path_of(shop.source, "revisions/2/refused/")))


def test_correction_changes_what_is_shown_and_what_is_read(shop, panel):
    path = upload(panel, shop.source, b"44;UK;0,0123;x\n33;France;0,0100;y\n").url
    values = as_shown(panel("admin", path)) | {
        "column_0": "prefix",
        "column_1": "name",
        "column_2": "cost",
        "column_3": "ignore",
    }
    values.pop("from_start", None)
    page = panel("admin", path, values | {"pulse": "60", "decimal_comma": "on", "look": "1"})
    assert page.status_code == 200, page.context["form"].errors
    assert "1/60" in text_of(page)
    panel("admin", path, values | {"pulse": "60", "decimal_comma": "on", "start": "1"})
    assert run_newest_job().state == "done"
    assert newest(Revision).rows == 2


def test_another_delimiter_is_recognised_anew(shop, panel):
    path = upload(panel, shop.source, b"prefix,name,cost\n44,United Kingdom; all,0.01\n").url
    page = panel("admin", path, as_shown(panel("admin", path)) | {"delimiter": ";", "look": "1"})
    assert [field.label for field in page.context["form"].columns] == ["prefix,name,cost"]
    assert "Say which column holds: Prefix, Cost." in text_of(page)


@pytest.mark.parametrize(
    ("change", "words"),
    [({"column_0": "ignore"}, "Prefix"), ({"column_1": "cost"}, "Two columns"), ({"column_0": "owner"}, "valid choice"),
     ({"header": "x"}, "whole number"), ({"encoding": "ebcdic"}, "valid choice"), ({"pulse": "0"}, "greater than or equal to 1"),
     ({"header": "50"}, "line 50")],
)  # fmt: skip
def test_layout_that_cannot_be_is_said_and_no_job_is_made(shop, panel, change, words):
    path = upload(panel, shop.source).url
    before = number_of(Job)
    page = panel("admin", path, as_shown(panel("admin", path)) | {"start": "1"} | change)
    assert page.status_code == 422
    assert words in text_of(page)
    assert number_of(Job) == before


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\x00\x01\x02\x03" * 50, b"\x1f\x8b\x08"])
def test_what_is_no_rate_sheet_is_refused_at_once(shop, panel, content):
    page = upload(panel, shop.source, content)
    assert page.status_code == 422
    assert "file" in page.context["form"].errors or page.context["form"].non_field_errors()


@pytest.mark.parametrize(
    "content", [b"prefix,na\0me,cost\n44,U\0K,0.01\n33,France,0.01\n", b"prefix,\xff,cost\n44,\xe9,0.01\n"]
)
def test_odd_letters_are_read_or_refused(shop, panel, content):
    answer = upload(panel, shop.source, content)
    if answer.status_code == 302:
        path = answer.url.split("?")[0] + "?name=a%00b%0Ac"
        answer = panel("admin", path, as_shown(panel("admin", path)) | {"start": "1"})
    assert answer.status_code in (302, 422)
    if answer.status_code == 302:
        run_newest_job()
        assert panel("admin", answer.url).status_code == 200


def test_nul_in_a_cell_of_the_header_is_refused_in_words(shop, panel):
    page = upload(panel, shop.source, b"Prefix;Destination;Rate;Com\0ment\n" + b"44;United Kingdom;0,0123;hello\n" * 9)
    assert page.status_code == 422 and "The header, line 1, holds a NUL character" in text_of(page)


def test_no_file_is_refused(shop, panel):
    assert panel("admin", path_of(shop.source, "import/"), {"x": "1"}).status_code == 422


def test_too_large_a_file_is_refused_and_not_kept(shop, panel, settings, uploads):
    settings.UPLOAD_LIMIT = 10
    page = upload(panel, shop.source)
    assert page.status_code == 422
    assert "larger than" in text_of(page)
    assert [path for path in uploads.rglob("*") if path.is_file()] == []


def test_split_prices_of_a_single_rate_card_are_refused(shop, panel):
    path = upload(panel, shop.source, b"prefix,name,intra,inter,cost\n1,US,0.01,0.02,0.03\n").url
    page = panel("admin", path, as_shown(panel("admin", path)) | {"start": "1"})
    assert page.status_code == 422
    assert "single rate" in text_of(page)


def test_upload_of_another_company_is_404(shop, world, panel):
    key = upload(panel, shop.source).url.split("/")[-2]
    own = newest(RateCard, private__name="Private retail a")
    assert panel("a_admin", path_of(own, f"import/{key}/")).status_code == 404
    assert panel("a_admin", path_of(own, f"import/{key}/"), {"start": "1"}).status_code == 404
    assert panel("a_admin", path_of(own, f"import/{uuid.uuid4()}/")).status_code == 404


def test_upload_is_kept_under_a_name_of_our_own(shop, world, panel, uploads):
    key = upload(panel, shop.source).url.split("/")[-2]
    path = files.upload_path(key, company=world.companies.master.pk)
    assert path.parent.parent == uploads
    assert path.stat().st_mode & 0o777 == 0o600
    assert "july" not in str(path)


def test_owner_column_of_a_sheet_says_nothing_about_whose_it_is(shop, world, panel):
    sheet = f"prefix,name,cost,reseller_id\n44,UK,0.01,{world.companies.b.pk}\n33,FR,0.01,\n".encode()
    path = upload(panel, shop.source, sheet).url
    panel("admin", path, as_shown(panel("admin", path)) | {"start": "1"})
    run_newest_job()
    assert newest(Revision).owner_id == world.companies.master.pk


def test_reseller_imports_into_its_own_card_alone(shop, panel):
    own = newest(RateCard, private__name="Private retail a")
    assert upload(panel, own, who="a_admin").status_code == 302
    assert upload(panel, shop.retail, who="a_admin").status_code == 404
    assert upload(panel, own, who="b_admin").status_code == 404
    assert upload(panel, own, who="a_reader").status_code == 403
