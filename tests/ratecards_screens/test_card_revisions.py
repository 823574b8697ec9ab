"""The revisions of an own card: publish, activate, announce, cancel, archive, delete, waive."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts import files, jobs
from accounts.models import AuditEntry, User
from ratecards.models import Activation, Cancellation, DraftRow, Revision, RevisionPrivate
from ratecards.services import cards, drafts, imports, publishing, revisions
from ratecards.views import revisions as views
from tests.ratecards.conftest import customer_card, published, row, table
from tests.ratecards_screens.conftest import body_of, newest, number_of, path_of, run_newest_job, text_of
from tests.roles import as_owner

DIRTY = b"prefix,name,cost\n44,United Kingdom,0.01\n441,London,abc\n"


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


def of_source(shop, rest) -> str:
    return path_of(shop.source, f"revisions/{rest}")


def states(page) -> dict[int, str]:
    return {row.record.number: row.record.derived for row in page.context["table"].paginated_rows}


def test_list_shows_every_revision_with_its_state(draft, shop, panel):
    page = panel("admin", of_source(shop, ""))
    assert states(page) == {2: "draft", 1: "active"}
    assert "By hand" in text_of(page)


def test_statements_do_not_grow_with_revisions(shop, world, acting, panel, statements):
    few = statements("admin", of_source(shop, ""))
    with acting(world.admin):
        for price in range(4):
            published(shop.source, {"44": f"0.0{price}"}, world.admin)
    assert len(statements("admin", of_source(shop, ""))) == len(few)


def test_publish_then_activate_now(draft, shop, panel):
    assert panel("admin", of_source(shop, "2/publish/"), {}).status_code == 302
    assert newest(Revision).state == "ready"
    assert "goes live" in text_of(panel("admin", of_source(shop, "2/activate/"))).lower()
    assert panel("admin", of_source(shop, "2/activate/"), {"when": "now"}).status_code == 302
    assert states(panel("admin", of_source(shop, ""))) == {2: "active", 1: "superseded"}


def test_large_draft_is_published_by_a_job_with_a_bar(draft, shop, world, acting, panel, monkeypatch):
    monkeypatch.setattr(publishing, "AT_ONCE", 1)
    with acting(world.admin):
        drafts.set_rate(draft, row("49", "0.07"), actor=world.admin)
    path = panel("admin", of_source(shop, "2/publish/"), {}).url
    assert "Publish revision 2 of Carrier prices" in text_of(panel("admin", path))
    assert '<progress max="1" aria-label="Publish">' in body_of(panel("admin", path))
    assert panel("admin", of_source(shop, "2/publish/"), {}).url == path
    assert run_newest_job().state == "done"
    page = panel("admin", path)
    assert "Revision 2 is published. It is not live until it is activated." in text_of(page)
    assert of_source(shop, "2/activate/") in body_of(page)
    assert panel("admin", of_source(shop, "2/activate/"), {"when": "now"}).status_code == 302
    assert states(panel("admin", of_source(shop, ""))) == {2: "active", 1: "superseded"}


def test_date_live_is_read_on_the_clock_of_the_user(draft, shop, world, panel):
    with as_owner():
        User.objects.filter(pk=world.admin.pk).update(time_zone="Asia/Tokyo")
    panel("admin", of_source(shop, "2/publish/"), {})
    assert (
        panel("admin", of_source(shop, "2/activate/"), {"when": "later", "at": "2027-07-01T09:30"}).status_code == 302
    )
    assert newest(Activation).live_from.isoformat() == "2027-07-01T00:30:00+00:00"
    assert "2027-07-01 09:30 JST" in text_of(panel("admin", of_source(shop, "2/")))
    assert states(panel("admin", of_source(shop, "")))[2] == "scheduled"


@pytest.mark.parametrize(
    ("post", "field"),
    [({"when": "later"}, "at"), ({"when": "later", "at": "2001-01-01T00:00"}, "at"), ({"when": "later", "at": "soon"}, "at"), ({}, "when"),
     ({"when": "yesterday"}, "when")],
)  # fmt: skip
def test_activation_that_says_no_moment_stores_nothing(draft, shop, panel, post, field):
    panel("admin", of_source(shop, "2/publish/"), {})
    before = number_of(Activation)
    page = panel("admin", of_source(shop, "2/activate/"), post | {"x": "1"})
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert number_of(Activation) == before


def test_draft_cannot_be_activated(draft, shop, panel):
    page = panel("admin", of_source(shop, "2/activate/"), {"when": "now"})
    assert page.status_code == 422
    assert number_of(Activation, revision=draft) == 0


def test_announcement_is_cancelled(draft, shop, world, panel):
    panel("admin", of_source(shop, "2/publish/"), {})
    at = f"{timezone.now() + timedelta(days=2):%Y-%m-%dT%H:%M}"
    panel("admin", of_source(shop, "2/activate/"), {"when": "later", "at": at})
    entry = newest(Activation)
    answer = panel("admin", path_of(shop.source, f"revisions/activations/{entry.pk}/cancel/"), {})
    assert answer.url == of_source(shop, "2/")
    assert number_of(Cancellation, activation=entry) == 1
    assert states(panel("admin", of_source(shop, "")))[2] == "ready"


def test_what_is_live_is_not_cancelled_and_the_reason_is_said(shop, panel):
    entry = newest(Activation, card=shop.source)
    answer = panel("admin", path_of(shop.source, f"revisions/activations/{entry.pk}/cancel/"), {}, follow=True)
    assert "live already" in text_of(answer)
    assert number_of(Cancellation) == 0


def test_activation_of_another_card_is_404(shop, panel):
    entry = newest(Activation, card=shop.retail)
    assert panel("admin", path_of(shop.source, f"revisions/activations/{entry.pk}/cancel/"), {}).status_code == 404


def test_archive_and_restore(draft, shop, panel):
    panel("admin", of_source(shop, "2/publish/"), {})
    panel("admin", of_source(shop, "2/archive/"), {})
    assert states(panel("admin", of_source(shop, "")))[2] == "archived"
    panel("admin", of_source(shop, "2/restore/"), {})
    assert states(panel("admin", of_source(shop, "")))[2] == "ready"


def test_active_revision_is_not_archived(shop, panel):
    assert "cannot be archived" in text_of(panel("admin", of_source(shop, "1/archive/"), {}, follow=True))
    assert newest(Revision, card=shop.source).state == "ready"


def test_draft_is_deleted_after_a_question(draft, shop, panel):
    assert "Delete revision 2" in text_of(panel("admin", of_source(shop, "2/delete/")))
    assert panel("admin", of_source(shop, "2/delete/"), {}).url == of_source(shop, "")
    assert number_of(Revision, pk=draft.pk) == 0


def test_published_revision_is_not_deleted(shop, panel):
    assert panel("admin", of_source(shop, "1/delete/"), {}).url == of_source(shop, "1/")
    assert number_of(Revision, card=shop.source, number=1) == 1


class TestRefusedLines:
    def test_they_are_shown_and_hold_up_the_activation(self, dirty, shop, panel):
        panel("admin", of_source(shop, "2/publish/"), {})
        page = text_of(panel("admin", of_source(shop, "2/")))
        assert "The import refused 1 line." in page
        assert "'abc' is not a price" in page
        answer = panel("admin", of_source(shop, "2/activate/"), {"when": "now"})
        assert answer.status_code == 422
        assert "refused lines are open" in text_of(answer)

    def test_they_are_downloaded(self, dirty, shop, panel):
        answer = panel("admin", of_source(shop, "2/refused/"))
        assert body_of(answer).splitlines()[1].startswith("3,")
        assert "441,London,abc" in body_of(panel("admin", of_source(shop, "2/refused/")))

    def test_a_list_that_is_gone_is_told_in_words(self, dirty, shop, panel, uploads):
        for path in uploads.rglob("*.refused.csv"):
            path.unlink()
        answer = panel("admin", of_source(shop, "2/refused/"), follow=True)
        assert "no longer here: import the sheet again, or waive the lines" in text_of(answer)

    def test_there_is_no_file_where_nothing_was_refused(self, shop, panel):
        assert panel("admin", of_source(shop, "1/refused/")).status_code == 404

    def test_they_are_waived_by_name_and_with_a_reason(self, dirty, shop, panel):
        panel("admin", of_source(shop, "2/publish/"), {})
        page = panel("admin", of_source(shop, "2/waive/"), {"reason": " "})
        assert page.status_code == 422
        assert panel("admin", of_source(shop, "2/waive/"), {"reason": "London is sold under 44."}).status_code == 302
        assert newest(RevisionPrivate, revision=dirty).waived_by == "admin@example.test"
        assert newest(AuditEntry, action="waive").reason == "London is sold under 44."
        assert panel("admin", of_source(shop, "2/activate/"), {"when": "now"}).status_code == 302
        assert states(panel("admin", of_source(shop, "")))[2] == "active"


class TestDraftByHand:
    RATE = {"prefix": "4420", "name": "London", "cost": "0.0140", "connect": "", "mcd": "30", "pulse": "6", "grace": ""}

    @pytest.fixture
    def copied(self, shop, panel):
        """Revision 2, a draft copied from revision 1."""
        assert panel("admin", of_source(shop, "new/"), {"copy_of": "1"}).url == of_source(shop, "2/")
        return newest(Revision)

    def test_draft_is_a_copy_of_the_active_revision(self, copied, shop):
        assert (copied.number, copied.state, copied.rows) == (2, "draft", 3)

    def test_rate_is_added_and_published(self, copied, shop, panel):
        assert panel("admin", of_source(shop, "2/rates/row/"), self.RATE).status_code == 302
        assert "0.014 USD" in text_of(panel("admin", of_source(shop, "2/rates/")))
        panel("admin", of_source(shop, "2/publish/"), {})
        page = panel("admin", path_of(shop.source, "rates/?revision=2&q=4420"))
        assert (page.context["match"].cost, page.context["match"].mcd) == (1_400_000, 30)
        assert number_of(DraftRow) == 0

    def test_form_is_filled_with_what_the_draft_has(self, copied, shop, panel):
        form = panel("admin", of_source(shop, "2/rates/row/?prefix=441")).context["form"]
        assert (form["cost"].value(), form["mcd"].value()) == ("0.01", 1)

    def test_prefix_is_taken_out_and_put_back(self, copied, shop, panel):
        panel("admin", of_source(shop, "2/rates/remove/"), {"prefix": "441"})
        assert newest(DraftRow).removed
        panel("admin", of_source(shop, "2/rates/undo/"), {"prefix": "441"})
        assert number_of(DraftRow) == 0

    @pytest.mark.parametrize(
        ("field", "value"),
        [("prefix", "44x"), ("prefix", "1" * 16), ("prefix", ""), ("cost", "-1"), ("cost", "1e-3"), ("cost", "0.123456789"), ("cost", ""),
         ("cost", "NaN"), ("pulse", "0"), ("mcd", "-1"), ("connect", "0,5")],
    )  # fmt: skip
    def test_figures_that_are_none_are_refused_and_nothing_is_stored(self, copied, shop, panel, field, value):
        page = panel("admin", of_source(shop, "2/rates/row/"), self.RATE | {field: value})
        assert page.status_code == 422
        assert field in page.context["form"].errors
        assert number_of(DraftRow) == 0

    def test_removing_what_is_no_prefix_is_said(self, copied, shop, panel):
        answer = panel("admin", of_source(shop, "2/rates/remove/"), {"prefix": "abc"}, follow=True)
        assert "is not a prefix" in text_of(answer)

    def test_published_revision_has_no_form(self, shop, panel):
        for rest in ("1/rates/", "1/rates/row/", "1/rates/paste/", "1/rates/bulk/", "1/rates/remove/", "1/rates/undo/"):
            assert panel("admin", of_source(shop, rest), {"prefix": "44"}).status_code == 404


@pytest.mark.parametrize(
    "rest",
    [
        "2/publish/",
        "2/activate/",
        "2/archive/",
        "2/delete/",
        "2/waive/",
        "2/rates/",
        "2/rates/row/",
        "2/rates/paste/",
        "2/rates/bulk/",
        "new/",
    ],
)
def test_auditor_changes_nothing(draft, shop, panel, rest):
    assert panel("support", of_source(shop, "")).status_code == 200
    assert panel("support", of_source(shop, rest), {"when": "now", "reason": "x"}).status_code == 403


def test_buttons_are_hidden_from_who_may_not_press_them(draft, shop, panel):
    page = body_of(panel("support", of_source(shop, "2/")))
    for action in ("publish/", "delete/", "activate/"):
        assert of_source(shop, f"2/{action}") not in page


@pytest.mark.parametrize("rest", ["2/publish/", "2/archive/", "2/restore/", "new/", "2/rates/remove/"])
def test_changes_are_posted(draft, shop, panel, rest):
    assert panel("admin", of_source(shop, rest)).status_code == 405


class TestTimeline:
    @pytest.fixture
    def second(self, shop, world, acting):
        """Revision 2 of the carrier's card, live now."""
        with acting(world.admin):
            return published(shop.source, {"44": "0.05"}, world.admin)

    def test_page_tells_what_is_live_was_live_and_will_be(self, second, shop, world, acting, panel):
        with acting(world.admin):
            third = published(shop.source, {"44": "0.06"}, world.admin, activate=False)
            days = [timezone.now() + timedelta(days=day) for day in (2, 3)]
            taken_back, _ = [revisions.activate_revision(third, actor=world.admin, at=at) for at in days]
            revisions.cancel_activation(taken_back, actor=world.admin)
        found = panel("admin", of_source(shop, "")).context["periods"]
        assert [(one.entry.revision.number, one.state) for one in found] == [
            (3, "announced"), (3, "cancelled"), (2, "active"), (1, "was live")]  # fmt: skip
        assert found[2].until == found[0].entry.live_from
        assert found[3].until == found[2].entry.live_from

    def test_price_list_of_any_instant_is_told(self, second, shop, panel):
        between = newest(Activation, revision__number=1, card=shop.source).live_from
        for at, number in ((timezone.now() + timedelta(days=400), 2), (between - timedelta(days=1), None)):
            page = panel("admin", of_source(shop, f"?at={at:%Y-%m-%dT%H:%M}"))
            assert (page.context["at_revision"] and page.context["at_revision"].number) == number

    @pytest.mark.parametrize("at", ["soon", "2026-99-99", "%00", "9999999-01-01"])
    def test_instant_that_is_none_is_said(self, shop, panel, at):
        page = panel("admin", of_source(shop, f"?at={at}"))
        assert page.status_code == 200
        assert page.context["instant"].errors

    def test_roll_back_brings_the_one_before_back_at_once_with_a_reason(self, second, shop, panel):
        assert "from revision 2 to revision 1" in text_of(panel("admin", of_source(shop, "roll-back/")))
        assert panel("admin", of_source(shop, "roll-back/"), {"reason": " "}).status_code == 422
        assert states(panel("admin", of_source(shop, "")))[2] == "active"
        assert panel("admin", of_source(shop, "roll-back/"), {"reason": "Wrong currency."}).status_code == 302
        assert states(panel("admin", of_source(shop, ""))) == {1: "active", 2: "superseded"}
        assert newest(AuditEntry, action="roll_back").reason == "Wrong currency."

    def test_nothing_before_is_nothing_to_go_back_to(self, shop, panel):
        assert "roll-back" not in body_of(panel("admin", of_source(shop, "")))
        answer = panel("admin", of_source(shop, "roll-back/"), {"reason": "x"})
        assert answer.status_code == 422
        assert "No other revision was live" in text_of(answer)

    def test_archived_one_is_not_rolled_back_to(self, second, shop, panel):
        panel("admin", of_source(shop, "1/archive/"), {})
        answer = panel("admin", of_source(shop, "roll-back/"), {"reason": "x"})
        assert answer.status_code == 422
        assert "Only a ready revision" in text_of(answer)


