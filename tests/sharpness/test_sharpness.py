"""The command on the real tree: a guard taken away is noticed, its test is named, and the tree is as before."""

import json
import os
import subprocess
import sys

import pytest

from connexcs.embedded import ROOT
from connexcs.sharpness.patch import Patch
from connexcs.sharpness.trial import run

CASE = "tests/law/test_every_law.py::test_it_is_refused_by_name"
DROPPED = "ALTER TABLE resellers_customer DROP CONSTRAINT customer_name_given"


@pytest.mark.skipif("CI" in os.environ, reason="a run of sharpness within the run: by hand, not in CI")
def test_one_process_tries_many_patches_and_forgets_each():
    """Killed, harmless, not plantable, without a test: and again killed, though it stood in between."""
    found = run(ROOT, [
        Patch("killed", "", (CASE,), sql=DROPPED, only="customer_name_given"),
        Patch("harmless", "", (CASE,), sql="SELECT 1", only="customer_name_given"),
        Patch("misfit", "", (CASE,), sql="DROP TABLE no_such_table", only="customer_name_given"),
        Patch("untested", "", (CASE,), sql="SELECT 1", only="no_such_case"),
        Patch("killed-again", "", (CASE,), sql=DROPPED, only="customer_name_given"),
    ], 300)  # fmt: skip
    killed, harmless, misfit, untested, again = found
    assert "customer_name_given" in killed.killed_by and killed.killed_by == again.killed_by
    assert harmless.survived
    assert "no_such_table" in misfit.error and "none of its tests" in untested.error


def test_the_list_is_printed_and_an_unknown_name_refused():
    def command(*arguments):
        return subprocess.run(
            [sys.executable, "manage.py", "sharpness", *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    listed = command("view-as-*", "--list")
    assert listed.returncode == 0 and "view-as-method" in listed.stdout and "screen-right" not in listed.stdout
    assert command("no-such-*").returncode == 1


def test_a_survivor_is_told_and_ends_with_one(monkeypatch, capsys):
    from django.core.management import call_command

    from connexcs import sharpness
    from connexcs.management.commands import sharpness as command
    from connexcs.sharpness import Verdict

    found = [Verdict("narrow", killed_by="tests/x.py::test_y"), Verdict("csrf")]
    monkeypatch.setattr(command, "joined", lambda: lambda: None)
    monkeypatch.setattr(sharpness, "verdicts", lambda patches, **options: iter(found))
    monkeypatch.setattr(sharpness, "confirmed", lambda found, seconds: found)
    try:
        call_command("sharpness", "narrow", "csrf", "--json")
    except SystemExit as end:
        assert end.code == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["name"], line["survived"]) for line in lines] == [("narrow", False), ("csrf", True)]
