"""Which processes of the operating system belong to a cluster."""

import contextlib
import subprocess
from pathlib import Path

PROC = Path("/proc")


def of_cluster(data: Path, cluster: str) -> list[int]:
    """Numbers of the live processes of this cluster; a zombie has no command line, so it does not count.

    By command line, because root without all his capabilities may not read another account's working folder.
    """
    marks = (f"-D {data} ", f"postgres: {cluster}: ")
    return [number for number, line in command_lines() if any(mark in line for mark in marks)]


def command_lines() -> list[tuple[int, str]]:
    """(number, command line) of every process, its arguments divided and ended by a space."""
    if not (PROC / "self").exists():  # macOS
        listed = subprocess.run(["ps", "-axwwo", "pid=,command="], capture_output=True, text=True, check=False).stdout
        rows = [line.strip().partition(" ") for line in listed.splitlines()]
        return [(int(number), f"{line.strip()} ") for number, _, line in rows]
    found = []
    for entry in PROC.glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            line = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            found.append((int(entry.parent.name), f"{line} "))
    return found
