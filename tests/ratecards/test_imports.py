"""Sheets into drafts by real jobs: counts, refused lines, what does not fit, and being run twice."""

import os
import stat
import uuid
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile

from accounts import files, jobs
from accounts.models import Job
from ratecards import sheets, store
from ratecards.models import Revision
from ratecards.services import cards, imports, revisions
from ratecards.sheets import Layout
from tests.ratecards.conftest import customer_card, prices_of
from tests.roles import as_owner

GOOD = "prefix,name,cost,mcd,pulse,rate_connect,status\n44,UK,0.01,30,6,0.005,\n441,UK London,0.0123,1,1,0,\n447,UK mobile,0,1,1,0,Blocked\n"
DIRTY = GOOD + "44x,Odd,0.1,1,1,0,\n49,=HYPERLINK(1),abc,1,1,0,\n441,Again,0.2,1,1,0,\n"
SPLIT = "prefix,name,intra,inter,cost,mcd,pulse,rate_connect,status\n1212,New York,0.001,0.002,0.003,6,6,0,\n"


@pytest.fixture
def card(world, acting):
    with acting(world.a_admin):
        return customer_card(world.a_admin)


@pytest.fixture
def start(world, acting, card):
    """start(text) -> the job of importing a sheet, not yet run."""

    def ask(text, target=card, actor=world.a_admin, **changes):
        with acting(actor):
            upload = files.keep_upload(ContentFile(text.encode()), actor=actor)
            layout = imports.recognise_upload(upload, actor=actor)
            return imports.start_import(
                target, actor=actor, upload=upload, layout=layout, filename="sheet.csv", **changes
            )

    return ask


def test_clean_sheet_becomes_a_draft_and_nothing_goes_live(card, start, world, acting):
    job = jobs.run_now(start(GOOD))
    assert job.state == Job.DONE
    assert {key: job.result[key] for key in ("card", "revision", "read", "accepted", "skipped", "refused")} == {
        "card": card.code, "revision": 1, "read": 3, "accepted": 3, "skipped": 0, "refused": 0}  # fmt: skip
    with acting(world.a_admin):
        draft = Revision.objects.get(card=card)
        assert (draft.state, draft.rows, draft.private.source) == ("draft", 3, "sheet.csv")
        assert prices_of(store.load(draft)) == {"44": "0.01", "441": "0.0123", "447": "Blocked"}
        assert store.find(draft, "44999")[5:9] == (500_000, 30, 6, 0)
        assert revisions.active_revision(card) is None


def test_refused_lines_are_counted_kept_and_stay_open(card, start, world, acting):
    job = jobs.run_now(start(DIRTY))
    assert (job.result["accepted"], job.result["refused"]) == (3, 3)
    assert [line["line"] for line in job.result["lines"]] == [5, 6, 7]
    with acting(world.a_admin):
        draft = Revision.objects.get(card=card)
        text = imports.refused_file(job, actor=world.a_admin).read_text()
        assert text.splitlines()[0].startswith("line,reason,prefix") and len(text.splitlines()) == 4
        assert "'=HYPERLINK" in text
        ready = revisions.publish_draft(draft, actor=world.a_admin)
        with pytest.raises(ValidationError, match="3 refused lines"):
            revisions.activate_revision(ready, actor=world.a_admin)


def test_files_have_names_of_our_own_and_only_we_read_them(start, world, uploads):
    job = start(GOOD)
    (file,) = [path for path in uploads.rglob("*") if path.is_file()]
    assert file.name == f"{job.params['upload']}.upload" and file.parent.name == str(world.companies.a.pk)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    jobs.run_now(job)
    assert not file.exists()


def test_job_that_is_run_again_finds_its_draft_and_makes_no_second_one(card, start, world, acting):
    """As after a worker that was killed between its last transaction and its last word: the file is gone by then."""
    first = jobs.run_now(start(DIRTY))
    with as_owner():
        Job.objects.filter(pk=first.pk).update(state=Job.WAITING, finished_at=None, result={})
    with acting(world.a_admin):
        revisions.publish_draft(Revision.objects.get(card=card), actor=world.a_admin)
    again = jobs.run_now(first)
    assert (again.state, again.result) == (Job.DONE, first.result)
    with acting(world.a_admin):
        assert [(one.number, one.state) for one in Revision.objects.filter(card=card)] == [(1, "ready")]


