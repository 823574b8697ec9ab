"""Every bench runs for real in a small world; what it measures as ours is what the panel does. No clock decides."""

import json
from contextlib import contextmanager
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from connexcs.bench import BENCHES, access, busy, figures, measure, world
from connexcs.embedded import Trouble
from connexcs.scale import Size, seed_world
from tests.database import clone_database

pytestmark = pytest.mark.xdist_group("bench")
SIZE = Size(companies=20, customers=1_000, cards=20, rates=5_000, seed=3)
ROWS = {
    "access": {"access: 100k customers, counted exactly", "access: 200 customers, counted to 10,000",
               "access: 200 companies, counted exactly", "access: statements of a list page",
               "growth: /management/customers/ big"},
    "store": {"store: bytes of a published rate", "store: new bytes of a 1 % change"},
    "build": {"build: 3 parents of 1,000"},
    "lookup": {"lookup: one number, chunk decoded"},
    "rate": {"rate: 5,000 calls"},
    "import": {"import: 5,000 lines, 25 bad", "import: lists meanwhile, p50", "import: lists meanwhile, p95"},
    "diff": {"diff: 5,000 rates, row by row", "diff: 5,000 rates, for a caller"},
    "page": {"page: any fifty rates"},
}  # fmt: skip


@pytest.fixture(scope="module")
def small_world(django_db_setup, django_db_blocker):
    """A seeded database; as its own hundredth too, for the rows that compare the two."""
    with django_db_blocker.unblock(), clone_database("bench") as name:
        with world.renamed(name):
            seed_world(SIZE)
        one = world.connected(name, SIZE, world.connected(name, SIZE))
        yield one
        one.close()


@contextmanager
def inside(one):
    with one.through(one.login):
        yield


def test_every_bench_has_its_rows_here():
    assert set(ROWS) == set(BENCHES)


@pytest.mark.parametrize("name", ROWS)
def test_a_bench_yields_its_rows(small_world, django_db_blocker, monkeypatch, name):
    monkeypatch.setattr(measure, "PAIRS", 1)
    monkeypatch.setattr(measure, "LEAST", 0)
    monkeypatch.setattr(busy, "ROUNDS", 2)
    with django_db_blocker.unblock(), inside(small_world):
        found = list(BENCHES[name].run(small_world))
    assert ROWS[name] <= {figure.name for figure in found}
    assert all(figure.ratio > 0 for figure in found)
    assert all(figure.ours_s > 0 and figure.limit_s > 0 for figure in found if figure.unit == "x")


def test_a_bench_leaves_no_card_behind(small_world, django_db_blocker):
    with django_db_blocker.unblock(), small_world.owner.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ratecards_ratecard")
        assert cursor.fetchone() == (SIZE.cards,)
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tablename LIKE 'bench%'")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("kind", ["big", "small", "root"])
def test_what_counts_as_ours_is_what_the_list_of_customers_asks(small_world, django_db_blocker, kind):
    with django_db_blocker.unblock(), inside(small_world):
        pages = [access.opener(small_world, kind, f"/management/customers/{query}") for query in ("", "?name=kestrel")]
        with CaptureQueriesContext(connection) as seen:
            for page in pages:
                page()
        with CaptureQueriesContext(connection) as measured:
            access.both_locks(small_world, kind, access.ASKED["counted to 10,000"])
        assert of_customers(measured) == of_customers(seen) != []
        assert "acl.enter" in measured.captured_queries[1]["sql"]  # after BEGIN


@pytest.mark.parametrize("kind", ["big", "small", "root"])
def test_limit_and_ours_show_the_same_customers(small_world, django_db_blocker, kind):
    rows = []
    with django_db_blocker.unblock():
        for side in (access.both_locks, access.plainly):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(
                    access,
                    "list_and_search",
                    lambda found, requests: rows.append(list(found.values_list("pk", flat=True))),
                )
                side(small_world, kind, [])
    assert rows[0] == rows[1] != []


def of_customers(captured) -> list[str]:
    return [one["sql"] for one in captured.captured_queries if 'FROM "resellers_customer"' in one["sql"]]


def test_the_limit_knows_no_row_security(small_world, django_db_blocker):
    with django_db_blocker.unblock(), small_world.through(small_world.owner), connection.cursor() as cursor:
        cursor.execute("SELECT row_security_active('resellers_customer')")
        assert cursor.fetchone() == (False,)


def test_a_world_of_the_same_code_and_size_is_found_again():
    assert world.code_mark() == world.code_mark()
    assert world.fingerprint(SIZE) == world.fingerprint(replace(SIZE))
    assert world.fingerprint(SIZE) != world.fingerprint(replace(SIZE, seed=4))


def test_a_database_without_the_world_is_refused(db):
    with pytest.raises(Trouble, match="no world of seed 9"):
        list(figures("access", seed=9, here=True))


@pytest.mark.parametrize("arguments", [["nonsense"], ["access", "--scale", "2"]])
def test_an_unknown_bench_or_size_is_refused(arguments):
    with pytest.raises(CommandError):
        call_command("bench", *arguments)


def test_a_figure_says_whether_its_target_is_met():
    below, above = measure.exact("a", 9, 10, "B"), measure.exact("a", 11, 10, "B")
    faster = replace(above, more=True)
    assert (below.met, above.met, faster.met) == (True, False, True)
    assert json.loads(json.dumps(above.as_dict())) == {
        "name": "a",
        "ratio": 11,
        "low": 11,
        "high": 11,
        "target": 10,
        "met": False,
        "unit": "B",
    }
    assert "MISSED" in str(above) and "MISSED" not in str(below)


def test_a_ratio_is_the_median_of_interleaved_pairs(monkeypatch):
    taken = iter([0, 0, 0, 0, 2, 1, 1, 3, 3, 1, 1, 4, 5, 1])  # warming up, then five pairs, each side first in turn
    order = []
    monkeypatch.setattr(measure, "LEAST", 0)
    monkeypatch.setattr(measure, "seconds", lambda work: work() or next(taken))
    figure = measure.compared("a", lambda: order.append("ours"), lambda: order.append("limit"), 3)
    assert order[4:] == ["limit", "ours", "ours", "limit"] * 2 + ["limit", "ours"]
    assert (figure.low, figure.ratio, figure.high) == (1 / 5, 1 / 3, 4) or figure.low <= figure.ratio <= figure.high
