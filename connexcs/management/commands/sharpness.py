"""`manage.py sharpness`: takes each guard away in turn and names the test that notices."""

import fnmatch
import json
import sys
import time

from django.core.management.base import BaseCommand, CommandError

from connexcs import sharpness


class Command(BaseCommand):
    help = "Remove each guard in turn, in copies of the project, and name the test that goes red. Exit code 1: one survived."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("names", nargs="*", metavar="NAME", help="of the list, * stands for anything; default all")
        parser.add_argument("--list", action="store_true", help="print the patches and change nothing")
        parser.add_argument("--json", action="store_true", help="one JSON line for each patch")
        parser.add_argument("--jobs", type=int, default=1, help="processes at a time; default 1")
        parser.add_argument("--timeout", type=int, default=300, help="seconds for one process of tests; default 300")

    def handle(self, *, names, jobs, timeout, **options):
        patches = chosen(names)
        if options["list"]:
            for one in patches:
                self.stdout.write(f"{one.name:32} {one.guard}")
            return
        begun, found = time.monotonic(), []
        leave = joined()
        try:
            for verdict in sharpness.verdicts(patches, workers=max(1, jobs), seconds=timeout):
                found.append(verdict)
                self.tell(verdict, options["json"])
            taken_back = [one for one in sharpness.confirmed(found, timeout) if one not in found]
        finally:
            leave()
        for verdict in taken_back:
            self.tell(verdict, options["json"])
        changed = {one.name: one for one in taken_back}
        self.total([changed.get(one.name, one) for one in found], time.monotonic() - begun)

    def tell(self, verdict, as_json) -> None:
        line = f"{verdict.name:32} {words(verdict)}"
        if as_json:
            line = json.dumps({"name": verdict.name, "guard": sharpness.PATCHES[verdict.name].guard, "survived": verdict.survived,
                               "killed_by": verdict.killed_by, "error": verdict.error})  # fmt: skip
        self.stdout.write(line)
        self.stdout.flush()

    def total(self, found, seconds) -> None:
        survived, unknown = sum(one.survived for one in found), sum(bool(one.error) for one in found)
        killed = len(found) - survived - unknown
        self.stderr.write(
            f"{killed} of {len(found)} killed, {survived} survived, {unknown} without answer; {seconds:.0f} s"
        )
        if survived or unknown:
            sys.exit(1)


def words(verdict) -> str:
    if verdict.error:
        return f"NO ANSWER: {verdict.error}"
    return f"killed by {verdict.killed_by}" if verdict.killed_by else "SURVIVED"


def chosen(names) -> list[sharpness.Patch]:
    every = list(sharpness.PATCHES.values())
    if unknown := [name for name in names if not fnmatch.filter(sharpness.PATCHES, name)]:
        raise CommandError(f"no patch is named {unknown[0]}; --list shows them.")
    return [one for one in every if not names or any(fnmatch.fnmatch(one.name, name) for name in names)]


def joined():
    """The test cluster, kept while the processes come and go, with its template made; returns what leaves it."""
    from tests import environment  # noqa: F401, I001 (first: it points everything at the test cluster)
    from tests import database

    leave = database.join_cluster()
    database.template()
    return leave
