"""`manage.py audit_access`: both locks compared for every user, and everything they rest on; exit code 1 on drift."""

import json
import sys
import time
from argparse import BooleanOptionalAction

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, OperationalError, connections

from accounts import proof
from accounts.proof import rows, sight
from accounts.proof.repairing import repaired

CANNOT_ASK = 2  # no answer is not the answer "no drift"


class Command(BaseCommand):
    help = "Prove that every user sees what is his and nothing else. Exit code 0: no drift, 1: drift, 2: could not be asked."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="print one JSON line")
        parser.add_argument("--fix", action="store_true", help="put right what can be derived, then look again")
        parser.add_argument(
            "--rows", action=BooleanOptionalAction, default=True, help="compare row by row for every user"
        )

    def handle(self, *, fix, **options):
        try:
            report = self.prove(fix, options["rows"])
        except OperationalError as error:
            raise CommandError(f"no connection to the database: {error}".strip(), returncode=CANNOT_ASK) from None
        except DatabaseError as error:
            raise CommandError(f"the database is not migrated: {error}".strip(), returncode=CANNOT_ASK) from None
        self.stdout.write(json.dumps(report.as_json()) if options["json"] else "\n".join(report.lines()))
        if not report.ok:
            sys.exit(1)

    def prove(self, fix: bool, row_by_row: bool) -> proof.Report:
        begun, report = time.monotonic(), proof.Report()
        with connections["owner"].cursor() as cursor:
            report.repaired = repaired(cursor) if fix else []
            report.findings = proof.findings(cursor)
        if row_by_row:
            for ids in self.shown(rows.batches()):
                with sight.of_owner() as every_row:
                    report.add(rows.compare(ids, every_row))
        report.seconds = time.monotonic() - begun
        return report

    def shown(self, batches: list) -> list:
        """The batches, with a line of progress for a person who waits."""
        for number, batch in enumerate(batches):
            if self.stderr.isatty() and number:
                self.stderr.write(f"\r{100 * number // len(batches)} %", ending="")
            yield batch
        if self.stderr.isatty() and len(batches) > 1:
            self.stderr.write("\r     \r", ending="")
