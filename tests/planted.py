"""pytest plugin for `manage.py sharpness`: runs the tests of many patches in one process and says what each killed.

A patch of the database is planted as the owner in the transaction of each test that is run for it, so it is gone with
the test. `--plan` names a JSON file, a list of {"name", "sql", "tests", "only"}; `--verdicts` gets one JSON line each:
{"name", "killed_by", "error", "tried"}.
"""

import json
from pathlib import Path

import pytest
from _pytest.mark.expression import Expression
from django.db import connection

from tests.roles import as_owner


def pytest_addoption(parser):
    parser.addoption("--plan", type=Path)
    parser.addoption("--verdicts", type=Path)


def pytest_configure(config):
    if config.option.plan:
        config.pluginmanager.register(Trials(config), "trials")


class CannotPlant(Exception):
    """The SQL of a patch does not fit the database, or the test has no transaction of its own."""


class Trials:
    """In place of pytest's own loop: for each patch its tests, until one of them fails."""

    def __init__(self, config):
        self.plan, self.verdicts = json.loads(config.option.plan.read_text()), config.option.verdicts
        self.sql, self.failed, self.error = "", None, None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session):
        if session.testsfailed:
            return True  # a file that cannot be collected: the caller sees the exit code
        with self.verdicts.open("a") as lines:
            for number, patch in enumerate(self.plan):
                is_last = number == len(self.plan) - 1
                lines.write(json.dumps({"name": patch["name"]} | self.verdict(session, patch, is_last)) + "\n")
                lines.flush()
        return True

    def verdict(self, session, patch, is_last) -> dict:
        self.sql, self.failed, self.error = patch["sql"], None, None
        items = chosen(session.items, patch)
        for number, item in enumerate(items):
            following = items[number + 1] if number + 1 < len(items) else another(session.items, item)
            session._setupstate.teardown_exact(item)  # what an earlier patch left standing for a test that never came
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failed or self.error:
                break
        return {"killed_by": self.failed, "error": self.error, "tried": len(items)}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item):
        if self.sql:
            try:
                plant(self.sql)
            except Exception as error:
                raise CannotPlant(str(error)) from error
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item, call):
        report = yield
        if report.failed and not (self.failed or self.error):
            if report.when == "call" and not isinstance(call.excinfo.value, CannotPlant):
                self.failed = item.nodeid
            else:
                self.error = f"{item.nodeid}, {report.when}: {call.excinfo.value}"[:500]
        return report


def chosen(items, patch) -> list:
    """The items of a patch, in the order of its tests."""
    wanted = Expression.compile(patch["only"]).evaluate if patch["only"] else lambda matches: True
    return [item for test in patch["tests"] for item in items
            if (item.nodeid == test or item.nodeid.startswith((f"{test}::", f"{test}[")))
            and wanted(lambda word, name=item.nodeid: word in name)]  # fmt: skip


def another(items, item):
    """Any other item, so that what the session shares is kept for the next patch."""
    return next((one for one in items if one is not item), None)


def plant(sql: str) -> None:
    if not connection.in_atomic_block:
        raise CannotPlant("the test has no transaction of its own")
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(sql)
