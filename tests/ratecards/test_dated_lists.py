"""Sheets of several days beside what a card has announced: no price is lost, and none comes back that nobody wants."""

import csv
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from accounts import files, jobs
from ratecards import store
from ratecards.models import Activation, Revision
from ratecards.services import corrections, imports, quarantine, revisions
from tests.ratecards.conftest import customer_card, prices_of, published

SEEDS = 4
START = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
ONE, TWO, THREE = (START + timedelta(days=day) for day in (10, 20, 30))
HEADER = "prefix,name,cost,effective_date\n"


@pytest.fixture
def card(world, acting):
    """A card with prices of now."""
    with acting(world.a_admin):
        card = customer_card(world.a_admin)
        published(card, {"44": "0.1", "33": "0.2", "49": "0.3"}, world.a_admin)
    return card


def lines(*rates) -> str:
    """A sheet of (prefix, price, day or None)."""
    return HEADER + "".join(
        f"{prefix},To {prefix},{price},{day.date() if day else ''}\n" for prefix, price, day in rates
    )


@pytest.fixture
def made(world, acting, card):
    """made((prefix, price, day), ...) -> [(draft, its prices)] of an import of changes, or of a full list."""

    def ask(*rates, full=False):
        with acting(world.a_admin):
            upload = files.keep_upload(ContentFile(lines(*rates).encode()), actor=world.a_admin)
            layout = replace(imports.recognise_upload(upload, actor=world.a_admin), full=full)
            job = imports.start_import(ask.card or card, actor=world.a_admin, upload=upload, layout=layout)
        return shown(jobs.run_now(job))

    def shown(job):
        assert job.state == "done", job.error
        with acting(world.a_admin):
            found = Revision.objects.filter(card=ask.card or card, private__job=job.params.get("job", job.key))
            drafts = found.select_related("private", "card__private").order_by("private__planned", "number")
            drafts = sorted(drafts, key=lambda one: (one.private.planned is not None, one.private.planned or 0))
            return [(draft, prices_of(store.effective(draft))) for draft in drafts]

    ask.shown, ask.card = shown, None
    return ask


@pytest.fixture
def announce(world, acting):
    def all_of(drafts):
        with acting(world.a_admin):
            for draft, _ in drafts:
                ready = revisions.publish_draft(draft, actor=world.a_admin)
                revisions.activate_revision(ready, actor=world.a_admin, at=draft.private.planned)

    return all_of


def test_changes_of_a_day_are_laid_over_what_is_announced_for_it(made, announce):
    announce(made(("44", "0.15", ONE)))
    [(draft, prices)] = made(("33", "0.25", TWO))
    assert prices == {"44": "0.15", "33": "0.25", "49": "0.3"}
    assert draft.private.held == ""
    assert draft.private.report["revisions"][0]["changes"]["counts"]["increased"] == 1


def test_changes_that_an_announced_list_takes_back_are_held(made, announce):
    announce(made(("44", "0.15", TWO)))
    [(draft, prices)] = made(("49", "0.35", None), ("44", "0.12", None))
    assert prices == {"44": "0.12", "33": "0.2", "49": "0.35"}
    assert draft.private.held == (
        f"Revision 2, announced for {TWO:%Y-%m-%d} 00:00 UTC, was made before and takes 1 of these changes back. "
        "Import them for that Date Live too, or cancel it."
    )
    with pytest.raises(ValidationError, match="takes 1 of these changes back"):
        announce([(draft, prices)])


def test_changes_before_and_after_an_announced_list_keep_what_it_says(made, announce):
    announce(made(("44", "0.15", TWO)))
    (now, _), (_, later) = made(("49", "0.35", None), ("44", "0.12", None), ("33", "0.22", THREE))
    assert later == {"44": "0.15", "33": "0.22", "49": "0.35"}
    assert "takes 1 of these changes back" in now.private.held, "from TWO until THREE"


def test_full_list_before_an_announced_one_is_told_and_not_held(made, announce):
    announce(made(("44", "0.15", TWO)))
    [(draft, prices)] = made(("44", "0.12", None), ("49", "0.35", None), full=True)
    assert prices == {"44": "0.12", "49": "0.35"}
    assert draft.private.held == ""
    assert "takes 2 of these changes back" in draft.private.report["revisions"][0]["undone"]


