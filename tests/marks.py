"""Tests that only `--long` runs: the same proof for one more kind of person, and slow stories whose parts are told shorter."""

import pytest


def long(*values) -> list:
    """Values of a parametrized test that wait for `--long`."""
    return [pytest.param(value, marks=pytest.mark.long) for value in values]
