"""The peak memory of one piece of work, taken by a child process that does nothing else."""

import json
import re
import resource
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from connexcs.embedded import ROOT

CHILD = "import sys, django; django.setup(); from connexcs.bench import memory; memory.measured(*sys.argv[1:])"
STATUS = Path("/proc/self/status")


def peak_mb(work: Callable, *arguments) -> float:
    """Megabytes that a fresh process holds at most while it does `work`: a function of a module, with plain arguments.

    Raises RuntimeError with the process's last words when the work fails.
    """
    command = [sys.executable, "-c", CHILD, work.__module__, work.__name__, json.dumps(arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{work.__name__} failed in a process of its own: {done.stderr.strip()[-500:]}")
    return float(done.stdout.split()[-1])


def measured(module: str, name: str, arguments: str) -> None:
    """The child's side: do it and print the megabytes."""
    getattr(import_module(module), name)(*json.loads(arguments))
    print(highest_mb())


def highest_mb() -> float:
    """Linux tells it of this very program; the resource usage of a child may begin with its parent's."""
    if STATUS.exists():
        return int(re.search(r"VmHWM:\s+(\d+)", STATUS.read_text()).group(1)) / 1024
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kilobytes / (1024 * 1024 if sys.platform == "darwin" else 1024)
