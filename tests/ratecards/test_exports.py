"""Exports: the file read back is the same card, formulas stay text, and a card taken away ends a running download."""

import io
import json
import zipfile

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command

from accounts import acl
from accounts.models import AuditEntry
from ratecards import sheets, store
from ratecards.engine.table import Row, from_rows
from ratecards.models import RateCard, Revision
from ratecards.services import assignments, drafts, exports, revisions
from ratecards.services.cards import change_card
from tests.ratecards.conftest import customer_card, published, row, table
from tests.roles import as_owner

ROWS = [
    Row("1", "=cmd|' /C calc'!A0", 123_456_789, connect=5, mcd=30, pulse=6),
    Row("44", "'quoted', \"name\"", 1, mcd=0, pulse=1),
    Row("441", "Bl\u00f6cked", blocked=True),
    Row("442", "'=quoted;'-1 'x", 1, mcd=0, pulse=1),
    Row("447", "+44 mobile", 10**13, connect=10**13, mcd=86_400, pulse=86_400),
]
SPLIT = [Row("1212", "NY", 3, 1, 2, mcd=6, pulse=6), Row("1", "US", 5, 5, 5, mcd=1, pulse=1)]
DEARER = [Row("1212", "NY", 2, 1, 2, mcd=6, pulse=6), Row("1", "US", 5, 5, 4, mcd=1, pulse=1)]
COUNTRIES = {"source_countries": "AT,DE", "destination_countries": "FR"}
GRACE = [*ROWS[:2], Row("49", "Germany", 5, mcd=1, pulse=1, grace=3)]


def export(revision, actor, form="csv"):
    with acl.acting_as(actor):
        return exports.export(revision, form, actor=actor)


def exported(revision, actor, form="csv") -> str:
    return b"".join(export(revision, actor, form)).decode()


@pytest.mark.parametrize(
    ("rows", "presentation"), [(ROWS, "single"), (SPLIT, "full"), (DEARER, "split"), (SPLIT, "eea"), (GRACE, "single")]
)
def test_imported_export_is_the_same_card(world, acting, tmp_path, rows, presentation):
    with acting(world.a_admin):
        card = customer_card(world.a_admin, presentation=presentation, **(COUNTRIES if presentation == "eea" else {}))
        revision = revisions.publish_draft(revisions.add_draft(card, from_rows(rows)), actor=world.a_admin)
    path = tmp_path / "card.csv"
    path.write_text(exported(revision, world.a_admin), encoding="utf-8", newline="")
    result = sheets.read(path, sheets.recognise(path))
    assert (result.refused, result.table) == ([], from_rows(rows))


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
@pytest.mark.parametrize(
    ("rows", "presentation"), [(ROWS, "single"), (SPLIT, "full"), (DEARER, "split"), (SPLIT, "eea")]
)
def test_file_of_every_format_comes_back_through_the_import(world, acting, tmp_path, capsys, form, rows, presentation):
    """Opened by the reader in its own process, as what strangers send is."""
    with acting(world.admin):
        card = customer_card(world.admin, presentation=presentation, **(COUNTRIES if presentation == "eea" else {}))
        first = published(card, {}, world.admin, rates=from_rows(rows))
    path = tmp_path / f"card.{form}"
    path.write_bytes(b"".join(export(first, world.admin, form)))
    call_command("import_rates", card.code, str(path), "--json")
    made = json.loads(capsys.readouterr().out)
    assert (made["accepted"], made["skipped"], made["refused"]) == (len(rows), 0, 0)
    with acting(world.admin):
        second = Revision.objects.get(card=card, number=made["revision"])
        assert store.load(second) == from_rows(rows)
        assert bytes(second.digest) == bytes(first.digest)


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
    assert (entry.actor, entry.row, entry.changes) == (world.a_admin.pk, str(revision.pk), {"rows": 3, "format": "csv"})


