"""Who runs the server and where its files lie. Everything that asks the operating system about people is here."""

import contextlib
import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from connexcs.embedded.names import ROOT, Trouble

try:
    import fcntl
    import pwd
except ImportError:  # Windows: `require_unix` says what to do before anything here needs them
    fcntl = pwd = None

ACCOUNT = "connexcs"
SYSTEM_PATH = "/usr/sbin:/sbin:/usr/bin:/bin"
USERADD = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
SOCKET_LIMIT = 107 - len("/.s.PGSQL.5432.lock")  # what the kernel takes as a socket address


def require_unix() -> None:
    """Refuse plainly where the embedded server cannot run."""
    if fcntl is None:
        raise Trouble(
            "the embedded database runs on Linux and macOS only. On Windows set DATABASE_URL and DATABASE_OWNER_URL to "
            "a PostgreSQL server (15 or newer); `manage.py db roles` prints what it needs."
        )


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def data_folder() -> Path:
    """CONNEXCS_DATA_DIR, else a folder of the checkout; root's is outside, where the server's account may enter."""
    if chosen := os.environ.get("CONNEXCS_DATA_DIR"):
        return Path(chosen).absolute()
    if is_root():
        return Path("/var/lib/connexcs") / hashlib.sha256(os.fsencode(ROOT)).hexdigest()[:12]
    return ROOT / ".data"


def socket_folder(home: Path) -> Path:
    """Beside the data if the path fits into a socket address, else a private folder with a short name.

    Raises Trouble when somebody else made that short folder first: he could pose as the server.
    """
    if fcntl is None or len(os.fsencode(home / "run")) <= SOCKET_LIMIT:
        return home / "run"
    mark = hashlib.sha256(os.fsencode(home)).hexdigest()[:10]
    short = Path(tempfile.gettempdir()) / f"connexcs-{os.getuid()}-{mark}"
    with contextlib.suppress(FileExistsError):
        short.mkdir(mode=0o700)
    about = short.lstat()
    mine = {os.geteuid()} | ({known.pw_uid} if is_root() and (known := existing_account()) else set())
    if short.is_symlink() or not short.is_dir() or about.st_uid not in mine:
        raise Trouble(f"{short} belongs to somebody else; set CONNEXCS_DATA_DIR to a shorter path.")
    return short


def system_users() -> list[str]:
    """The operating system's accounts that may connect: the one that serves, and root where root started it."""
    if is_root():
        return [ACCOUNT, "root"]
    return [own_name()]


def own_name() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        raise Trouble(
            f"this process runs as number {os.getuid()}, for which the system knows no account, so the embedded "
            "database cannot start. Add an account, or set DATABASE_URL and DATABASE_OWNER_URL."
        ) from None


def run_as() -> dict:
    """Keyword arguments that make a child process run as the server's account; no group of ours goes along."""
    if not is_root():
        own_name()
        return {"umask": 0o077, "cwd": "/"}
    account = service_account()
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": [], "umask": 0o077, "cwd": "/"}


def give(path: Path) -> None:
    """Make the server's account the owner of a file that root wrote."""
    if is_root():
        account = service_account()
        os.chown(path, account.pw_uid, account.pw_gid)


def existing_account():
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(ACCOUNT)


def service_account():
    """The unprivileged account of the server; made on first use, by whatever this system has."""
    for make in (None, add_by_useradd, add_by_adduser, add_by_line):
        if make:
            make()
        if account := existing_account():
            if account.pw_uid == 0:
                raise Trouble(f"the account {ACCOUNT} is root here; the database must not run as root.")
            return account
    raise Trouble(
        "no unprivileged account could be made for the database. Run as a normal user, add an account named "
        f"{ACCOUNT}, or set DATABASE_URL and DATABASE_OWNER_URL to a server of yours."
    )


def add_by_useradd() -> None:
    call_system([*USERADD, "--shell", "/usr/sbin/nologin", ACCOUNT])


def add_by_adduser() -> None:
    call_system(["adduser", "-S", "-D", "-H", ACCOUNT])


def call_system(arguments: list[str]) -> None:
    if shutil.which(arguments[0], path=SYSTEM_PATH):
        subprocess.run(arguments, capture_output=True, env={"PATH": SYSTEM_PATH}, check=False)


def add_by_line() -> None:
    """Bare containers have no tool for it; the C library needs only this line (initdb looks its own name up)."""
    with contextlib.suppress(OSError), open("/etc/.pwd.lock", "w") as lock, open("/etc/passwd", "a+") as file:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        file.seek(0)
        taken = {line.split(":")[2] for line in file if line.count(":") >= 6}
        number = next(n for n in range(990, 100, -1) if str(n) not in taken)
        file.write(f"{ACCOUNT}:x:{number}:{number}::/nonexistent:/usr/sbin/nologin\n")
