"""`manage.py serve`: the production server. Static files are served from the packages, nothing is collected."""

import os
import sys

from django.core.management.base import BaseCommand, CommandError

from connexcs.database import ready_to_serve
from connexcs.embedded import ROOT

THREADS = 4  # per worker; each keeps one database connection


class Command(BaseCommand):
    help = "Serve the panel with granian. Put a proxy that ends TLS before it."
    requires_system_checks = "__all__"

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=min(os.cpu_count() or 1, 8))

    def handle(self, *, host, port, workers, **options):
        if workers < 1:
            raise CommandError("--workers must be 1 or more.")
        ready_to_serve()
        # fmt: off
        arguments = [
            "--interface", "wsgi", "--host", host, "--port", port, "--workers", workers, "--no-ws",
            "--blocking-threads", THREADS, "--blocking-threads-idle-timeout", 600,
            "--respawn-failed-workers", "--workers-kill-timeout", 10, "--log-level", "warning",
            "--working-dir", ROOT, "connexcs.wsgi:application",
        ]
        # fmt: on
        sys.stdout.flush()
        os.chdir(ROOT)
        os.execv(sys.executable, [sys.executable, "-m", "granian", *map(str, arguments)])
