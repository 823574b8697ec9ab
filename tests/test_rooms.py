"""The house rules that a machine can see: who imports whom, who may query, how long things get."""

import ast
import subprocess
from functools import cache
from pathlib import Path

import pytest
from ruff import find_ruff_bin

ROOT = Path(__file__).resolve().parent.parent
APPS = ("accounts", "resellers", "ratecards", "connexcs")
BELOW = {"accounts": set(), "resellers": {"accounts"}, "ratecards": {"accounts", "resellers"},
         "connexcs": {"accounts", "resellers", "ratecards"}}  # fmt: skip
SOURCES = {str(path.relative_to(ROOT)): path for app in APPS for path in sorted((ROOT / app).rglob("*.py"))
           if "migrations" not in path.parts}  # fmt: skip
TEXTS = {name: path.read_text() for name, path in SOURCES.items()}
GUARDIAN_MAY = {"accounts/access.py", "resellers/models/company.py", "ratecards/models/assignment.py"}
SCREENS = {"views", "forms", "templatetags", "views.py", "forms.py", "grids.py", "filters.py"}
READS_THE_ENVIRONMENT = ("connexcs/settings.py", "connexcs/wsgi.py", "connexcs/testing.py", "connexcs/embedded/",
                         "connexcs/management/commands/")  # fmt: skip


@cache
def trees():
    """{file: its syntax tree}, read when a test first asks."""
    return {name: ast.parse(text) for name, text in TEXTS.items()}


def imported(name):
    """The names a source imports, in full."""
    for node in ast.walk(trees()[name]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def tops(name):
    return {one.split(".")[0] for one in imported(name)}


def attributes(name, *words):
    """`file:line` of each use of an attribute of one of these names."""
    return [
        (n, f"{name}:{n.lineno}") for n in ast.walk(trees()[name]) if isinstance(n, ast.Attribute) and n.attr in words
    ]


def test_imports_point_down_the_stairs():
    wrong = {}
    for name in SOURCES:
        app = name.split("/")[0]
        if up := tops(name) & set(APPS) - BELOW[app] - {app}:
            wrong[name] = up
    assert wrong == {}


def test_guardian_is_imported_in_three_rooms():
    assert {name for name in SOURCES if "guardian" in tops(name)} == GUARDIAN_MAY


def test_views_forms_and_tags_query_through_access():
    screens = [name for name in SOURCES if SCREENS & set(name.split("/"))]
    assert len(screens) > 50
    assert [place for name in screens for _, place in attributes(name, "objects", "_default_manager")] == []


def test_files_are_short():
    """Of tests too; blank lines are not counted."""
    texts = TEXTS | {str(path.relative_to(ROOT)): path.read_text() for path in (ROOT / "tests").rglob("*.py")}
    lines = {name: sum(1 for line in text.splitlines() if line.strip()) for name, text in texts.items()}
    assert {name: count for name, count in lines.items() if count > 300} == {}


def test_functions_are_short():
    long = [f"{name}: {n.name} ({n.end_lineno - n.lineno})" for name, tree in trees().items() for n in ast.walk(tree)
            if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef) and n.end_lineno - n.lineno > 40]  # fmt: skip
    assert long == []


def test_get_objects_for_user_is_banned():
    assert [name for name, text in TEXTS.items() if "get_objects_for_user" in text] == []


def test_the_environment_is_read_in_settings_only():
    others = [name for name in SOURCES if not name.startswith(READS_THE_ENVIRONMENT)]
    found = [place for name in others for node, place in attributes(name, "environ", "getenv")
             if isinstance(node.value, ast.Name) and node.value.id == "os"]  # fmt: skip
    assert found == []


def test_the_engine_knows_no_django_and_no_sql():
    engine = [name for name in SOURCES if name.startswith("ratecards/engine/")]
    assert engine
    assert [name for name in engine if tops(name) & {"django", "psycopg2", "accounts", "resellers"}] == []


def test_no_registry_host_stands_in_the_repository():
    for name in ("constraints.txt", "pyproject.toml"):
        text = (ROOT / name).read_text()
        assert "//" not in text and "@" not in text


@pytest.mark.parametrize("asked", (["check"], ["format", "--check"]), ids=" ".join)
def test_ruff_finds_nothing(asked):
    found = subprocess.run([find_ruff_bin(), *asked, "--no-cache", "--quiet", ROOT], capture_output=True, text=True)
    assert found.returncode == 0, found.stdout
