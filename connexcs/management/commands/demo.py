"""`manage.py demo`: database, world, worker and server in one command, for trying things out on this machine."""

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from connexcs.database import embedded_server, maintenance
from connexcs.embedded import ROOT, Server, Trouble
from connexcs.embedded.account import fcntl, require_unix
from connexcs.processes import Child, Trace, end, end_leftovers

PORTS = (8000, *range(8001, 8021), 0)
START_LIMIT = 60  # seconds until the server must answer


class Stopped(BaseException):
    """Somebody asked the demo to end."""

    def __init__(self, number: int):
        self.exit_code = 0 if number == signal.SIGTERM else 128 + number


class Command(BaseCommand):
    help = "Start everything with a demo world and print the address and the logins."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, help="8000 or the next free one unless given")
        parser.add_argument("--json", action="store_true", help="print one JSON line when ready")
        parser.add_argument("--reset", action="store_true", help="drop the database and its files first")
        parser.add_argument("--noinput", action="store_true", help="do not ask")

    def handle(self, *, port, json, reset, noinput, **options):
        require_unix()
        enter_demo_environment()
        try:
            with demo_lock() as record:
                if reset:
                    confirm(noinput)
                run(record, port, reset, show_json if json else show_table)
        except Stopped as stopped:
            sys.exit(stopped.exit_code)


# -- the environment ---------------------------------------------------------------------------------------------------


def enter_demo_environment() -> None:
    """Run this command again with the demo's settings: they are read once, when a process starts."""
    if os.environ.get("CONNEXCS_DEMO") == "1":
        return
    os.environ |= {"CONNEXCS_DEMO": "1", "DEBUG": "0"}
    os.environ.setdefault("SECRET_KEY", secret_key())
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, str(ROOT / "manage.py"), *sys.argv[1:]])


def secret_key() -> str:
    """The key of this data folder, made on first use and readable for its owner only."""
    server = Server()
    with server.locked():
        path = server.home.parent / "secret_key"
        if not path.exists():
            new = path.with_suffix(".new")
            with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(64))
            new.rename(path)
        return path.read_text()


class Record:
    """The locked file of the running demo: its address, its children, and whether it is the one to stop the database.

    After a crash the next demo reads it, ends what still runs and takes the database over.
    """

    def __init__(self, file):
        self.file = file

    def read(self) -> dict:
        self.file.seek(0)
        with contextlib.suppress(ValueError):
            return json.loads(self.file.read())
        return {}

    def write(self, **content) -> None:
        self.file.truncate(0)
        self.file.write(json.dumps(content))
        self.file.flush()


@contextlib.contextmanager
def demo_lock() -> Iterator[Record]:
    with open(Server().home.parent / "demo.lock", "a+") as file:
        record = Record(file)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Trouble(f"a demo is already running: {record.read().get('url', 'it is just starting')}") from None
        yield record


# -- run ---------------------------------------------------------------------------------------------------------------


def run(record: Record, port: int | None, reset: bool, show) -> None:
    """Start all, show it once it answers, wait until somebody stops it; end all in any case."""
    server = embedded_server()
    refuse_a_real_database(server)
    before = record.read()
    end_leftovers([Trace(**trace) for trace in before.get("children", [])])
    port = free_port(port)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    children, mine = [], before.get("stops_database", False)
    try:
        if reset:
            drop_database(server)
        if server:
            mine = server.start() or mine
        url = f"http://127.0.0.1:{port}/"
        os.environ["PUBLIC_URL"] = settings.PUBLIC_URL = url  # for the links in mails, here and in the children
        logins = prepare_world()
        for name, arguments in (("worker", ["worker"]), ("server", ["serve", "--port", port, "--workers", 2])):
            children.append(Child(name, *arguments))
            traces = [asdict(child.trace()) for child in children]
            record.write(url=url, stops_database=mine, children=traces)
        wait_until_ready(url, children)
        show(url, logins)
        while True:
            time.sleep(0.2)
            for child in children:
                child.require_alive()
    finally:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        end(children)
        if server and mine:
            server.stop()
        record.write()


def refuse_a_real_database(server: Server | None) -> None:
    """The demo's passwords are public, so a server of yours must say by the database's name that it is for this."""
    name = connections["owner"].settings_dict["NAME"]
    if server is None and "demo" not in name:
        raise Trouble(f"DATABASE_URL names {name}: the demo uses only a database with 'demo' in its name.")


def stop(number, frame):
    raise Stopped(number)


def prepare_world() -> list[dict]:
    from connexcs.demo import load_world

    call_command("migrate", interactive=False, verbosity=0)
    logins = load_world()
    connections.close_all()
    return logins


def free_port(wanted: int | None) -> int:
    for port in [wanted] if wanted else PORTS:
        with socket.socket() as listener, contextlib.suppress(OSError, OverflowError):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", port))
            return listener.getsockname()[1]
    raise Trouble(f"port {wanted} is in use or not allowed; choose another with --port.")


def wait_until_ready(url: str, children: list[Child]) -> None:
    limit = time.monotonic() + START_LIMIT
    while time.monotonic() < limit:
        for child in children:
            child.require_alive()
        with contextlib.suppress(OSError), urllib.request.urlopen(url + "healthz", timeout=2):  # noqa: S310 (our own)
            return
        time.sleep(0.1)
    raise Trouble(f"the server did not answer within {START_LIMIT} s.")


# -- reset and show ----------------------------------------------------------------------------------------------------


def confirm(noinput: bool) -> None:
    if noinput:
        return
    sys.stderr.write("This deletes everything in the database, uploads too. Type 'yes' to go on: ")
    sys.stderr.flush()
    if sys.stdin.readline().strip() != "yes":
        raise CommandError("nothing was deleted.")


def drop_database(server: Server | None) -> None:
    """Drop the database and what people uploaded. Only on the embedded server: a server of yours is yours to empty."""
    if server is None:
        raise Trouble("--reset is for the embedded database; DATABASE_URL names a server of yours.")
    server.start()
    name = connections["owner"].settings_dict["NAME"]
    connection = maintenance()
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute(f'drop database "{name}" with (force)')
    for folder in (settings.UPLOAD_DIR, settings.OUTBOX_DIR):
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


def show_json(url: str, logins: list[dict]) -> None:
    print(json.dumps({"url": url, "logins": logins}), flush=True)


def show_table(url: str, logins: list[dict]) -> None:
    columns = ("email", "password", "company", "role")
    widths = [max([len(name), *(len(login[name]) for login in logins)]) for name in columns]
    print(f"\nconnexcs runs at {url}  (Ctrl-C ends it)\n")
    for row in [dict(zip(columns, columns, strict=True)), *logins]:
        print("  " + "  ".join(row[name].ljust(width) for name, width in zip(columns, widths, strict=True)).rstrip())
    print(f"\nE-mails are not sent: they lie in {settings.OUTBOX_DIR}\n", flush=True)
