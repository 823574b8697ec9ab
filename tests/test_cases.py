"""Every attack on the list has its proof, and every proof is a test that is there."""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.cases import CASES, WANTED

ROOT = Path(__file__).resolve().parent.parent


@cache
def collected(file: str) -> set[str]:
    """The names of the tests that pytest collects from a file."""
    tree = ast.parse((ROOT / file).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_every_case_stands_on_the_list():
    assert set(CASES) == WANTED


@pytest.mark.parametrize("number", CASES)
def test_case_is_proved_by_tests_that_exist(number):
    sentence, *proofs = CASES[number]
    assert sentence and proofs
    missing = [proof for proof in proofs if proof.partition("::")[2] not in collected(proof.partition("::")[0])]
    assert not missing