def test_taken_away_card_ends_a_running_download(market, world, acting, monkeypatch):
    monkeypatch.setattr(exports, "BATCH", 1)
    with acting(world.a_admin):
        revision = revisions.active_revision(market.retail)
    pieces = export(revision, world.a_admin)
    assert next(pieces).startswith(b"prefix") and next(pieces).startswith(b"44,")
    with acting(world.admin):
        assignments.unassign_card(market.assignment, actor=world.admin)
    with pytest.raises((RateCard.DoesNotExist, Revision.DoesNotExist)):
        next(pieces)


def test_lost_right_ends_a_running_download(market, world, acting, monkeypatch):
    monkeypatch.setattr(exports, "BATCH", 1)
    with acting(world.a_admin):
        revision = revisions.active_revision(market.resold)
    pieces = export(revision, world.a_admin)
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
        exports.export(revision, "csv", actor=world.a_reader)
    with acting(world.b_admin), pytest.raises(RateCard.DoesNotExist):
        exports.export(revision, "csv", actor=world.b_admin)


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


def test_split_card_is_read_back_from_its_two_prices_alone(world, acting, tmp_path):
    path = tmp_path / "card.csv"
    path.write_text("prefix,name,intra,inter,mcd,pulse\n1212,NY,0.01,0.02,1,1\n1,US,0.05,0.04,1,1\n", encoding="utf-8")
    result = sheets.read(path, sheets.recognise(path))
    assert [(row.prefix, row.cost) for row in result.table.rows()] == [("1", 5_000_000), ("1212", 2_000_000)]


def test_draft_is_exported_with_the_changes_made_by_hand(world, acting):
    with acting(world.a_admin):
        card = customer_card(world.a_admin)
        draft = revisions.add_draft(card, table({"44": "0.01", "441": "0.02", "49": "0.03"}))
        drafts.set_rate(draft, row("441", "0.5"), actor=world.a_admin)
        drafts.set_rate(draft, row("33", "0.7"), actor=world.a_admin)
        drafts.remove_rate(draft, "49", actor=world.a_admin)
    lines = exported(draft, world.a_admin).splitlines()[1:]
    assert [line.split(",")[:3:2] for line in lines] == [["33", "0.7"], ["44", "0.01"], ["441", "0.5"]]


def test_draft_that_grows_while_it_is_sent_breaks_off(world, acting, monkeypatch):
    monkeypatch.setattr(exports, "BATCH", 1)
    with acting(world.a_admin):
        draft = revisions.add_draft(customer_card(world.a_admin), table({"44": "0.01", "49": "0.03"}))
    pieces = export(draft, world.a_admin)
    assert next(pieces) and next(pieces)
    with acting(world.a_admin):
        drafts.set_rate(draft, row("33", "0.7"), actor=world.a_admin)
    with pytest.raises(exports.Changed):
        next(pieces)


def test_company_that_has_a_card_gets_the_files_that_its_owner_offers(market, world, acting):
    with acting(world.admin):
        change_card(market.retail, actor=world.admin, public_options=["json"])
    with acting(world.a_admin):
        revision = revisions.active_revision(market.retail)
        assert exports.offered(market.retail, world.a_admin) == ["json"]
        with pytest.raises(PermissionDenied):
            exports.export(revision, "csv", actor=world.a_admin)
    assert exported(revision, world.a_admin, "json").startswith('{"cards"')
    assert exported(revision, world.admin, "csv").startswith("prefix")


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_file_tells_nothing_private(market, world, acting, form):
    with acting(world.admin):
        revision = revisions.active_revision(market.source)
    data = b"".join(export(revision, world.admin, form))
    if form == "xlsx":
        data = b"".join(
            zipfile.ZipFile(io.BytesIO(data)).read(name) for name in zipfile.ZipFile(io.BytesIO(data)).namelist()
        )
    assert b"To 441" in data
    assert b"Carrier prices" not in data and b"Carrier of" not in data
