"""manage.py from nothing: it makes its environment once, again after a change or a move, and says what is missing."""

import ast
import json
import os
import shutil
import subprocess
import sys
import zipfile

import pytest

from connexcs.embedded import ROOT

pytestmark = pytest.mark.xdist_group("checkout")  # one .venv is enough
PYPROJECT = """
[project]
name = "checkout"
version = "1"
dependencies = ["tiny"]
[project.optional-dependencies]
dev = ["tiny==1"]
"""
# what `manage.py test` reaches in the small checkout: tells where it runs
TELLING = """
import json, sys, tiny
def run(arguments):
    print(json.dumps({"prefix": sys.prefix, "arguments": arguments}))
    return 5
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A folder with our manage.py and one dependency."""
    root = tmp_path_factory.mktemp("a checkout with spaces")
    shutil.copy(ROOT / "manage.py", root)
    (root / "pyproject.toml").write_text(PYPROJECT)
    (root / "constraints.txt").write_text("tiny==1\n")
    (root / "connexcs").mkdir()
    (root / "connexcs" / "testing.py").write_text(TELLING)
    (root / "connexcs" / "embedded.py").write_text("class Trouble(Exception): pass\n")
    return root


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """All packages that pip can reach in these tests: no network."""
    folder = tmp_path_factory.mktemp("wheels")
    with zipfile.ZipFile(folder / "tiny-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny.py", "")
        wheel.writestr("tiny-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1\n")
        wheel.writestr("tiny-1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr("tiny-1.dist-info/RECORD", "tiny.py,,\ntiny-1.dist-info/METADATA,,\ntiny-1.dist-info/WHEEL,,\n")
    return folder


@pytest.fixture(scope="module")
def run(wheels):
    """run(root, *arguments, **environment): its manage.py by the base Python, as from a fresh shell elsewhere."""
    python = os.path.join(sys.base_prefix, "bin", f"python{sys.version_info[0]}.{sys.version_info[1]}")
    env = {name: value for name, value in os.environ.items() if not name.startswith(("CONNEXCS_", "PYTEST", "VIRTUAL"))}
    env |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)}

    def run(root, *arguments, **extra):
        command = [python, str(root / "manage.py"), *arguments]
        return subprocess.run(command, cwd="/", env=env | extra, capture_output=True, text=True, check=False)

    return run


@pytest.fixture(scope="module")
def first_start(run, checkout):
    return run(checkout, "test", "-k", "some thing")


def test_the_first_start_installs_and_runs_inside_with_arguments_and_exit_code(checkout, first_start):
    assert first_start.returncode == 5, first_start.stderr
    assert json.loads(first_start.stdout) == {"prefix": str(checkout / ".venv"), "arguments": ["-k", "some thing"]}
    assert "first start" in first_start.stderr


def test_the_second_start_installs_nothing(run, checkout, first_start):
    stamp = checkout / ".venv" / "connexcs.stamp"
    before = stamp.stat().st_mtime_ns

    second = run(checkout, "test")

    assert (second.returncode, second.stderr) == (5, "")
    assert stamp.stat().st_mtime_ns == before


def test_changed_constraints_install_again(run, checkout, first_start):
    with open(checkout / "constraints.txt", "a") as file:
        file.write("# newer\n")

    again = run(checkout, "test")

    assert again.returncode == 5
    assert "packages changed, installing again" in again.stderr


def test_a_copied_checkout_makes_its_environment_its_own(run, checkout, first_start, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(checkout, copy, symlinks=True)

    moved = run(copy, "test")

    assert "installing again" in moved.stderr
    assert json.loads(moved.stdout)["prefix"] == str(copy / ".venv")


def test_packages_that_cannot_be_had_are_said_plainly_and_the_next_start_tries_again(
    run, checkout, first_start, tmp_path
):
    copy = tmp_path / "copy"
    shutil.copytree(checkout, copy, symlinks=True)
    (copy / "constraints.txt").write_text("tiny==2\n")

    for _ in range(2):
        failed = run(copy, "test")
        assert failed.returncode == 3
        assert "installing the packages failed" in failed.stderr


def test_a_python_without_venv_is_told_what_to_install(run, checkout, tmp_path):
    root = tmp_path / "new"
    shutil.copytree(checkout, root, ignore=shutil.ignore_patterns(".venv*"))
    stub = tmp_path / "stub"
    stub.mkdir()
    (stub / "ensurepip.py").write_text("raise ImportError('as on a Debian without python3-venv')\n")

    refused = run(root, "test", PYTHONPATH=str(stub))

    assert refused.returncode == 3
    assert "apt install python3-venv" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_missing_package_is_named_with_its_cure():
    env = {**os.environ, "CONNEXCS_NO_VENV": "1"}
    command = [sys.executable, "-S", str(ROOT / "manage.py"), "db", "status"]

    refused = subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    assert refused.returncode == 3
    assert "the package psycopg2 is not installed" in refused.stderr
    assert "pip install -c constraints.txt" in refused.stderr


def test_an_old_interpreter_can_read_manage_py_far_enough_to_say_so():
    tree = ast.parse((ROOT / "manage.py").read_text())
    newer = (ast.JoinedStr, ast.NamedExpr, ast.AnnAssign, ast.AsyncFunctionDef, ast.Match, ast.Nonlocal, ast.Starred)
    allowed = [node for node in ast.walk(tree) if isinstance(node, ast.Call) for node in node.args]

    found = [type(node).__name__ for node in ast.walk(tree) if isinstance(node, newer) and node not in allowed]

    assert found == []
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.arguments) and node.kwonlyargs]


def test_the_committed_constraints_name_no_place():
    lines = (ROOT / "constraints.txt").read_text().splitlines()

    assert len(lines) > 30
    assert not [line for line in lines if "/" in line or "@" in line]
