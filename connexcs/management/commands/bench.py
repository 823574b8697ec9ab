"""`manage.py bench`: what the panel costs, each figure against its limit in the same run."""

import json
import secrets

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.test.utils import override_settings

from connexcs.bench import BENCHES, figures
from connexcs.database import ready_to_migrate

# Pages are opened inside this process, without a proxy in front of it and without anybody's cookies.
INSIDE = {"ALLOWED_HOSTS": ["testserver"], "SECURE_SSL_REDIRECT": False, "SESSION_COOKIE_NAME": "sid"}


class Command(BaseCommand):
    help = "Measure against the limits: the median of five interleaved pairs each. Makes a database of its own."

    def add_arguments(self, parser):
        parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHES)}; default all")
        parser.add_argument("--json", action="store_true", help="one JSON line for each figure")
        parser.add_argument("--scale", type=float, default=1.0, help="part of the full size, 0.001 to 1; default 1")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--here", action="store_true", help="in the database of the settings, loaded by seed_scale")

    def handle(self, *, names, scale, seed, here, verbosity, **options):
        if unknown := [name for name in names if name not in BENCHES]:
            raise CommandError(f"no bench is named {unknown[0]}; there are {', '.join(BENCHES)}.")
        if not 0.001 <= scale <= 1:
            raise CommandError("--scale must be a number from 0.001 to 1.")
        ready_to_migrate()
        ensure_secret()
        with override_settings(**INSIDE):
            for name in names or BENCHES:
                for figure in figures(name, scale=scale, seed=seed, here=here, tell=self.stderr.write):
                    self.stdout.write(json.dumps(figure.as_dict()) if options["json"] else str(figure))
                    self.stdout.flush()


def ensure_secret() -> None:
    """Sessions of the synthetic users are signed; where the settings have no key, one of this process will do."""
    try:
        settings.SECRET_KEY  # noqa: B018 (asked for its error)
    except ImproperlyConfigured:
        settings.SECRET_KEY = secrets.token_urlsafe(50)
