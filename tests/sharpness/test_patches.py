"""The list of patches stays true: each still fits what it takes something out of, and its tests are there."""

import ast
from functools import cache

import pytest
from django.db import connection, transaction

from connexcs.embedded import ROOT
from connexcs.sharpness import PATCHES, law
from connexcs.sharpness.patch import Patch, edit
from connexcs.sharpness.trial import DoesNotApply, broken, patched, verdict
from tests.law.cases import TARGETS
from tests.planted import chosen
from tests.roles import as_owner

SOURCES = [name for name, patch in PATCHES.items() if patch.edits]
DATABASE = [name for name, patch in PATCHES.items() if patch.sql]


def test_there_are_many_and_each_changes_one_side():
    assert len(SOURCES) >= 60 and len(DATABASE) >= 100
    assert not set(SOURCES) & set(DATABASE) and set(SOURCES) | set(DATABASE) == set(PATCHES)
    assert len({patch.guard for patch in PATCHES.values()}) == len(PATCHES)
    assert set(TARGETS) == law.TARGETS


@pytest.mark.parametrize("name", SOURCES)
def test_what_a_patch_replaces_stands_there_once_and_what_it_leaves_is_python(name):
    for path, text in patched(PATCHES[name]).items():
        assert text != (ROOT / path).read_text()
        compile(text, path, "exec")


def test_every_statement_fits_the_database(db):
    """One by one in savepoints, as the owner, so that all are tried with one set-up."""
    wrong = {}
    with as_owner(), connection.cursor() as cursor:
        for name in DATABASE:
            try:
                with transaction.atomic():
                    cursor.execute(PATCHES[name].sql)
                    transaction.set_rollback(True)
            except Exception as error:
                wrong[name] = str(error)
    assert wrong == {}


def test_a_statement_for_what_is_gone_is_an_error(db):
    with as_owner(), connection.cursor() as cursor:
        for name in (
            "trigger-resellers_customer.customer_no_delete",
            "law-customer_name_given",
            "function-viewing-term",
        ):
            cursor.execute(PATCHES[name].sql)
            with pytest.raises(Exception, match="out of date|does not exist"), transaction.atomic():
                cursor.execute(PATCHES[name].sql)


@cache
def names_in(path: str) -> set[str]:
    return {node.name for node in ast.walk(ast.parse((ROOT / path).read_text())) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("test", sorted({test for patch in PATCHES.values() for test in patch.tests}))
def test_the_tests_of_patches_exist(test):
    path, _, name = test.partition("::")
    assert (ROOT / path).is_file()
    assert not name or name.partition("[")[0] in names_in(path)


# -- how a patch is tried ----------------------------------------------------------------------------------------------


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "rule.py").write_text("def may():\n    return False\n")
    return tmp_path


def test_a_copy_is_broken_for_a_while_and_mended_whatever_happens(tree):
    patch = Patch("p", "g", (), edit("rule.py", "return False", "return True"))
    with pytest.raises(RuntimeError), broken(tree, patch):
        assert "return True" in (tree / "rule.py").read_text()
        raise RuntimeError
    assert "return False" in (tree / "rule.py").read_text()


@pytest.mark.parametrize("old", ["return None", "r"])
def test_a_text_that_is_gone_or_stands_twice_is_an_error(tree, old):
    with pytest.raises(DoesNotApply, match="rule.py"):
        patched(Patch("p", "g", (), edit("rule.py", old, "x")), tree)


def test_a_verdict_is_a_kill_a_survivor_or_no_answer():
    assert verdict("p", {"killed_by": "a test", "error": None, "tried": 1}, "").killed_by == "a test"
    assert verdict("p", {"killed_by": None, "error": None, "tried": 1}, "").survived
    for found, said in (({"killed_by": None, "error": None, "tried": 0}, ""), (None, "broken"),
                        ({"killed_by": None, "error": "in its set-up", "tried": 1}, "")):  # fmt: skip
        assert verdict("p", found, said).error and not verdict("p", found, said).survived


def test_tests_are_chosen_by_file_by_name_and_by_word_in_the_order_given():
    class Item:
        def __init__(self, nodeid):
            self.nodeid = nodeid

    items = [
        Item("tests/a.py::test_x[one]"),
        Item("tests/a.py::test_y"),
        Item("tests/b.py::test_x"),
        Item("tests/a.pyc::test_x"),
    ]

    def names(only, *tests):
        return [item.nodeid for item in chosen(items, {"tests": tests, "only": only})]

    assert names("", "tests/b.py", "tests/a.py::test_x") == ["tests/b.py::test_x", "tests/a.py::test_x[one]"]
    assert names("one]", "tests/a.py") == ["tests/a.py::test_x[one]"]
    assert names("", "tests/c.py") == []
