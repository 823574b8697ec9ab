"""The house rules that a machine can see: who imports whom, who may query, how long things get."""

import ast
import subprocess
from pathlib import Path

import pytest
from ruff import find_ruff_bin

ROOT = Path(__file__).resolve().parent.parent
APPS = ("accounts", "resellers", "ratecards", "connexcs")
BELOW = {"accounts": set(), "resellers": {"accounts"}, "ratecards": {"accounts", "resellers"},
         "connexcs": {"accounts", "resellers", "ratecards"}}  # fmt: skip
SOURCES = [path for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]
NAMES = [str(path.relative_to(ROOT)) for path in SOURCES]
GUARDIAN_MAY = {"accounts/access.py", "resellers/models/company.py", "ratecards/models/assignment.py"}
every_source = pytest.mark.parametrize("path", SOURCES, ids=NAMES)


def tree_of(path):
    return ast.parse(path.read_text())


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@every_source
def test_imports_point_down_the_stairs(path):
    app = path.relative_to(ROOT).parts[0]
    tops = {name.split(".")[0] for name in imported(tree_of(path))} & set(APPS)
    assert tops <= BELOW[app] | {app}


@every_source
def test_guardian_is_imported_in_one_room(path):
    if str(path.relative_to(ROOT)) not in GUARDIAN_MAY:
        assert not any(name.split(".")[0] == "guardian" for name in imported(tree_of(path)))


@every_source
def test_views_forms_and_tags_query_through_access(path):
    parts = path.relative_to(ROOT).parts
    if {"views", "forms", "templatetags"} & set(parts) or path.name in (
        "views.py",
        "forms.py",
        "grids.py",
        "filters.py",
    ):
        bare = [
            n.lineno
            for n in ast.walk(tree_of(path))
            if isinstance(n, ast.Attribute) and n.attr in ("objects", "_default_manager")
        ]
        assert not bare, f"bare managers in lines {bare}"


@every_source
def test_files_and_functions_stay_short(path):
    tree = tree_of(path)
    assert sum(1 for line in path.read_text().splitlines() if line.strip()) <= 300
    long = [f"{n.name} ({n.end_lineno - n.lineno})" for n in ast.walk(tree)
            if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef) and n.end_lineno - n.lineno > 40]  # fmt: skip
    assert not long


@every_source
def test_get_objects_for_user_is_banned(path):
    assert "get_objects_for_user" not in path.read_text()


@every_source
def test_the_environment_is_read_in_settings_only(path):
    if path.name != "settings.py" and "embedded" not in path.parts and path.name not in ("wsgi.py", "testing.py"):
        names = [n.lineno for n in ast.walk(tree_of(path)) if isinstance(n, ast.Attribute) and n.attr in ("environ", "getenv")
                 and isinstance(n.value, ast.Name) and n.value.id == "os"]  # fmt: skip
        assert not names or path.relative_to(ROOT).parts[:3] == ("connexcs", "management", "commands")


def test_the_engine_knows_no_django_and_no_sql():
    for path in (ROOT / "ratecards" / "engine").rglob("*.py"):
        assert not any(
            name.split(".")[0] in ("django", "psycopg2", "accounts", "resellers") for name in imported(tree_of(path))
        )


def test_no_registry_host_stands_in_the_repository():
    for name in ("constraints.txt", "pyproject.toml"):
        text = (ROOT / name).read_text()
        assert "//" not in text and "@" not in text


@pytest.mark.parametrize("asked", (["check"], ["format", "--check"]), ids=" ".join)
def test_ruff_finds_nothing(asked):
    found = subprocess.run([find_ruff_bin(), *asked, "--no-cache", "--quiet", ROOT], capture_output=True, text=True)
    assert found.returncode == 0, found.stdout
