"""`manage.py verify_rates [CARD…]`: every stored price read again; exit code 1 where one is damaged."""

import json

from django.core.management.base import BaseCommand, CommandError

from ratecards.management.actor import master_administrator
from ratecards.services.verification import verify_rates


class Command(BaseCommand):
    help = "Read every stored revision and compare it with the digests that it was written with."

    def add_arguments(self, parser):
        parser.add_argument("cards", nargs="*", help="codes of cards; all without any")
        parser.add_argument("--json", action="store_true", help="print one JSON line for each damaged revision")

    def handle(self, *, cards, **options):
        actor = master_administrator("provider_card.view", "customer_card.view")
        read = damaged = 0
        for one in verify_rates(actor=actor, codes=cards):
            read += 1
            if one.problem:
                damaged += 1
                self.stdout.write(json.dumps(one._asdict()) if options["json"] else one.problem)
        if damaged:
            raise CommandError(f"{damaged} of {read} revisions are damaged")
        if not options["json"]:
            self.stdout.write(f"{read} revisions, all as they were written")