def test_worker_killed_before_its_last_transaction_leaves_nothing(card, start, world, acting, monkeypatch):
    job = start(GOOD)
    write = imports.keep

    def killed(*arguments):
        write(*arguments)
        raise SystemExit

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(imports, "keep", killed)
        jobs.run_now(job)
    with acting(world.a_admin):
        assert not Revision.objects.filter(card=card).exists()
    with as_owner():
        Job.objects.filter(pk=job.pk).update(state=Job.WAITING, lease_until=None)
    assert jobs.run_now(job).result["accepted"] == 3


def test_sheet_without_a_usable_line_makes_no_revision(card, start, world, acting):
    job = jobs.run_now(start("prefix,name,cost,mcd,pulse\nabc,UK,0.01,1,1\n"))
    assert (job.state, "line 2" in job.error) == (Job.FAILED, True)
    with acting(world.a_admin):
        assert not Revision.objects.filter(card=card).exists()


def test_sheet_of_another_currency_or_other_price_columns_is_refused_before_a_job_starts(start):
    with pytest.raises(ValidationError, match="EUR"):
        start("prefix,name,cost [EUR],mcd,pulse\n44,UK,0.01,1,1\n")
    with pytest.raises(ValidationError, match="single rate"):
        start(SPLIT)


def test_split_sheet_fits_a_split_card(start, world, acting):
    with acting(world.a_admin):
        split = customer_card(world.a_admin, "US", presentation="full")
    assert jobs.run_now(start(SPLIT, split)).state == Job.DONE
    with acting(world.a_admin):
        assert store.find(Revision.objects.get(card=split), "12125550100")[2:5] == (300_000, 100_000, 200_000)
    with pytest.raises(ValidationError, match="lacks"):
        start(GOOD, split)


def test_right_is_asked_again_when_the_job_runs(card, start, world, acting):
    job = start(GOOD)
    with as_owner():
        world.a_admin.groups.remove(world.roles.managers.group)
        world.a_admin.groups.add(world.roles.readers.group)
    job = jobs.run_now(job)
    assert (job.state, "right" in job.error) == (Job.FAILED, True)
    with acting(world.a_admin):
        assert not Revision.objects.filter(card=card).exists()


def test_right_lost_while_the_sheet_is_read_publishes_nothing(card, start, world, acting, monkeypatch):
    read = sheets.read

    def meanwhile(*arguments, **options):
        with as_owner():
            world.a_admin.groups.remove(world.roles.managers.group)
            world.a_admin.groups.add(world.roles.readers.group)
        return read(*arguments, **options)

    monkeypatch.setattr(sheets, "read", meanwhile)
    assert jobs.run_now(start(GOOD)).state == Job.FAILED
    with acting(world.a_admin):
        assert not Revision.objects.filter(card=card).exists()


def test_foreign_card_and_foreign_upload_are_out_of_reach(card, world, acting):
    with acting(world.a_admin):
        upload = files.keep_upload(ContentFile(GOOD.encode()), actor=world.a_admin)
        layout = imports.recognise_upload(upload, actor=world.a_admin)
    with acting(world.b_admin):
        with pytest.raises(PermissionDenied):
            imports.start_import(card, actor=world.b_admin, upload=upload, layout=layout)
        mine = customer_card(world.b_admin)
        for key in (upload, "../../etc/passwd", str(uuid.uuid4()), ""):
            with pytest.raises(ValidationError, match="no longer here"):
                imports.start_import(mine, actor=world.b_admin, upload=key, layout=layout)


def test_refused_lines_of_another_company_are_not_given_out(start, world, acting):
    job = jobs.run_now(start(DIRTY))
    with acting(world.b_admin), pytest.raises(PermissionDenied):
        imports.refused_file(job, actor=world.b_admin)
    with acting(world.a_reader), pytest.raises(PermissionDenied):
        imports.refused_file(job, actor=world.a_reader)


