"""Exports: the file read back is the same card, formulas stay text, and a card taken away ends a running download."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts import acl
from accounts.models import AuditEntry
from ratecards import sheets, store
from ratecards.engine.table import Row, from_rows
from ratecards.models import RateCard, Revision
from ratecards.services import assignments, exports, revisions
from tests.ratecards.conftest import customer_card, published
from tests.roles import as_owner

ROWS = [
    Row("1", "=cmd|' /C calc'!A0", 123_456_789, connect=5, mcd=30, pulse=6),
    Row("44", "'quoted', \"name\"", 1, mcd=0, pulse=1),
    Row("441", "Bl\u00f6cked", blocked=True),
    Row("447", "+44 mobile", 10**13, connect=10**13, mcd=86_400, pulse=86_400),
]
SPLIT = [Row("1212", "NY", 3, 1, 2, mcd=6, pulse=6), Row("1", "US", 5, 5, 5, mcd=1, pulse=1)]
GRACE = [*ROWS[:2], Row("49", "Germany", 5, mcd=1, pulse=1, grace=3)]


def exported(revision, actor) -> str:
    with acl.acting_as(actor):
        pieces = exports.export_csv(revision, actor=actor)
    return "".join(pieces)


@pytest.mark.parametrize(("rows", "presentation"), [(ROWS, "single"), (SPLIT, "full"), (GRACE, "single")])
def test_imported_export_is_the_same_card(world, acting, tmp_path, rows, presentation):
    with acting(world.a_admin):
        card = customer_card(world.a_admin, presentation=presentation)
        revision = revisions.publish_draft(revisions.add_draft(card, from_rows(rows)), actor=world.a_admin)
    path = tmp_path / "card.csv"
    path.write_text(exported(revision, world.a_admin), encoding="utf-8", newline="")
    result = sheets.read(path, sheets.recognise(path))
    assert (result.refused, result.table) == ([], from_rows(rows))


def test_columns_are_the_known_ones_and_formulas_stay_text(world, acting):
    with acting(world.a_admin):
        card = customer_card(world.a_admin)
        revision = revisions.publish_draft(revisions.add_draft(card, from_rows(ROWS)), actor=world.a_admin)
    lines = exported(revision, world.a_admin).splitlines()
    assert lines[0] == "prefix,name,cost,mcd,pulse,rate_connect,status"
    assert lines[1] == "1,'=cmd|' /C calc'!A0,1.23456789,30,6,0.00000005,"
    assert lines[3].endswith(",Blocked")


def test_export_is_on_the_trail(market, world, acting):
    with acting(world.a_admin):
        revision = revisions.active_revision(market.retail)
    exported(revision, world.a_admin)
    with as_owner():
        entry = AuditEntry.objects.get(action="export")
    assert (entry.actor, entry.row, entry.changes) == (world.a_admin.pk, str(revision.pk), {"rows": 3})


def test_taken_away_card_ends_a_running_download(market, world, acting, monkeypatch):
    monkeypatch.setattr(exports, "BATCH", 1)
    with acting(world.a_admin):
        pieces = exports.export_csv(revisions.active_revision(market.retail), actor=world.a_admin)
    assert next(pieces).startswith("prefix") and next(pieces).startswith("44,")
    with acting(world.admin):
        assignments.unassign_card(market.assignment, actor=world.admin)
    with pytest.raises((RateCard.DoesNotExist, Revision.DoesNotExist)):
        next(pieces)


def test_lost_right_ends_a_running_download(market, world, acting, monkeypatch):
    monkeypatch.setattr(exports, "BATCH", 1)
    with acting(world.a_admin):
        pieces = exports.export_csv(revisions.active_revision(market.resold), actor=world.a_admin)
    next(pieces)
    with as_owner():
        world.a_admin.groups.remove(world.roles.managers.group)
        world.a_admin.groups.add(world.roles.readers.group)
    with pytest.raises(PermissionDenied):
        list(pieces)


def test_export_needs_right_and_reach(market, world, acting):
    with acting(world.a_admin):
        revision = revisions.active_revision(market.retail)
    with acting(world.a_reader), pytest.raises(PermissionDenied):
        exports.export_csv(revision, actor=world.a_reader)
    with acting(world.b_admin), pytest.raises(RateCard.DoesNotExist):
        exports.export_csv(revision, actor=world.b_admin)


def test_long_card_is_exported_whole_in_batches(world, acting, monkeypatch):
    monkeypatch.setattr(exports, "BATCH", 1000)
    rows = [Row(str(number), "All", number, mcd=1, pulse=1) for number in range(10_000, 14_500)]
    with acting(world.a_admin):
        card = customer_card(world.a_admin)
        revision = revisions.add_draft(card, from_rows(rows))
    text = exported(revision, world.a_admin)
    assert [line.split(",")[0] for line in text.splitlines()[1:]] == [row.prefix for row in rows]
    with acting(world.a_admin):
        assert store.count(revision) == 4500
        assert published(card, {"44": "0.01"}, world.a_admin).number == 2
