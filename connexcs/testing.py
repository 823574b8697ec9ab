"""`manage.py test`: the whole test suite by pytest, in this very process."""

import os

from connexcs.embedded import ROOT

PLUGIN = ["-p", "tests.environment"]
ALONE = ("--pdb", "--trace", "--collect-only", "--co", "--help", "-h", "--version")
COUNTED = ("-n", "--numprocesses")


def run(arguments: list[str]) -> int:
    """Run pytest with these arguments, on all processors unless they say otherwise; returns its exit code."""
    import pytest

    os.chdir(ROOT)  # or pytest would collect whatever folder the command was called from
    return int(pytest.main([*PLUGIN, *workers(arguments), *arguments]))


def workers(arguments: list[str]) -> list[str]:
    """Options of pytest-xdist: tests of one group share a worker, for a story has one database."""
    if not {*ALONE}.isdisjoint(arguments):
        return []
    counted = any(argument.startswith(COUNTED) for argument in arguments)
    return ["--dist", "loadgroup", *([] if counted else ["-n", str(processors() + 1)])]


def processors() -> int:
    """How many this process may use. A test process more than that, for tests also wait: for servers, jobs, the browser."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
