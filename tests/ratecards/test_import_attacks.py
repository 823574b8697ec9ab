"""Imports by people who want more than they may, and long sheets with one bad line near their end."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile

from accounts import files, jobs
from accounts.models import Job
from ratecards import store, timeline
from ratecards.models import Revision
from ratecards.services import corrections, drafts, imports, revisions
from tests.ratecards.conftest import customer_card, prices_of, published, row
from tests.roles import as_owner
from tests.world import role

LINES = 200_000


@pytest.fixture
def card(world, acting):
    """A's card; 44 is live at 0.02."""
    with acting(world.a_admin):
        card = customer_card(world.a_admin)
        published(card, {"44": "0.02"}, world.a_admin)
        return card


@pytest.fixture
def run(world, acting, card):
    """run(text) -> the finished job of importing a sheet into the card, as A's administrator; with a draft, of loading
    its corrected lines."""

    def finished(text, draft=None):
        with acting(world.a_admin):
            upload = files.keep_upload(ContentFile(text.encode()), actor=world.a_admin)
            if draft:
                job = corrections.start_correction(draft, actor=world.a_admin, upload=upload)
            else:
                layout = imports.recognise_upload(upload, actor=world.a_admin)
                job = imports.start_import(card, actor=world.a_admin, upload=upload, layout=layout)
        return jobs.run_now(job)

    return finished


def live(card) -> dict[str, str]:
    return prices_of(store.load(timeline.active_revision(card)))


def only(world, *boxes):
    """A's administrator has nothing but these boxes on customer cards from now on."""
    with as_owner():
        world.a_admin.groups.remove(world.roles.managers.group)
        world.a_admin.groups.add(role("Narrow", "reseller", {"customer_card": boxes}).group)


def test_who_may_only_import_changes_no_price_that_is_live(world, acting, card, run):
    only(world, "read", "import")
    assert run("prefix,name,cost\n44,UK,0.5\n").state == Job.DONE
    with acting(world.a_admin):
        draft = Revision.objects.get(card=card, state="draft")
        for change in (
            lambda: revisions.activate_revision(draft, actor=world.a_admin),
            lambda: revisions.publish_draft(draft, actor=world.a_admin),
            lambda: drafts.set_rate(draft, row("44", "0.4"), actor=world.a_admin),  # an import adds, it edits nothing
        ):
            with pytest.raises(PermissionDenied):
                change()
        assert live(card) == {"44": "0.02"}


def test_who_may_only_create_cards_imports_nothing(world, acting, card):
    only(world, "read", "create")
    with acting(world.a_admin):
        upload = files.keep_upload(ContentFile(b"prefix,cost\n44,0.5\n"), actor=world.a_admin)
        layout = imports.recognise_upload(upload, actor=world.a_admin)
        with pytest.raises(PermissionDenied):
            imports.start_import(card, actor=world.a_admin, upload=upload, layout=layout)


def test_one_bad_line_of_two_hundred_thousand_holds_all_back_until_it_is_corrected(world, acting, card, run):
    lines = [f"{1_000_000 + number},N,0.01" for number in range(LINES)]
    lines[LINES - 2] = lines[LINES - 2].replace("0.01", "dear")
    job = run("prefix,name,cost\n" + "\n".join(lines) + "\n")
    assert (job.state, job.result["accepted"], job.result["refused"]) == (Job.DONE, LINES - 1, 1)
    assert [(one["line"], one["column"]) for one in job.result["lines"]] == [(LINES, "cost")]
    with acting(world.a_admin):
        draft = Revision.objects.get(card=card, state="draft")
        assert live(card) == {"44": "0.02"}
        corrected = imports.refused_file(job, actor=world.a_admin).read_text().replace("dear", "0.01")
    job = run(corrected, draft)
    assert (job.state, job.result["accepted"], job.result["refused"]) == (Job.DONE, 1, 0)
    with acting(world.a_admin):
        draft.refresh_from_db()
        revisions.activate_revision(revisions.publish_draft(draft, actor=world.a_admin), actor=world.a_admin)
        assert timeline.active_revision(card).rows == LINES


def test_list_of_errors_on_the_page_is_capped_and_the_file_has_all(world, acting, run):
    job = run("prefix,name,cost\n33,France,0.01\n" + "".join(f"{n},N,dear\n" for n in range(1000, 1100)))
    assert (job.result["refused"], len(job.result["lines"])) == (100, imports.EXAMPLES)
    with acting(world.a_admin):
        assert len(imports.refused_file(job, actor=world.a_admin).read_text().splitlines()) == 101


def test_prefix_that_a_sheet_lists_twice_is_refused_and_in_a_form_replaces_the_one_of_the_draft(
    world, acting, card, run
):
    """A file is read as it stands, so the second line is a slip; who edits a draft by hand sees what he replaces."""
    job = run("prefix,name,cost\n44,UK,0.03\n44,UK,0.04\n")
    assert (job.result["accepted"], job.result["refused"]) == (1, 1)
    with acting(world.a_admin):
        draft = Revision.objects.get(card=card, state="draft")
        drafts.set_rate(draft, row("44", "0.05"), actor=world.a_admin)
        assert prices_of(store.effective(draft)) == {"44": "0.05"}