def test_file_beyond_the_limit_is_refused_and_leaves_nothing(world, acting, uploads, settings):
    settings.UPLOAD_LIMIT = 100
    with acting(world.a_admin), pytest.raises(ValidationError, match="larger"):
        files.keep_upload(ContentFile(b"x" * 101), actor=world.a_admin)
    assert not [path for path in uploads.rglob("*") if path.is_file()]


def test_preview_shows_the_first_lines_as_they_will_be_read(world, acting):
    with acting(world.a_admin):
        upload = files.keep_upload(ContentFile(DIRTY.encode()), actor=world.a_admin)
        shown = imports.preview_upload(
            upload, imports.recognise_upload(upload, actor=world.a_admin), actor=world.a_admin
        )
    assert (shown.lines, shown.first[0].values["cost"], shown.first[3].problem.number) == (6, "0.01", 5)


def test_binary_file_is_refused_in_words(world, acting):
    with acting(world.a_admin):
        upload = files.keep_upload(ContentFile(b"\x1f\x8b workbook"), actor=world.a_admin)
        with pytest.raises(ValidationError, match="compressed"):
            imports.recognise_upload(upload, actor=world.a_admin)


def test_import_asked_for_twice_is_one_job(card, world, acting):
    with acting(world.a_admin):
        upload = files.keep_upload(ContentFile(GOOD.encode()), actor=world.a_admin)
        layout = imports.recognise_upload(upload, actor=world.a_admin)
        one, two = (imports.start_import(card, actor=world.a_admin, upload=upload, layout=layout) for _ in range(2))
        assert one.pk == two.pk


@pytest.mark.parametrize("change", [{"currency": "EUR"}, {"direction": "origination"}, {"dialling": "lrn"}])
def test_import_of_a_card_that_came_to_mean_something_else_is_refused(card, start, world, acting, change):
    tried, waiting = jobs.run_now(start(GOOD, dry_run=True)), start(GOOD)
    with acting(world.a_admin):
        cards.change_card(card, actor=world.a_admin, **change)
    refused = jobs.run_now(waiting)
    assert refused.error.startswith(f"The {next(iter(change))} of the card changed since this was asked for")
    with acting(world.a_admin), pytest.raises(ValidationError, match="look at the preview again"):
        imports.start_import(card, actor=world.a_admin, upload=tried.params["upload"], layout=Layout.from_dict(tried.params["layout"]),
                             meaning=tried.params["meaning"])  # fmt: skip
    assert jobs.run_now(start(GOOD)).state == Job.DONE


def test_sheet_that_is_none_leaves_no_file(world, acting, uploads):
    with acting(world.a_admin), pytest.raises(ValidationError, match="compressed"):
        imports.take_upload(ContentFile(b"\x1f\x8b workbook"), actor=world.a_admin)
    assert not [path for path in uploads.rglob("*") if path.is_file()]


def test_next_upload_sweeps_old_files_of_its_own_company_alone(world, acting, uploads):
    def kept(actor):
        with acting(actor):
            key = files.keep_upload(ContentFile(b"x"), actor=actor)
        return files.upload_path(key, company=actor.company_id)

    old = {who: kept(who) for who in (world.a_admin, world.b_admin)}
    for path in old.values():
        os.utime(path, (0, 0))
    fresh = kept(world.a_admin)
    kept(world.a_admin)
    assert [old[world.a_admin].exists(), old[world.b_admin].exists(), fresh.exists()] == [False, True, True]


def test_sheet_said_to_be_utf16_that_is_not_is_refused_in_words(card, world, acting):
    with acting(world.a_admin):
        upload = files.keep_upload(ContentFile(GOOD.encode()), actor=world.a_admin)
        layout = imports.recognise_upload(upload, actor=world.a_admin)
        with pytest.raises(ValidationError, match="UTF-16"):
            imports.recognise_upload(upload, actor=world.a_admin, encoding="utf-16")
        with pytest.raises(ValidationError, match="UTF-16"):
            imports.preview_upload(upload, replace(layout, encoding="utf-16"), actor=world.a_admin)
