"""A real panel for the browser: a database of its own with the tests' world, a server and a worker as processes.

All browser tests run in one process after one another, so the site is made once. Whoever changes something in it makes
new things with names of his own and leaves the ones of the world alone.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from connexcs.embedded import ROOT
from tests.browser_flow.site import Person, Site
from tests.database import clone_database, server_environment
from tests.server import panel

FOLDER = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)  # before -m chooses by these marks
def pytest_collection_modifyitems(config, items):
    """One process drives the browser, and pictures are taken only for who asks for them with -m screens."""
    ours = [item for item in items if FOLDER in item.path.parents]
    for item in ours:
        item.add_marker("browser")
        item.add_marker(pytest.mark.xdist_group("browser"))
    if "screens" in config.option.markexpr:
        return
    pictures = [item for item in ours if item.get_closest_marker("screens")]
    config.hook.pytest_deselected(items=pictures)
    items[:] = [item for item in items if item not in pictures]


@pytest.fixture(scope="session")
def site(chromium, tmp_path_factory) -> Iterator[Site]:
    """The panel as `manage.py demo` runs it, over the tests' world and some cards with prices; ended with the session."""
    data = tmp_path_factory.mktemp("site")
    folder = {"CONNEXCS_DATA_DIR": str(data), "CONNEXCS_DEMO": "1"}
    with clone_database("browser") as database:
        environment = server_environment(database) | folder
        subprocess.run([sys.executable, "-m", "tests.browser_flow.seed"], cwd=ROOT, env=environment, check=True)
        worker = subprocess.Popen([sys.executable, "manage.py", "worker"], cwd=ROOT, env=environment)
        try:
            with panel(database, **folder) as url:
                yield Site(url, data / "outbox")
        finally:
            worker.terminate()
            worker.wait(30)


@pytest.fixture
def person(browser, site):
    """person(email) -> somebody at a browser of his own, logged in; person() is nobody yet."""
    contexts = []

    def at_a_browser(email: str = "", **options) -> Person:
        context = browser.new_context(base_url=site.url, reduced_motion="reduce", **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        someone = Person(context.new_page())
        if email:
            someone.log_in(email)
        return someone

    yield at_a_browser
    for context in contexts:
        context.close()
