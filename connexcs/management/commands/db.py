"""`manage.py db start|stop|status|psql|roles`: the embedded database, and the roles that a server of yours needs."""

import argparse
import os
import shutil
import sys

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from connexcs.database import embedded_server, role_names, role_script


class Command(BaseCommand):
    help = "Start, stop or describe the embedded database, open psql as the owner role, print the SQL for the roles."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("action", choices=("start", "stop", "status", "psql", "roles"))
        parser.add_argument("arguments", nargs=argparse.REMAINDER, help="passed to psql")

    def handle(self, *, action, arguments, **options):
        if action == "roles":
            self.stdout.write(role_script())
        elif action == "psql":
            psql(arguments)
        elif arguments:
            raise CommandError(f"db {action} takes no arguments.")
        elif server := embedded_server():
            getattr(self, action)(server)
        else:
            settings = connections["default"].settings_dict
            raise CommandError(
                f"DATABASE_URL names a server of yours ({settings['HOST'] or 'local'}, database {settings['NAME']}); "
                f"db {action} is for the embedded one."
            )

    def start(self, server):
        started = server.start()
        self.stdout.write(f"{'started' if started else 'already running'}: {server.home}")

    def stop(self, server):
        stopped = server.stop()
        self.stdout.write(f"{'stopped' if stopped else 'not running'}: {server.home}")

    def status(self, server):
        """Exit code 1 when it does not run, so that a script can ask."""
        state = server.status()
        self.stdout.write(f"{state}\ndata    {server.data}\nsocket  {server.run}\nlog     {server.log}")
        if state == "running":
            owner, login = role_names()
            self.stdout.write(f"roles   {login} (panel), {owner} (migrate, backup)")
        else:
            sys.exit(1)


def psql(arguments: list[str]) -> None:
    """Becomes psql, connected as the owner role. The embedded server is started if need be."""
    owner = connections["owner"]
    command, env = owner.client.settings_to_cmd_args_env(owner.settings_dict, arguments)
    if server := embedded_server():
        server.start()
        program = str(server.binaries() / "psql")
    else:
        program = shutil.which("psql")
    if not program:
        raise CommandError("psql is not installed; for a server of yours it must be.")
    sys.stdout.flush()
    os.execve(program, command, os.environ | (env or {}))
