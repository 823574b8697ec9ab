"""`manage.py access_doc`: draws the tables of docs/access.md anew; --check only says whether they are current."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.access_doc import with_tables

PAGE = settings.BASE_DIR / "docs" / "access.md"


class Command(BaseCommand):
    help = "Draw the rights matrix and the reach table of docs/access.md from the code."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument(
            "--check", action="store_true", help="change nothing; exit code 1 when the page is not current"
        )

    def handle(self, *, check, **options):
        written = PAGE.read_text(encoding="utf-8")
        try:
            current = with_tables(written)
        except ValueError as error:
            raise CommandError(f"docs/access.md: {error}") from error
        if current == written:
            self.stdout.write("docs/access.md is current.")
        elif check:
            raise CommandError("docs/access.md is not current: run manage.py access_doc and commit it.")
        else:
            PAGE.write_text(current, encoding="utf-8")
            self.stdout.write("docs/access.md was drawn anew.")
