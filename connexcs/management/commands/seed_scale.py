"""`manage.py seed_scale`: a synthetic world for measurements, bulk-loaded into an empty database or beside a demo."""

import time

from django.core.management.base import BaseCommand

from connexcs.database import ready_to_migrate
from connexcs.scale import Size, seed_world


class Command(BaseCommand):
    help = "Load a synthetic world below the master company: companies, users, customers, cards, prices."

    def add_arguments(self, parser):
        for name, number in (("companies", 2_000), ("customers", 500_000), ("cards", 2_000), ("rates", 1_000_000)):
            parser.add_argument(f"--{name}", type=int, default=number, metavar="N", help=f"default {number}")
        parser.add_argument(
            "--seed", type=int, default=1, help="another seed is another world; one seed is loaded once"
        )

    def handle(self, *, companies, customers, cards, rates, seed, verbosity, **options):
        began = time.monotonic()
        size = Size(companies, customers, cards, rates, seed)
        ready_to_migrate()

        def tell(text):
            if verbosity:
                self.stderr.write(f"{time.monotonic() - began:5.0f} s  {text}")

        made = seed_world(size, tell)
        self.stdout.write(f"The database now holds ({time.monotonic() - began:.0f} s):")
        for noun, number in made.counts.items():
            self.stdout.write(f"  {number:>12,} {noun}")
        self.stdout.write(f"Logins, all with the password {made.password}")
        for email, company, role in made.logins:
            self.stdout.write(f"  {email:<32} {company}, {role}")
