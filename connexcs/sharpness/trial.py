"""Trying patches: a copy of the tree for those of sources, one shared process for those of the database.

Nothing is ever changed in place. All processes use the test cluster of this checkout, and its template where a patch
leaves the schema's sources alone.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from connexcs.embedded import ROOT
from connexcs.sharpness.patch import Patch

LEFT_BEHIND = shutil.ignore_patterns(".git", ".venv*", ".data", ".*_cache", ".hypothesis", "screens", "*.egg-info")
PYTEST = ["-q", "--tb=no", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "tests.planted"]


@dataclass(frozen=True)
class Verdict:
    """`killed_by` is the test that failed for the patch and passes without it; `error` says why there is no answer."""

    name: str
    killed_by: str | None = None
    error: str | None = None

    @property
    def survived(self) -> bool:
        return not (self.killed_by or self.error)


class DoesNotApply(Exception):
    """The text that a patch replaces does not stand there exactly once: the table is out of date."""


def patched(patch: Patch, root: Path = ROOT) -> dict[str, str]:
    """{path: the file as the patch leaves it}. Raises DoesNotApply."""
    texts: dict[str, str] = {}
    for one in patch.edits:
        text = texts.get(one.path) or (root / one.path).read_text()
        if text.count(one.old) != 1:
            raise DoesNotApply(f"{patch.name}: {one.path} has {one.old!r} {text.count(one.old)} times, not once")
        texts[one.path] = text.replace(one.old, one.new)
    return texts


@contextmanager
def copy_of_the_tree() -> Iterator[Path]:
    """A copy to break, with the compiled files so that only what a patch changes is compiled again."""
    with tempfile.TemporaryDirectory(prefix="connexcs-sharpness-") as folder:
        copy = Path(folder) / "tree"
        shutil.copytree(ROOT, copy, ignore=LEFT_BEHIND)
        yield copy


@contextmanager
def broken(copy: Path, patch: Patch) -> Iterator[None]:
    """The copy with the patch's edits in it; afterwards as it was."""
    texts = patched(patch, copy)
    before = {path: (copy / path).read_text() for path in texts}
    try:
        for path, text in texts.items():
            (copy / path).write_text(text)
        yield
    finally:
        for path, text in before.items():
            (copy / path).write_text(text)


def try_sources(patch: Patch, copy: Path, seconds: float) -> Verdict:
    """A process of its own for a patch of sources."""
    with broken(copy, patch):
        return run(copy, [patch], seconds)[0]


def run(folder: Path, patches: Iterable[Patch], seconds: float) -> list[Verdict]:
    """The tests of these patches in one process there; what has no answer within that time says so."""
    patches = list(patches)
    with tempfile.TemporaryDirectory() as notes:
        plan, verdicts = Path(notes) / "plan", Path(notes) / "verdicts"
        plan.write_text(
            json.dumps([{"name": one.name, "sql": one.sql, "tests": one.tests, "only": one.only} for one in patches])
        )
        verdicts.touch()
        files = dict.fromkeys(test.partition("[")[0] for one in patches for test in one.tests)
        said = pytest(folder, [*PYTEST, "--plan", str(plan), "--verdicts", str(verdicts), *files], seconds)
        found = {one["name"]: one for one in map(json.loads, verdicts.read_text().splitlines())}
    return [verdict(one.name, found.get(one.name), said) for one in patches]


def verdict(name: str, found: dict | None, said: str) -> Verdict:
    if found is None:
        return Verdict(name, error=f"no answer: {' '.join(said.split())[-300:]}")
    if not found["tried"]:
        return Verdict(name, error="none of its tests exists")
    return Verdict(name, found["killed_by"], found["error"])


def pytest(folder: Path, arguments: list[str], seconds: float) -> str:
    """Run pytest in that tree; all of its process group ends with it. Returns what it said."""
    command = [sys.executable, "-B", "-m", "pytest", *arguments]  # -B: a broken file leaves no compiled one behind
    with subprocess.Popen(
        command, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    ) as process:
        try:
            return process.communicate(timeout=seconds)[0]
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return f"took more than {seconds:.0f} s"