def test_large_draft_of_a_card_archived_meanwhile_says_so(shop, world, acting, panel, monkeypatch):
    monkeypatch.setattr(publishing, "AT_ONCE", 1)
    with acting(world.a_admin):
        card = customer_card(world.a_admin)
        copied = published(card, {"44": "0.02", "441": "0.01"}, world.a_admin, activate=False)
        draft = revisions.create_draft(card, actor=world.a_admin, copy_of=copied)
        drafts.set_rate(draft, row("442", "0.05"), actor=world.a_admin)
        cards.archive_card(card, actor=world.a_admin)
    page = panel("a_admin", path_of(card, f"revisions/{draft.number}/publish/"), {}, follow=True)
    assert page.redirect_chain == [(path_of(card, f"revisions/{draft.number}/"), 302)]
    assert "is archived: nothing of it can be changed" in text_of(page)


def deleted_after(fetch):
    """`fetch`, after which another tab deletes what was fetched."""

    def fetched(*args):
        card, revision = fetch(*args)
        Revision.objects.filter(pk=revision.pk).delete()
        return card, revision

    return fetched


@pytest.mark.parametrize("verb", ["delete", "publish", "archive", "restore"])
def test_draft_that_another_tab_deletes_meanwhile_is_told_on_the_list(draft, shop, panel, monkeypatch, verb):
    monkeypatch.setattr(views, "one", deleted_after(views.one))
    page = panel("admin", of_source(shop, f"2/{verb}/"), {}, follow=True)
    assert page.redirect_chain == [(of_source(shop, ""), 302)]
    assert "Revision 2 was deleted meanwhile." in text_of(page)
    assert "Revision 2 was deleted.<" not in body_of(page)


@pytest.mark.parametrize("verb", ["waive", "release"])
def test_draft_deleted_meanwhile_is_told_on_a_form(dirty, shop, panel, monkeypatch, verb):
    monkeypatch.setattr(views, "one", deleted_after(views.one))
    page = panel("admin", of_source(shop, f"2/{verb}/"), {"reason": "Because we know them well."})
    assert page.status_code == 422
    assert "Revision 2 was deleted meanwhile." in text_of(page)
