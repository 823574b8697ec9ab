"""The wizard: workbooks are opened by a job, a dry run stores nothing, layouts are remembered, refused lines come back
corrected into the same draft, lists that differ too much are held."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import acl
from accounts.models import Job
from accounts.services.layouts import TAKEN
from accounts.services.uploads import IN_USE
from ratecards.models import ImportTemplate, Revision
from tests.ratecards.conftest import published
from tests.ratecards_screens.conftest import body_of, newest, number_of, path_of, run_newest_job, text_of
from tests.ratecards_screens.test_card_import import as_shown
from tests.sheets.books import far_below, workbook

LIST = "Code,Destination,Rate\n44,UK,0.02\n441,London,0.01\n447,Mobile,0.03\n"
ROWS = [["Code", "Destination", "Rate"], [44, "UK", 0.02], [441, "London", 0.01], [447, "Mobile", 0.03]]


@pytest.fixture
def wizard(shop, panel):
    """wizard(content, **changes) -> the page of the finished job of an import as shown, with fields changed."""

    def send(content, button="start", card=shop.source, name="list.csv", **changes):
        content = content if isinstance(content, bytes) else content.encode()
        answer = panel("admin", path_of(card, "import/"), {"file": SimpleUploadedFile(name, content)})
        if "/jobs/" in answer.url:
            run_newest_job()
            answer = panel("admin", answer.url)
        page = panel("admin", answer.url)
        answer = panel("admin", answer.url, as_shown(page) | {button: "1"} | changes)
        assert answer.status_code == 302, text_of(answer)
        job = run_newest_job()
        assert job.state == "done", job.error
        return panel("admin", answer.url)

    return send


def test_workbook_is_opened_by_a_job_and_its_sheet_can_be_chosen(shop, panel):
    content = workbook(("Old", [["nothing"]]), ("Rates", ROWS))
    answer = panel("admin", path_of(shop.source, "import/"), {"file": SimpleUploadedFile("a.xlsx", content)})
    assert newest(Job).kind == "open_sheet"
    assert panel("admin", answer.url).status_code == 200
    run_newest_job()
    preview = panel("admin", answer.url).url
    page = panel("admin", preview)
    assert "Rates" in text_of(page)
    assert page.context["layout"].part == 1
    assert "3 lines · 0 of the 3 shown would be refused" in text_of(page)
    other = panel("admin", preview, as_shown(page) | {"part": "0", "look": "1"})
    assert [field.label for field in other.context["form"].columns] == ["nothing"]


def test_opened_workbook_goes_on_under_its_name_once(shop, panel):
    answer = panel(
        "admin", path_of(shop.source, "import/"), {"file": SimpleUploadedFile("july.xlsx", workbook(("Rates", ROWS)))}
    )
    run_newest_job()
    preview = panel("admin", answer.url).url
    assert preview.partition("?")[2] == "name=july.xlsx" and panel("admin", preview).context["name"] == "july.xlsx"


def test_workbook_that_cannot_be_opened_is_said_on_the_page_of_the_job(shop, panel):
    answer = panel(
        "admin", path_of(shop.source, "import/"), {"file": SimpleUploadedFile("a.xlsx", b"PK\x03\x04 nonsense")}
    )
    assert run_newest_job().state == "failed"
    assert "damaged" in text_of(panel("admin", answer.url))


def test_workbook_has_no_preview_before_it_is_opened(shop, panel):
    panel("admin", path_of(shop.source, "import/"), {"file": SimpleUploadedFile("a.xlsx", workbook(("Rates", ROWS)))})
    path = path_of(shop.source, f"import/{newest(Job).params['upload']}/")
    assert panel("admin", path).status_code == 404
    assert panel("admin", path, {"start": "1"}).status_code == 404


def test_workbook_whose_rows_begin_far_below_is_refused_in_words(shop, panel):
    answer = panel(
        "admin", path_of(shop.source, "import/"), {"file": SimpleUploadedFile("a.xlsx", far_below([44, 0.02]))}
    )
    assert run_newest_job().state == "done"
    page = panel("admin", panel("admin", answer.url).url, follow=True)
    assert "The file is empty." in text_of(page)
    assert page.redirect_chain[-1][0] == path_of(shop.source, "import/")


def test_destinations_without_a_name_get_one(shop, panel, wizard):
    wizard("Code,Destination,Rate\n4420,,0.02\n336,,0.01\n441,Mine,0.03\n")
    rows = text_of(panel("admin", path_of(shop.source, f"rates/?revision={newest(Revision).number}")))
    assert "United Kingdom - London" in rows
    assert "France Mobile" in rows
    assert "Mine" in rows


def test_document_of_two_cards_is_imported(shop, wizard):
    card = {"type": "termination", "currency": "USD", "endpoint": "x", "fields": [{"name": "prefix"}, {"name": "rate"}],
            "rates": [["44", 0.02], [441, 0.010], ["447", 3e-2]], "rate": {"default_pulse": 6, "default_initial": 30}}  # fmt: skip
    page = wizard(
        json.dumps({"name": "x", "cards": {"a": card | {"name": "A"}, "sms": card | {"type": "messaging"}}}),
        name="a.json",
    )
    assert "Accepted 3" in text_of(page)
    assert newest(Revision).rows == 3


def test_dry_run_reports_stores_nothing_and_can_be_done(shop, panel, wizard):
    before = number_of(Revision)
    page = wizard(LIST.replace("0.03", "0.06") + "39,Italy,dear\n", button="check")
    text = text_of(page)
    assert "This was a dry run" in text
    assert "Refused 1" in text
    assert "447 Mobile 0.03 0.06 +100.00 %" in text
    assert number_of(Revision) == before
    answer = panel("admin", path_of(shop.source, f"import/tried/{newest(Job).key}/"), {})
    assert run_newest_job().state == "done"
    assert "Accepted 3" in text_of(panel("admin", answer.url))
    assert number_of(Revision) == before + 1


def test_other_columns_are_another_job_when_tried_and_refused_when_the_first_is_under_way(shop, panel):
    sheet = SimpleUploadedFile("list.csv", LIST.replace("Rate", "Rate,Later").encode())
    path = panel("admin", path_of(shop.source, "import/"), {"file": sheet}).url
    values = as_shown(panel("admin", path))
    other = values | {"column_1": "ignore"}
    tried = [panel("admin", path, said | {"check": "1"}).url for said in (values, other, values)]
    assert tried[0] == tried[2] != tried[1]
    started = panel("admin", path, values | {"start": "1"})
    assert panel("admin", path, values | {"start": "1"}).url == started.url
    page = panel("admin", path, other | {"start": "1"})
    assert page.status_code == 422 and page.context["form"].non_field_errors() == [IN_USE]


def test_layout_is_remembered_and_found_again_by_the_header(shop, panel, wizard):
    wizard(
        "Code,Wording,Rate\n44,UK,0.02\n441,London,0.01\n447,M,0.03\n",
        template="Supplier <X>",
        column_1="name",
        pulse="60",
    )
    path = panel(
        "admin",
        path_of(shop.source, "import/"),
        {"file": SimpleUploadedFile("b.csv", b"code;WORDING;rate\n44;UK;0.02\n")},
    ).url
    page = panel("admin", path)
    assert page.context["layout"].mapping == ("prefix", "name", "cost")
    assert page.context["layout"].pulse == 60
    assert "WORDING: not" not in text_of(page)  # it is read now
    assert "Read as the template “Supplier <X>” says." in text_of(page)
    assert "<X>" not in body_of(page)
    listed = text_of(panel("admin", path_of(shop.source, "import/")))
    assert "Supplier <X>" in listed
    panel("admin", path_of(shop.source, f"import/templates/{newest(ImportTemplate).pk}/delete/"), {})
    assert panel("admin", path).context["layout"].mapping == ("prefix", "ignore", "cost")


def test_name_of_a_layout_that_another_header_has_is_refused_on_its_field(shop, panel, wizard):
    wizard(LIST, template="July")
    other = SimpleUploadedFile("b.csv", b"Prefix;Where;Price\n44;UK;0.02\n")
    path = panel("admin", path_of(shop.source, "import/"), {"file": other}).url
    before = number_of(Job)
    page = panel("admin", path, as_shown(panel("admin", path)) | {"check": "1", "template": "JULY"})
    assert page.status_code == 422 and number_of(Job) == before
    assert page.context["form"].errors["template"] == [TAKEN]


def test_template_of_another_company_is_not_seen(shop, panel, wizard):
    wizard(LIST, template="Ours")
    own = newest(type(shop.source), private__name="Private retail a")
    assert (
        panel("a_admin", path_of(own, f"import/templates/{newest(ImportTemplate).pk}/delete/"), {}).status_code == 404
    )
    assert "Ours" not in text_of(panel("a_admin", path_of(own, "import/")))


def test_refused_lines_come_back_corrected_into_the_same_draft(shop, panel, wizard):
    wizard(LIST + "39,Italy,dear\n34,Spain,cheap\n=1,Formula,0.1\n")
    number = newest(Revision).number
    path = path_of(shop.source, f"revisions/{number}/")
    text = body_of(panel("admin", path + "refused/"))
    assert [line.split(",")[0] for line in text.splitlines()] == ["line", "5", "6", "7"]
    corrected = "\n".join(line.replace("dear", "0.05").replace("cheap", "still") for line in text.splitlines()[:3])
    answer = panel("admin", path + "correct/", {"file": SimpleUploadedFile("c.csv", corrected.encode())})
    assert run_newest_job().state == "done"
    page = text_of(panel("admin", answer.url))
    assert "Accepted 1" in page
    assert "Refused 2" in page
    revision = newest(Revision)
    assert (revision.number, revision.rows) == (number, 4)
    again = body_of(panel("admin", path + "refused/"))
    assert [line.split(",")[0] for line in again.splitlines()] == ["line", "6", "7"]
    assert "still" in again
    panel("admin", path + "publish/", {})
    assert panel("admin", path + "activate/", {"when": "now"}).status_code == 422
    assert "2 refused lines are open" in text_of(panel("admin", path + "activate/", {"when": "now"}))


def test_corrected_lines_that_were_never_refused_are_not_taken(shop, panel, wizard):
    wizard(LIST + "39,Italy,dear\n")
    path = path_of(shop.source, f"revisions/{newest(Revision).number}/correct/")
    for wrong in (
        b"line,reason,Code,Destination,Rate\n9,x,39,Italy,0.1\n",
        b"line,reason,Code,Destination,Rate\n5,x,44,UK,0.1\n",
    ):
        panel("admin", path, {"file": SimpleUploadedFile("c.csv", wrong)})
        job = run_newest_job()
        assert job.state == "failed"
        assert "Line 9" in job.error or "44" in job.error
    assert newest(Revision).rows == 3


def test_list_of_refused_lines_that_is_gone_is_said_where_it_was_offered(panel, shop, wizard, uploads):
    wizard(LIST + "39,Italy,dear\n")
    path = path_of(shop.source, f"revisions/{newest(Revision).number}/")
    assert "Download it" in text_of(panel("admin", path + "correct/"))
    for listed in uploads.rglob("*.refused.csv"):
        listed.unlink()
    page = text_of(panel("admin", path + "correct/"))
    assert "The list of it is no longer here: send a copy that you have" in page and "Download it" not in page


def priced(prices) -> str:
    return "Code,Destination,Rate\n" + "".join(f"{prefix},N,{price}\n" for prefix, price in prices.items())


@pytest.fixture
def twelve(shop, world):
    """Twelve destinations at 0.02, live."""
    with acl.acting_as(world.admin):
        published(shop.source, {str(prefix): "0.02" for prefix in range(50, 62)}, world.admin)


@pytest.mark.parametrize(("share", "held"), [("0.025", False), ("0.0261", True), ("0.01", True)])
def test_list_whose_median_price_jumps_is_held(twelve, wizard, share, held):
    page = wizard(priced({str(prefix): share if prefix < 57 else "0.02" for prefix in range(50, 62)}))
    assert ("Half of the prices change by" in text_of(page)) == held


def test_few_lost_destinations_are_within_the_limit(twelve, wizard):
    assert "In quarantine" not in text_of(wizard(priced({str(prefix): "0.02" for prefix in range(52, 62)})))


def test_list_that_loses_most_destinations_is_held_until_released_with_a_reason(twelve, shop, panel, wizard):
    page = wizard(priced({"50": "0.02", "51": "0.02", "33": "0.01"}))
    assert "In quarantine: 10 of 12 destinations would no longer be sold" in text_of(page)
    path = path_of(shop.source, f"revisions/{newest(Revision).number}/")
    panel("admin", path + "publish/", {})
    assert "In quarantine" in text_of(panel("admin", path + "activate/", {"when": "now"}))
    assert panel("admin", path + "release/", {"reason": ""}).status_code == 422
    assert panel("admin", path + "release/", {"reason": "They told us"}).status_code == 302
    assert panel("admin", path + "activate/", {"when": "now"}).status_code == 302
    assert "released by" in text_of(panel("admin", path))


def test_changes_alone_leave_the_rest_and_flags_that_lie_are_said(shop, wizard):
    page = wizard("Code,Destination,Rate,Change\n44,UK,0.03,decrease\n39,Italy,0.05,new\n", full="changes")
    assert newest(Revision).rows == 4
    assert "44 says decreased, but it is increased" in text_of(page)
    assert "39 says" not in text_of(page)


def test_dates_split_a_sheet_into_drafts_that_are_announced(shop, panel, wizard):
    from datetime import timedelta

    from django.utils import timezone

    later = timezone.now() + timedelta(days=30)
    page = wizard(
        f"Code,Destination,Rate,Effective date\n44,UK,0.02,\n441,London,0.01,\n447,Mobile,0.03,{later:%Y-%m-%d}\n"
    )
    first, second = page.context["result"]["revisions"]
    assert (first["planned"], second["planned"][:10], first["rows"], second["rows"]) == (
        None,
        f"{later:%Y-%m-%d}",
        3,
        3,
    )
    path = path_of(shop.source, f"revisions/{second['number']}/")
    panel("admin", path + "publish/", {})
    form = panel("admin", path + "activate/").context["form"]
    assert form["when"].value() == "later"


def test_order_of_day_and_month_is_asked(shop, panel):
    from django.utils import timezone

    year = timezone.now().year + 1
    content = f"Code,Rate,Effective date\n44,0.02,3/4/{year}\n".encode()
    path = panel("admin", path_of(shop.source, "import/"), {"file": SimpleUploadedFile("b.csv", content)}).url
    page = panel("admin", path)
    assert "Say how the dates are written" in text_of(page)
    before = number_of(Job)
    assert panel("admin", path, as_shown(page) | {"start": "1"}).status_code == 422
    assert number_of(Job) == before
    page = panel("admin", path, as_shown(page) | {"dates": "dmy", "look": "1"})
    assert f"{year}-04-03" in text_of(page)
