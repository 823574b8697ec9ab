"""The wizard asks what could be read in two ways, and goes on when it was said."""

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Job
from ratecards.models import Revision
from tests.ratecards_screens.conftest import newest, number_of, path_of, run_newest_job, text_of
from tests.ratecards_screens.test_card_import import as_shown


def test_column_that_is_not_clear_is_asked_for_and_nothing_starts_before(shop, panel):
    content = b"Country code,Dial code,Rate\n7,701,0.1\n7,7172,0.2\n"
    path = panel("admin", path_of(shop.source, "import/"), {"file": SimpleUploadedFile("a.csv", content)}).url
    page = panel("admin", path)
    assert "Say what is in: Country code" in text_of(page)
    assert page.context["form"]["column_0"].value() == "ask"
    before = number_of(Job)
    assert panel("admin", path, as_shown(page) | {"start": "1"}).status_code == 422
    assert number_of(Job) == before
    said = as_shown(page) | {"column_0": "country_code", "start": "1"}
    assert panel("admin", path, said).status_code == 302
    assert run_newest_job().state == "done"
    rows = text_of(panel("admin", path_of(shop.source, f"rates/?revision={newest(Revision).number}")))
    assert "77172" in rows and "7701" in rows