@pytest.fixture
def corrected(world, acting, made):
    """corrected(drafts, (prefix, price, day)) -> as `made`, after the open line came back with this in it."""

    def ask(drafts, rate):
        draft = drafts[0][0]
        path = files.refused_path(draft.private.job, company=draft.owner_id)
        header, first, *_ = path.read_text().splitlines()
        line, reason = next(csv.reader([first]))[:2]
        text = f"{header}\n{line},read again,{lines(rate).splitlines()[1]}\n"
        assert "dear" in reason
        with acting(world.a_admin):
            upload = files.keep_upload(ContentFile(text.encode()), actor=world.a_admin)
            job = corrections.start_correction(draft, actor=world.a_admin, upload=upload)
        return made.shown(jobs.run_now(job))

    return ask


def test_corrected_change_of_a_prefix_that_was_sold_before_is_taken(made, corrected):
    drafts = made(("44", "dear", None), ("33", "0.25", None))
    [(_, prices)] = corrected(drafts, ("44", "0.12", None))
    assert prices == {"44": "0.12", "33": "0.25", "49": "0.3"}


def test_corrected_price_of_now_ends_where_the_sheet_gives_a_later_one(made, corrected):
    drafts = made(("44", "dear", None), ("33", "0.25", None), ("44", "0.15", ONE), ("49", "0.4", TWO))
    found = corrected(drafts, ("44", "0.12", None))
    assert [prices["44"] for _, prices in found] == ["0.12", "0.15", "0.15"]


@pytest.mark.parametrize("full", [False, True])
def test_corrected_price_of_a_day_that_no_draft_begins_on_gets_a_draft(made, corrected, full):
    drafts = made(("44", "0.11", None), ("33", "dear", None), ("44", "0.15", THREE), full=full)
    found = corrected(drafts, ("33", "0.25", TWO))
    assert [draft.private.planned for draft, _ in found] == [None, TWO, THREE]
    assert [prices.get("33") for _, prices in found] == ["0.2", "0.25", "0.25"]
    assert [prices["44"] for _, prices in found] == ["0.11", "0.11", "0.15"]
    assert [draft.private.refused for draft, _ in found] == [0, 0, 0]


def test_prefix_that_the_sheet_gives_for_that_day_is_refused(made, corrected):
    drafts = made(("33", "dear", None), ("44", "0.11", None))
    with pytest.raises(AssertionError, match="The prefix 44 stands in revision 2 already"):
        corrected(drafts, ("44", "0.12", None))


def test_corrected_change_of_a_prefix_that_an_announced_list_changed_is_taken(made, announce, corrected):
    announce(made(("44", "0.15", ONE)))
    drafts = made(("49", "0.35", None), ("44", "dear", TWO), ("33", "0.25", TWO))
    found = corrected(drafts, ("44", "0.16", TWO))
    assert found[-1][1] == {"44": "0.16", "33": "0.25", "49": "0.35"}


@pytest.mark.parametrize("day", [TWO, THREE])
def test_corrected_change_of_a_day_without_a_draft_is_laid_over_what_is_announced(made, announce, corrected, day):
    announce(made(("44", "0.15", ONE)))
    drafts = made(("33", "dear", None), ("49", "0.35", None))
    (_, now), (later, prices) = corrected(drafts, ("33", "0.25", day))
    assert now == {"44": "0.1", "33": "0.2", "49": "0.35"}
    assert prices == {"44": "0.15", "33": "0.25", "49": "0.35"}
    assert [one["number"] for one in later.private.report["revisions"]] == [3, 4]
    assert later.private.report["revisions"][1]["planned"] == day.isoformat()


def test_prices_that_come_back_too_high_are_held(world, acting, made, corrected):
    with acting(world.a_admin):
        card = customer_card(world.a_admin, name="Many")
        published(card, {f"44{digit}": "0.1" for digit in range(10, 22)}, world.a_admin)
        made.card = card
    prices = [(f"44{digit}", "9", None) for digit in range(10, 16)]
    drafts = made(*prices[:5], ("4415", "dear", None), *((f"44{digit}", "0.1", None) for digit in range(16, 22)))
    assert drafts[0][0].private.held == ""
    [(draft, _)] = corrected(drafts, prices[5])
    assert "Half of the prices change by" in draft.private.held
    assert draft.private.report["revisions"][0]["changes"]["counts"]["increased"] == 6


def test_what_was_released_is_held_again_when_it_comes_back_otherwise(world, acting, made, corrected):
    """A release is of the prices that were looked at, and of no others."""
    with acting(world.a_admin):
        card = customer_card(world.a_admin, name="Many")
        published(card, {f"44{digit}": "0.1" for digit in range(10, 22)}, world.a_admin)
        made.card = card
    drafts = made(*((f"44{digit}", "9", None) for digit in range(10, 16)), ("4416", "dear", None), full=True)
    with acting(world.a_admin):
        quarantine.release_revision(drafts[0][0], actor=world.a_admin, reason="Agreed by telephone.")
    first = drafts[0][0].private
    assert (first.held, first.released_by) != ("", "")
    [(draft, _)] = corrected(drafts, ("4416", "99", None))
    assert (draft.private.held != first.held, draft.private.released_by) == (True, "")


