"""A sheet whose codes stand in a second file: the deck is sent beside it, shown, corrected, and survives to the last line."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.functions import Now

from accounts import acl
from accounts.models import Job
from ratecards.models import RateCard, Revision
from tests.ratecards.conftest import provider_card
from tests.ratecards_screens.conftest import body_of, newest, number_of, path_of, run_newest_job, text_of
from tests.ratecards_screens.test_card_import import as_shown
from tests.roles import as_owner
from tests.sheets.books import workbook

RATES = "Destination,Rate\nUnited Kingdom,0.02\nUK Mobile,0.03\nAtlantis,0.04\n"
DECK = "Destination,Code\nUnited Kingdom,44\nuk mobile,447\nUK mobile,4479\nFrance,33\nFrance Mobile,336\n"


@pytest.fixture
def send(shop, panel):
    """send(text) -> the address of the preview of a sheet, without its name."""

    def sent(content, who="admin", card=shop.source):
        answer = panel(who, path_of(card, "import/"), {"file": SimpleUploadedFile("list.csv", content.encode())})
        return answer.url.partition("?")[0]

    return sent


@pytest.fixture
def give(panel):
    """give(preview, content) -> the answer to the deck that is sent for a sheet."""

    def given(preview, content=DECK, name="deck.csv", who="admin"):
        content = content if isinstance(content, bytes) else content.encode()
        return panel(who, preview + "deck/", {"file": SimpleUploadedFile(name, content)})

    return given


def test_names_become_the_codes_of_the_deck(panel, send, give):
    preview = send(RATES)
    page = panel("admin", preview)
    assert "Say which column holds: Prefix" in text_of(page)
    assert "Send the code deck" in text_of(page)
    answer = give(preview)
    deck = panel("admin", answer.url)
    assert "Code deck · deck.csv" in text_of(deck)
    assert deck.context["form"].layout.mapping == ("key", "prefix")
    assert panel("admin", answer.url, as_shown(deck) | {"use": "1"}).url == preview
    page = panel("admin", preview)
    assert "Codes are looked up in deck.csv" in text_of(page)
    assert "447 to 4479 (2)" in text_of(page)
    assert "'Atlantis' is not in the code deck" in text_of(page)
    answer = panel("admin", preview, as_shown(page) | {"start": "1"})
    assert run_newest_job().state == "done"
    report = text_of(panel("admin", answer.url))
    assert "Accepted 2" in report
    assert "Refused 1" in report
    assert "2 lines of the code deck are of names that the sheet does not price." in report
    rates = text_of(panel("admin", f"{preview.partition('import/')[0]}rates/?revision={newest(Revision).number}"))
    assert "4479 UK Mobile" in rates


def test_dry_run_works_with_the_deck_and_does_the_same_when_it_is_confirmed(shop, panel, send, give):
    preview = send(RATES)
    give(preview)
    answer = panel("admin", preview, as_shown(panel("admin", preview)) | {"check": "1"})
    job = run_newest_job()
    assert (job.state, job.result["accepted"], job.result["unused"]) == ("done", 2, 2)
    before = number_of(Revision)
    panel("admin", path_of(shop.source, f"import/tried/{newest(Job).key}/"), {})
    assert run_newest_job().state == "done"
    assert (number_of(Revision), newest(Revision).rows) == (before + 1, 3)
    assert answer.status_code == 302


def test_what_was_tried_with_one_deck_is_not_done_with_another(shop, panel, send, give):
    preview = send(RATES)
    give(preview)
    panel("admin", preview, as_shown(panel("admin", preview)) | {"check": "1"})
    run_newest_job()
    tried = newest(Job).key
    give(preview, "Destination,Code\nAtlantis,999\n", "other.csv")
    before = number_of(Job)
    page = panel("admin", path_of(shop.source, f"import/tried/{tried}/"), {}, follow=True)
    assert "The file is no longer here" in text_of(page)
    assert number_of(Job) == before


def test_refused_lines_are_corrected_beside_the_deck_of_their_import(shop, panel, send, give, uploads):
    preview = send(RATES)
    give(preview)
    panel("admin", preview, as_shown(panel("admin", preview)) | {"start": "1"})
    assert run_newest_job().state == "done"
    assert not list(uploads.glob("*/*.upload"))
    path = path_of(shop.source, f"revisions/{newest(Revision).number}/")
    text = body_of(panel("admin", path + "refused/")).replace("Atlantis", "France")
    panel("admin", path + "correct/", {"file": SimpleUploadedFile("c.csv", text.encode())})
    job = run_newest_job()
    assert (job.state, job.result["accepted"], job.result["refused"]) == ("done", 1, 0)
    assert newest(Revision).rows == 4


def test_workbook_is_a_deck_once_it_was_opened(panel, send, give):
    preview = send(RATES)
    content = workbook(
        ("Read me", [["Hello"]]), ("Codes", [["Name", "Code"], ["UK Mobile", 447], ["United Kingdom", 44]])
    )
    answer = give(preview, content, "deck.xlsx")
    assert "workbook that was not opened yet" in text_of(panel("admin", preview))
    assert panel("admin", preview + "deck/read/").status_code == 404
    assert run_newest_job().state == "done"
    page = panel("admin", panel("admin", answer.url).url)
    assert "Codes (3 lines)" in text_of(page)
    assert page.context["form"].layout.part == 1
    panel("admin", preview + "deck/read/", as_shown(page) | {"use": "1"})
    assert "447" in text_of(panel("admin", preview))


def test_opened_deck_goes_on_under_the_name_of_its_sheet(panel, send):
    preview, content = send(RATES), workbook(("Codes", [["Name", "Code"], ["United Kingdom", 44]]))
    answer = panel("admin", preview + "deck/?name=list.csv", {"file": SimpleUploadedFile("deck.xlsx", content)})
    assert run_newest_job().state == "done"
    assert panel("admin", answer.url).url == f"{preview}deck/read/?name=list.csv"


def test_columns_of_the_deck_can_be_corrected(panel, send, give):
    preview = send("Zone,Rate\nZ1,0.02\n")
    page = panel("admin", give(preview, "Zone;Old;New\nZ1;33;44\n").url)
    shown = as_shown(page)
    assert (shown["key"], shown["prefix"]) == (0, 1)
    answer = panel("admin", preview + "deck/read/", shown | {"prefix": "0", "use": "1"})
    assert answer.status_code == 422
    assert "are different columns" in text_of(answer)
    assert panel("admin", preview + "deck/read/", shown | {"prefix": "2", "use": "1"}).status_code == 302
    assert as_shown(panel("admin", preview + "deck/read/"))["prefix"] == 2
    assert [row.values["prefix"] for row in panel("admin", preview).context["preview"].first] == ["44"]


def test_deck_is_read_anew_with_another_delimiter(panel, send, give):
    preview = send(RATES)
    page = panel("admin", give(preview).url)
    again = panel("admin", preview + "deck/read/", as_shown(page) | {"delimiter": ";", "use": "1"})
    assert again.status_code == 200
    assert len(again.context["form"].layout.columns) == 1


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\x00\x01\x02\x03" * 50])
def test_what_is_no_deck_is_refused_at_once_and_the_old_one_stays(panel, send, give, content):
    preview = send(RATES)
    give(preview)
    assert give(preview, content).status_code == 422
    assert "deck.csv" in text_of(panel("admin", preview))


def test_deck_without_a_usable_line_is_refused_in_words(panel, send, give):
    preview = send(RATES)
    page = panel("admin", give(preview, "Name,Code\nUK,44\nDK,45,46\n").url)
    answer = panel("admin", preview + "deck/read/", as_shown(page) | {"use": "1"})
    assert answer.status_code == 422
    assert "Line 3 of the code deck cannot be read" in text_of(answer)
    assert "Line 3 of the code deck cannot be read" in text_of(panel("admin", preview))


def test_sheet_is_read_without_the_deck_again(panel, send, give, uploads):
    preview = send("Destination,Code,Rate\nUnited Kingdom,44,0.02\n")
    give(preview)
    assert panel("admin", preview).context["layout"].codes == "deck"
    panel("admin", preview + "deck/drop/", {})
    assert panel("admin", preview).context["layout"].mapping == ("name", "prefix", "cost")
    assert len(list(uploads.glob("*/*.upload"))) == 1
    assert panel("admin", preview + "deck/read/").status_code == 404


def test_another_deck_takes_the_place_of_the_first(panel, send, give, uploads):
    preview = send(RATES)
    give(preview)
    give(preview, "Destination,Code\nAtlantis,999\n", "other.csv")
    assert "looked up in other.csv" in text_of(panel("admin", preview))
    assert len(list(uploads.glob("*/*.upload"))) == 2


def test_remembered_layout_asks_for_the_deck_again(panel, send, give):
    preview = send(RATES)
    give(preview)
    panel("admin", preview, as_shown(panel("admin", preview)) | {"start": "1", "template": "By name"})
    assert run_newest_job().state == "done"
    page = panel("admin", send(RATES))
    assert "Read as the template “By name” says." in text_of(page)
    assert "send the code deck" in text_of(page)
    assert 'name="start"' not in body_of(page)


def test_start_without_the_deck_makes_no_job(panel, send, give):
    preview = send(RATES)
    give(preview)
    shown = as_shown(panel("admin", preview))
    panel("admin", preview + "deck/drop/", {})
    before = number_of(Job)
    answer = panel("admin", preview, shown | {"start": "1"})
    assert answer.status_code == 422
    assert "send the code deck" in text_of(answer)
    assert number_of(Job) == before


def test_deck_of_another_company_is_404(shop, world, panel, send, give):
    preview = send(RATES)
    give(preview)
    own = path_of(newest(type(shop.source), private__name="Private retail a"), "import/")
    upload = preview.rstrip("/").rpartition("/")[2]
    for address in (preview, f"{own}{upload}/"):
        assert panel("a_admin", address + "deck/").status_code == 404
        assert panel("a_admin", address + "deck/read/").status_code == 404
        assert panel("a_admin", address + "deck/drop/", {}).status_code == 404
        assert give(address, who="a_admin").status_code == 404
    assert "deck.csv" in text_of(panel("admin", preview))


def test_nothing_is_opened_for_a_card_that_was_archived_meanwhile(world, panel, send, give):
    with acl.acting_as(world.admin):
        card = provider_card(world.admin, "Old prices")
    preview = send(RATES, card=card)
    with as_owner():
        RateCard.objects.filter(pk=card.pk).update(archived_at=Now())
    book = workbook(("Codes", [["Name", "Code"], ["UK", 44]]))
    sheet = panel("admin", path_of(card, "import/"), {"file": SimpleUploadedFile("a.xlsx", book)})
    for answer in (give(preview, book, "deck.xlsx"), sheet):
        assert answer.status_code == 422
        assert "is archived" in text_of(answer)
