"""The revisions of an own card: publish, activate, announce, cancel, archive, delete, waive."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry, User
from ratecards.models import Activation, Cancellation, DraftRow, Revision, RevisionPrivate
from ratecards.services import drafts, publishing
from tests.ratecards.conftest import published, row
from tests.ratecards_screens.conftest import body_of, newest, number_of, of_source, path_of, run_newest_job, text_of
from tests.roles import as_owner


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
    page = panel("admin", of_source(shop, "2/delete/"))
    assert "Delete revision 2 with its 2 rates?" in text_of(page)
    assert f'href="{of_source(shop, "2/")}">Cancel</a>' in body_of(page)
    assert panel("admin", of_source(shop, "2/delete/"), {}).url == of_source(shop, "")
    assert number_of(Revision, pk=draft.pk) == 0


def test_published_revision_is_not_deleted(shop, panel):
    assert panel("admin", of_source(shop, "1/delete/"), {}).url == of_source(shop, "1/")
    assert number_of(Revision, card=shop.source, number=1) == 1


def test_who_does_not_want_to_roll_back_is_led_away(shop, panel):
    page = body_of(panel("admin", of_source(shop, "roll-back/")))
    assert f'href="{of_source(shop, "")}">Cancel</a>' in page


class TestRefusedLines:
    def test_a_single_line_is_not_counted_as_many(self, dirty, shop, panel):
        page = panel("admin", of_source(shop, "2/waive/"))
        assert "Go live without the 1 line that the import refused?" in text_of(page)
        assert f'href="{of_source(shop, "2/")}">Cancel</a>' in body_of(page)

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
