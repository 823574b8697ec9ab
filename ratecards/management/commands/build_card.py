"""`manage.py build_card CARD`: the same build as the screen, run to its end."""

import json
import time

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts import acl, jobs
from accounts.models import Job
from ratecards.management.actor import card_of, master_administrator
from ratecards.services.builds import build_card


class Command(BaseCommand):
    help = "Build a customer card from the active revisions of its parents."

    def add_arguments(self, parser):
        parser.add_argument("card", help="code of the card")
        parser.add_argument("--activate", action="store_true", help="let the new revision be live at once")
        parser.add_argument("--json", action="store_true", help="print one JSON line")

    def handle(self, *, card, activate, json, **options):
        started = time.monotonic()
        actor = master_administrator("customer_card.build", *(["customer_card.activate"] if activate else []))
        try:
            with acl.acting_as(actor):
                job = build_card(card_of(card), actor=actor, activate=activate)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        job = jobs.run_now(job)
        if job.state != Job.DONE:
            raise CommandError(job.error)
        self.stdout.write(line(job.result, time.monotonic() - started) if json else words(job.result))


def line(result: dict, seconds: float) -> str:
    kept = {name: result[name] for name in ("card", "revision", "rows", "built", "activated")}
    return json.dumps(kept | {"seconds": round(seconds, 3)})


def words(result: dict) -> str:
    what = "built" if result["built"] else "nothing to do: the same was built already as"
    live = ", live now" if result["activated"] else ""
    return f"{result['card']}: {what} revision {result['revision']} ({result['rows']} rates){live}"
