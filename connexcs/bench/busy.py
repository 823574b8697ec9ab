"""Whether lists answer as before while a worker imports a long sheet: the same pages alone, and beside it.

As in service, pages are opened in one process and the import runs in a worker of its own, against the same server. Both
in a copy of the world, for a worker commits what it does.
"""

import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
from django.core.files import File
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test.utils import override_settings

from accounts import acl, files
from accounts.models import Job
from connexcs.bench.access import opener
from connexcs.bench.measure import Figure
from connexcs.bench.prices import new_card
from connexcs.bench.world import World, connected
from connexcs.database import maintenance
from connexcs.embedded import ROOT, Trouble
from connexcs.processes import GRACE
from ratecards.services import imports

COPY = "connexcs_busy_copy"
LISTS = ("/management/customers/", "/management/rate-cards/customer/", "/management/rate-cards/provider/")
ROUNDS, PERCENTILES = 40, {50: 1.5, 95: 2.0}  # openings of each list at least; the most that a percentile may grow
PATIENCE, ATTEMPTS = 900, 12  # seconds for one import; at dropping the copy
CHILD = """
import json, sys, django
django.setup()
from django.conf import settings
from django.db import connections
told = json.loads(sys.stdin.readline())
settings.UPLOAD_DIR = told["uploads"]
for alias in connections:
    connections[alias].settings_dict.update(told["database"][alias])
from accounts.jobs.worker import work
work()
"""


def run(world: World, sheet: Path) -> Iterator[Figure]:
    """Two rows: the median and the 95th percentile of all openings of the lists."""
    with tempfile.TemporaryDirectory() as folder, override_settings(UPLOAD_DIR=Path(folder)), copied(world) as one:
        pages = {path: opener(one, "admin", path) for path in LISTS}
        taken(pages, rounds(3))  # nobody pays for what is done the first time
        alone = taken(pages, rounds(ROUNDS))
        with worker(one, folder):
            beside = taken(pages, while_importing(one, sheet))
    for percent, target in PERCENTILES.items():
        before, after = ({path: nth(times, percent) for path, times in side.items()} for side in (alone, beside))
        each = [after[path] / before[path] for path in LISTS]
        ours, limit = (nth([time for times in side.values() for time in times], percent) for side in (beside, alone))
        yield Figure(
            f"import: lists meanwhile, p{percent}",
            ours / limit,
            min(each),
            max(each),
            target,
            limit_s=limit,
            ours_s=ours,
        )


def nth(times: list[float], percent: int) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1]


def taken(pages: dict[str, Callable], turns: Iterator) -> dict[str, list[float]]:
    """The seconds of every opening of each page, all of them in every turn."""
    times = {path: [] for path in pages}
    for _ in turns:
        for path, page in pages.items():
            began = time.perf_counter()
            page()
            times[path].append(time.perf_counter() - began)
    return times


def rounds(number: int) -> Iterator[int]:
    return iter(range(number))


def while_importing(world: World, sheet: Path) -> Iterator[int]:
    """A turn for as long as an import runs, and further imports until there were ROUNDS of them."""
    turn = 0
    while turn < ROUNDS:
        job = asked(world, sheet, turn)
        limit = time.monotonic() + PATIENCE
        while (state := state_of(world, job)) not in (Job.DONE, Job.FAILED):
            if time.monotonic() > limit:
                raise Trouble("the worker did not end the import of the bench.")
            if state == Job.RUNNING:
                yield (turn := turn + 1)
            else:
                time.sleep(0.005)
        if state == Job.FAILED:
            raise Trouble("the import of the bench failed.")


def asked(world: World, sheet: Path, number: int) -> int:
    """Ask for the import of the sheet into a new card."""
    actor = world.user("admin")
    with world.through(world.login), acl.acting_as(actor), sheet.open("rb") as file:
        upload = files.keep_upload(File(file), actor=actor)
        layout = imports.recognise_upload(upload, actor=actor, template=False)
        return imports.start_import(
            new_card(world, actor, f"busy {number}"), actor=actor, upload=upload, layout=layout
        ).pk


def state_of(world: World, job: int) -> str:
    with world.owner.cursor() as cursor:
        cursor.execute("SELECT state FROM accounts_job WHERE id = %s", [job])
        return cursor.fetchone()[0]


@contextlib.contextmanager
def worker(world: World, folder: str) -> Iterator[None]:
    """A worker process on this world until the block ends."""
    database = {"default": settings_of(world.login), "owner": settings_of(world.owner)}
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD], cwd=ROOT, stdin=subprocess.PIPE, stdout=sys.stderr, text=True
    )
    try:
        child.stdin.write(json.dumps({"uploads": folder, "database": database}) + "\n")
        child.stdin.flush()
        yield
    finally:
        child.terminate()
        try:
            child.wait(GRACE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        child.stdin.close()


def settings_of(wrapper: BaseDatabaseWrapper) -> dict:
    kept = ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    return {name: value for name, value in wrapper.settings_dict.items() if name in kept}


@contextlib.contextmanager
def copied(world: World) -> Iterator[World]:
    """A copy of the world, dropped at the end. Nobody may be connected to the world meanwhile."""
    name = world.owner.settings_dict["NAME"]
    world.close()
    with contextlib.closing(maintenance()) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            drop(cursor)
            cursor.execute(f'CREATE DATABASE "{COPY}" TEMPLATE "{name}"')
            one = connected(COPY, world.size)
            try:
                yield one
            finally:
                one.close()
                drop(cursor)


def drop(cursor) -> None:
    """Drop the copy as soon as the server has noticed that its worker is gone: it waits some seconds at each attempt."""
    for attempt in range(ATTEMPTS):
        try:
            return cursor.execute(f'DROP DATABASE IF EXISTS "{COPY}"')
        except psycopg2.errors.ObjectInUse:
            if attempt == ATTEMPTS - 1:
                raise
