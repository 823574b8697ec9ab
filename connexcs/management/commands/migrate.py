"""`manage.py migrate`: as Django's, but as the owner role, and only on a server whose roles keep both locks."""

from django.core.management.commands import migrate

from connexcs.database import as_owner, ready_to_migrate


class Command(migrate.Command):
    def execute(self, *args, **options):  # not handle: the checks before it need the roles too
        ready_to_migrate()
        with as_owner():
            return super().execute(*args, **options)
