"""`manage.py test`: the whole test suite by pytest, in this very process."""

import os

from connexcs.embedded import ROOT

PLUGIN = ["-p", "tests.environment"]
ONE_PROCESS = ("-n", "--numprocesses", "--pdb", "--trace", "--collect-only", "--co", "--help", "-h", "--version")


def run(arguments: list[str]) -> int:
    """Run pytest with these arguments, on all processors unless they say otherwise; returns its exit code."""
    import pytest

    os.chdir(ROOT)  # or pytest would collect whatever folder the command was called from
    workers = (
        [] if any(argument.startswith(ONE_PROCESS) for argument in arguments) else ["-n", "auto", "--dist", "loadgroup"]
    )
    return int(pytest.main([*PLUGIN, *workers, *arguments]))
