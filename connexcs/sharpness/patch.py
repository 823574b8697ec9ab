"""What a patch is: one guard taken away, and the tests that should notice."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Edit:
    """In this file of the project, this text, which stands there exactly once, becomes that."""

    path: str
    old: str
    new: str


@dataclass(frozen=True)
class Patch:
    """One guard less.

    name    unique, for the command line
    guard   what is gone, in words
    tests   pytest's arguments, the likeliest first: files, or tests in files
    edits   changes of sources, made in a copy of the tree
    sql     or a change of the database, made as its owner inside each test's own transaction
    only    pytest's -k for the tests of a patch of the database
    """

    name: str
    guard: str
    tests: tuple[str, ...]
    edits: tuple[Edit, ...] = ()
    sql: str = ""
    only: str = ""


def edit(path: str, old: str, new: str = "") -> tuple[Edit, ...]:
    return (Edit(path, old, new),)
