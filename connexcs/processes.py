"""Child processes of a command: started apart from the terminal, recognised again after a crash, ended for sure."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from connexcs.embedded import ROOT, Trouble

GRACE = 5  # seconds between asking and killing
DIE_WITH_PARENT = 1  # prctl's PR_SET_PDEATHSIG


@dataclass(frozen=True)
class Trace:
    """What finds a process group again: its number, and when its leader started (numbers are used again)."""

    number: int
    started: str


class Child:
    """`manage.py <arguments>` in a session of its own, so Ctrl-C reaches only us; its output goes to stderr."""

    def __init__(self, name: str, *arguments: object):
        self.name = name
        parent = os.getpid()
        linux = sys.platform == "linux"
        libc = ctypes.CDLL(None) if linux else None

        def die_with_parent():
            libc.prctl(DIE_WITH_PARENT, signal.SIGTERM)
            if os.getppid() != parent:
                os._exit(1)

        self.process = subprocess.Popen(
            [sys.executable, "manage.py", *map(str, arguments)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            start_new_session=True,
            preexec_fn=die_with_parent if linux else None,  # noqa: PLW1509 (this process has one thread)
        )

    def trace(self) -> Trace:
        return Trace(self.process.pid, start_time(self.process.pid) or "")

    def require_alive(self) -> None:
        if (code := self.process.poll()) is not None:
            raise Trouble(f"the {self.name} ended with exit code {code} (see above).")


def end(children: list[Child]) -> None:
    """Ask all, wait, then kill what is left of their groups."""
    for child in children:
        signal_group(child.process.pid, signal.SIGTERM)
    limit = time.monotonic() + GRACE
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.process.wait(max(0.1, limit - time.monotonic()))
        signal_group(child.process.pid, signal.SIGKILL)
        child.process.wait()


def end_leftovers(traces: list[Trace]) -> None:
    """End the groups that a killed command left, and nobody else who got one of the numbers since."""
    mine = [trace for trace in traces if start_time(trace.number) in (trace.started, None)]
    for trace in mine:
        signal_group(trace.number, signal.SIGTERM)
    limit = time.monotonic() + GRACE
    while any(signal_group(trace.number, 0) for trace in mine) and time.monotonic() < limit:
        time.sleep(0.05)
    for trace in mine:
        signal_group(trace.number, signal.SIGKILL)


def signal_group(number: int, what: int) -> bool:
    """True when the group exists."""
    try:
        os.killpg(number, what)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def start_time(number: int) -> str | None:
    """When process `number` started, in the system's own units; None when it is gone or only waits to be reaped."""
    if Path("/proc/self").exists():
        try:
            fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] == "Z" else fields[19]
    listed = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(number)], capture_output=True, text=True, check=False
    )
    state, _, started = listed.stdout.strip().partition(" ")
    return started.strip() if state and not state.startswith("Z") else None