def test_line_that_comes_back_as_two_is_taken_whole_or_not_at_all(world, acting, made):
    drafts = made(("33", "dear", None), ("44", "0.11", None))
    draft = drafts[0][0]
    header = files.refused_path(draft.private.job, company=draft.owner_id).read_text().splitlines()[0]
    text = f"{header}\n2,again,331,Paris,0.3,\n2,again,332,North,dear,\n"
    with acting(world.a_admin):
        upload = files.keep_upload(ContentFile(text.encode()), actor=world.a_admin)
        job = corrections.start_correction(draft, actor=world.a_admin, upload=upload)
    job = jobs.run_now(job)
    assert (job.state, job.error) == (
        "failed", "Line 2 came back several times, and not all of it can be taken: correct all of it, or none.")  # fmt: skip


def test_flags_of_days_to_come_are_held_against_the_price_before_them(world, acting, card):
    sheet = HEADER.strip() + ",change\n" + "".join(
        f"{prefix},,{price},{day.date()},{flag}\n"
        for prefix, price, day, flag in [("44", "0.2", ONE, "decrease"), ("44", "0.15", TWO, "decrease"), ("33", "0.1", ONE, "increase")]
    )  # fmt: skip
    with acting(world.a_admin):
        upload = files.keep_upload(ContentFile(sheet.encode()), actor=world.a_admin)
        layout = imports.recognise_upload(upload, actor=world.a_admin)
        job = imports.start_import(card, actor=world.a_admin, upload=upload, layout=layout, dry_run=True)
    warnings = jobs.run_now(job).result["warnings"]
    assert warnings["count"] == 2
    assert [(one["prefix"], one["says"], one["is"]) for one in warnings["lines"]] == [
        ("33", "increased", "decreased"), ("44", "decreased", "increased")]  # fmt: skip


def test_changes_that_know_nothing_of_others_need_a_reason_to_go_live(world, acting, made, announce):
    one, other = made(("44", "0.15", ONE)), made(("33", "0.25", TWO))
    announce(one)
    with pytest.raises(ValidationError, match="made without revision 2, Date Live .* takes back what that one changes"):
        announce(other)
    with acting(world.a_admin):
        ready = revisions.publish_draft(other[0][0], actor=world.a_admin)
        revisions.activate_revision(ready, actor=world.a_admin, at=TWO, reason="44 was a slip")


def test_changes_on_what_was_cancelled_since_need_a_reason_to_go_live(world, acting, made, announce):
    announce(one := made(("44", "0.15", ONE)))
    later = made(("33", "0.25", TWO))
    with acting(world.a_admin):
        revisions.cancel_activation(Activation.objects.get(revision=one[0][0]), actor=world.a_admin)
    with pytest.raises(ValidationError, match="holds the prices of revision 2, which was cancelled since"):
        announce(later)


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("seed", range(SEEDS))
def test_corrected_sheet_makes_what_the_right_one_would_have_made(world, acting, made, announce, corrected, seed, full):
    chance = random.Random(seed)
    for day in sorted(chance.sample([ONE, TWO, THREE], chance.randrange(3))):
        announce(made(*sheet_of(chance, [day], chance.randrange(1, 3))))
    right = sheet_of(chance, [None, ONE, ONE + timedelta(days=1), TWO + timedelta(days=1)], chance.randrange(2, 6))
    drafts = made(*right, full=full)
    wanted = [(draft.private.planned, prices) for draft, prices in drafts]
    with acting(world.a_admin):
        for draft, _ in drafts:
            revisions.delete_draft(draft, actor=world.a_admin)
    bad = chance.randrange(len(right))
    drafts = made(*[(prefix, "dear", day) if place == bad else (prefix, price, day) for place, (prefix, price, day) in enumerate(right)], full=full)  # fmt: skip
    found = corrected(drafts, right[bad])
    assert [(draft.private.planned, prices) for draft, prices in found] == wanted
    for draft, _ in found:
        report = draft.private.report
        assert report["accepted"] + report["skipped"] + report["refused"] == report["read"] == len(right)


def sheet_of(chance, days, size):
    """Rates of different prefixes and days."""
    places = chance.sample([(prefix, day) for prefix in ("44", "33", "49", "39") for day in days], size)
    return [(prefix, f"0.{chance.randrange(11, 99)}", day) for prefix, day in places]
