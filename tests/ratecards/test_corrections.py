"""Refused lines that come back corrected: counted once, whoever is killed and whoever else corrects at the same time."""

import os
import time

import pytest
from django.core.files.base import ContentFile

from accounts import files, jobs
from accounts.jobs import runner
from accounts.models import Job
from ratecards.models import Revision, RevisionPrivate
from ratecards.services import corrections, imports, refused_lines, revisions
from tests.ratecards.conftest import customer_card
from tests.roles import as_owner

SHEET = "prefix,name,cost\n44,UK,0.01\n49,Germany,dear\n43,Austria,cheap\n"


@pytest.fixture
def imported(world, acting):
    """The draft of an import whose lines 3 and 4 were refused."""
    a = world.a_admin
    with acting(a):
        card = customer_card(a)
        upload = files.keep_upload(ContentFile(SHEET.encode()), actor=a)
        layout = imports.recognise_upload(upload, actor=a)
        job = imports.start_import(card, actor=a, upload=upload, layout=layout, filename="sheet.csv")
    assert jobs.run_now(job).state == Job.DONE
    with acting(a):
        return Revision.objects.select_related("card__private", "private").get(card=card)


@pytest.fixture
def correct(world, acting, imported):
    """correct({line: corrected}) -> the job that loads these lines, not yet run."""
    header, *lines = path_of(imported).read_text().splitlines()

    def ask(*changes):
        chosen = [line.replace(old, new) for line in lines for old, new in changes if old in line]
        with acting(world.a_admin):
            upload = files.keep_upload(ContentFile("\n".join([header, *chosen, ""]).encode()), actor=world.a_admin)
            return corrections.start_correction(imported, actor=world.a_admin, upload=upload)

    return ask


def path_of(draft):
    return files.refused_path(draft.private.job, company=draft.owner_id)


def state_of(draft) -> tuple:
    """(refused, corrected, open numbers, numbers in the list) as they stand now."""
    with as_owner():
        private = RevisionPrivate.objects.get(revision=draft)
    listed = list(refused_lines.listed(path_of(draft))) if path_of(draft).is_file() else None
    return private.refused, private.corrected, private.report["open"], listed


def test_lines_of_an_import_are_noted_as_open_beside_its_list(imported):
    assert state_of(imported) == (2, 0, [[3, 4]], [3, 4])


def test_worker_killed_before_the_list_is_shorter_shortens_it_when_it_comes_back(imported, correct, monkeypatch):
    def killed(*arguments):
        raise jobs.Lost

    one = correct(("dear", "0.02"))
    with monkeypatch.context() as patch:
        patch.setattr(refused_lines, "shorten", killed)
        runner.run(one.pk)
    assert state_of(imported) == (1, 1, [[4, 4]], [3, 4])
    assert jobs.run_now(one).state == Job.DONE
    assert state_of(imported) == (1, 1, [[4, 4]], [4])
    assert jobs.run_now(correct(("cheap", "0.03"))).result["refused"] == 0
    assert state_of(imported) == (0, 2, [], [])


def test_last_correction_that_is_run_again_is_done_and_not_refused(imported, correct, monkeypatch):
    def killed(*arguments):
        raise jobs.Lost

    one = correct(("dear", "0.02"), ("cheap", "0.03"))
    with monkeypatch.context() as patch:
        patch.setattr(files, "drop_upload", killed, raising=True)
        patch.setattr(refused_lines, "shorten", killed)
        runner.run(one.pk)
    again = jobs.run_now(one)
    assert (again.state, again.error) == (Job.DONE, "") and state_of(imported) == (0, 2, [], [])


def test_two_corrections_at_once_leave_no_line_refused_that_either_took(imported, correct, monkeypatch):
    one, two = correct(("dear", "0.02")), correct(("cheap", "0.03"))
    real, others = corrections.read_whole, [two]

    def meanwhile(*arguments):
        result = real(*arguments)
        if others:
            jobs.run_now(others.pop())
        return result

    monkeypatch.setattr(corrections, "read_whole", meanwhile)
    assert jobs.run_now(one).state == Job.DONE
    assert state_of(imported) == (0, 2, [], [])


def test_list_is_not_swept_while_its_draft_has_open_lines_and_goes_when_the_draft_does(imported, world, acting):
    path, old = path_of(imported), time.time() - files.KEPT.total_seconds() - 60
    os.utime(path, (old, old))
    with acting(world.a_user):
        files.sweep(imported.owner_id)
    assert path.is_file()
    with acting(world.a_admin):
        revisions.delete_draft(imported, actor=world.a_admin)
        files.sweep(imported.owner_id)
    assert not path.is_file()


def test_copy_of_a_list_that_is_gone_is_taken_all_the_same(imported, correct):
    one = correct(("dear", "0.02"))
    path_of(imported).unlink()
    job = jobs.run_now(one)
    assert (job.state, job.result["refused"], state_of(imported)) == (Job.DONE, 1, (1, 1, [[4, 4]], None))


def test_older_report_goes_by_its_list_and_says_when_that_is_gone(imported, correct):
    with as_owner():
        private = RevisionPrivate.objects.get(revision=imported)
        private.report.pop("open")
        private.save(update_fields=["report"])
    one, two = correct(("dear", "0.02")), correct(("cheap", "0.03"))
    kept = path_of(imported).rename(path_of(imported).with_suffix(".away"))
    failed = jobs.run_now(one)
    assert (failed.state, failed.error) == (Job.FAILED, refused_lines.GONE)
    kept.rename(path_of(imported))
    assert jobs.run_now(two).state == Job.DONE and state_of(imported) == (1, 1, [[3, 3]], [3])


@pytest.mark.parametrize(
    ("numbers", "pairs"),
    [([], []), ([7], [[7, 7]]), ([3, 2, 1, 9, 9], [[1, 3], [9, 9]]), (range(2, 90000), [[2, 89999]])],
)
def test_numbers_are_kept_as_ranges(numbers, pairs, tmp_path):
    assert refused_lines.ranges(numbers) == pairs
    assert refused_lines.open_numbers({"open": pairs}, tmp_path / "none") == set(numbers)


def test_list_that_a_spreadsheet_saved_its_own_way_is_taken(imported, world, acting):
    text = path_of(imported).read_text().replace(",", ";").replace("Germany;dear", "Köln;0.02").replace("cheap", "0.03")
    with acting(world.a_admin):
        upload = files.keep_upload(ContentFile(text.encode("cp1252")), actor=world.a_admin)
        job = corrections.start_correction(imported, actor=world.a_admin, upload=upload)
    assert jobs.run_now(job).state == Job.DONE
    assert state_of(imported)[:2] == (0, 2)
