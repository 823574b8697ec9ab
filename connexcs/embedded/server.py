"""Start, attach to, stop and describe one cluster. The state is asked by connecting: a number in a file proves nothing."""

import contextlib
import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2

from connexcs.embedded import account, files, processes, roles
from connexcs.embedded.names import LOGIN, NAME, OWNER, SUPERUSER, Trouble

WAIT = 60  # seconds for a server that recovers or for what is left of a killed one


class Server:
    """One cluster in `<home>/pg`; `home` is the data folder unless given. Making the object starts nothing.

    `binaries` is a folder with initdb, pg_ctl and postgres of another PostgreSQL (15 or newer); `extra_settings` are
    written over ours at the next start; `logins` are the roles that this system's accounts may connect as. Methods raise
    Trouble with a text for people.
    """

    def __init__(
        self,
        home: Path | str | None = None,
        binaries: Path | str | None = None,
        extra_settings: dict | None = None,
        logins: tuple[str, ...] = (SUPERUSER, OWNER, LOGIN),
    ):
        self.home = Path(home or account.data_folder()).absolute() / "pg"
        self.data = self.home / "data"
        self.log = self.home / "server.log"
        self.run = account.socket_folder(self.home)  # HOST of a connection
        self.cluster = "connexcs-" + hashlib.sha256(os.fsencode(self.home)).hexdigest()[:8]
        self.given_binaries = Path(binaries) if binaries else None
        self.extra_settings = extra_settings or {}
        self.logins = logins

    # -- state --------------------------------------------------------------------------------------------------------

    def connect(self, user: str = SUPERUSER, database: str = "postgres"):
        return psycopg2.connect(host=str(self.run), user=user, dbname=database, connect_timeout=5)

    def status(self) -> str:
        """One of "running", "starting" (recovering or shutting down) and "stopped"."""
        account.require_unix()
        try:
            self.connect().close()
        except psycopg2.OperationalError as error:
            text = str(error)
            if "no pg_hba.conf entry" in text or "authentication failed" in text:
                raise Trouble(f"the database in {self.home} belongs to another account: {text.strip()}") from None
            busy = ("starting up", "recovery", "shutting down", "not yet accepting")
            return "starting" if any(word in text for word in busy) else "stopped"
        return "running"

    def serves(self, host: str) -> bool:
        """True when a connection with this HOST goes to this cluster."""
        return str(host) == str(self.run)

    def processes(self) -> list[int]:
        return processes.of_cluster(self.data, self.cluster)

    # -- actions ------------------------------------------------------------------------------------------------------

    def start(self) -> bool:
        """Attach to the running server or start one, then make roles and database; True when this call started it."""
        with self.locked():
            started = self.settle() != "running"
            if started:
                self.initialise()
                self.remove_stale()
                settings = files.default_settings(self.run, self.cluster) | self.extra_settings
                files.configure(self.data, settings, self.logins)
                self.call("pg_ctl", "start", "-w", "-s", "-t", WAIT, "-D", self.data, "-l", self.log)
            with contextlib.closing(self.connect()) as connection:
                roles.bootstrap(connection, NAME, OWNER, LOGIN)
            return started

    def stop(self, mode: str = "fast") -> bool:
        """Stop the server; True when it ran. `mode` is pg_ctl's."""
        if not self.data.exists():
            return False
        with self.locked():
            if self.settle() == "stopped":
                return False
            self.call("pg_ctl", "stop", "-w", "-s", "-t", WAIT, "-m", mode, "-D", self.data)
            return True

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """One starter or stopper at a time; also makes the folders, readable for the server's account alone."""
        account.require_unix()
        try:
            self.make_folders()
            lock = open(self.home / "lock", "a")  # noqa: SIM115 (closed below)
        except OSError as error:
            raise Trouble(f"{error.filename or self.home}: {error.strerror}; the database's files lie there.") from None
        with lock:
            account.fcntl.flock(lock, account.fcntl.LOCK_EX)
            yield

    def make_folders(self) -> None:
        for folder in reversed(self.home.parents):
            if folder.exists():
                continue
            with contextlib.suppress(FileExistsError):  # another starter was quicker
                folder.mkdir()
                folder.chmod(0o711 if account.is_root() else 0o700)
        files.enterable(self.home)
        for folder in (self.home, self.run):
            folder.mkdir(exist_ok=True, mode=0o700)
            account.give(folder)
            folder.chmod(0o700)
        self.log.touch(mode=0o600)
        account.give(self.log)

    def initialise(self) -> None:
        """initdb into another name; only a finished cluster gets the right one. Refuses data of another PostgreSQL."""
        major = self.major()
        if (self.data / "PG_VERSION").exists():
            have = (self.data / "PG_VERSION").read_text().strip()
            if have != major:
                raise Trouble(
                    f"the data in {self.data} are of PostgreSQL {have}, the installed one is {major}. Dump them with the "
                    "old version and load them here, or move the folder away to start empty."
                )
            return
        new = self.home / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if int(major) < 17:  # no builtin provider yet
            locale = ["--locale=C.UTF-8"]
        sync = ["--no-sync"] if self.extra_settings.get("fsync") == "off" else []
        options = ["--auth=peer", "--no-instructions", "--data-checksums", *sync]
        self.call("initdb", "-D", new, "-U", SUPERUSER, "-E", "UTF8", *locale, *options)
        new.rename(self.data)

    def settle(self) -> str:
        """Wait while it recovers, or while children of a killed server still end: two sets would destroy the data."""
        end = time.monotonic() + WAIT
        while (state := self.status()) == "starting" or (state == "stopped" and self.processes()):
            if time.monotonic() > end:
                raise Trouble(
                    f"the database in {self.home} is {state}, but its processes {self.processes()} are alive and do not "
                    f"answer. Wait, or end them; log: {self.log}"
                )
            time.sleep(0.1)
        return state

    def remove_stale(self) -> None:
        """A killed server that nobody reaped, or a stranger with its old number, is no server, but PostgreSQL takes
        both for one. `settle` has shown that nothing of this cluster lives."""
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        (self.run / ".s.PGSQL.5432.lock").unlink(missing_ok=True)

    # -- programs -----------------------------------------------------------------------------------------------------

    def binaries(self) -> Path:
        account.require_unix()
        return self.given_binaries or files.binaries(self.home)

    def major(self) -> str:
        """Major version of the programs, such as "18"."""
        postgres = self.binaries() / "postgres"
        try:
            told = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=True).stdout
        except (OSError, subprocess.CalledProcessError) as error:
            raise Trouble(f"{postgres} does not run: {error}") from None
        return told.split()[2].split(".")[0]

    def call(self, program: str, *arguments: object) -> None:
        """Run a program of PostgreSQL as the server's account, its output in the log. Raises Trouble with its tail."""
        env = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
        command = [str(self.binaries() / program), *map(str, arguments)]
        with open(self.log, "ab") as log:
            begin = log.tell()
            done = subprocess.run(
                command, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False, **account.run_as()
            )
        if done.returncode:
            raise Trouble(self.explain(f"{program} failed ({done.returncode})", begin))

    def explain(self, what: str, begin: int) -> str:
        """`what` with what the log gained since `begin` (bytes), at most its last lines."""
        with open(self.log, "rb") as log:
            log.seek(begin)
            tail = log.read().decode(errors="replace").splitlines()[-8:]
        full = any("No space left" in line for line in tail)
        hint = "\nThe disk is full: free some space and start again." if full else ""
        return "\n  ".join([f"{what}; log {self.log}:", *tail]) + hint
