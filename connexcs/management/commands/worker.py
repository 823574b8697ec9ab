"""`manage.py worker`: does the jobs. Start as many as you like, on as many machines; SIGTERM hands over."""

from django.core.management.base import BaseCommand

from accounts.jobs.worker import work
from connexcs.database import ready_to_serve


class Command(BaseCommand):
    help = "Do jobs: imports, builds, exports, transfers."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="do what waits, then end")

    def handle(self, *, once, **options):
        ready_to_serve()
        work(once=once)
