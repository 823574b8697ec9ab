"""A real panel for the browser: a database of its own with the tests' world, a server and a worker as processes.

All browser tests run in one process after one another, so the site is made once. Whoever changes something in it makes
new things with names of his own and leaves the ones of the world alone.
"""

import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from connexcs.embedded import ROOT
from tests.browser_flow.site import Person, Site
from tests.database import clone_database, server_environment
from tests.server import panel

FOLDER = Path(__file__).parent
PATIENCE = 30_000  # milliseconds for a click, a page or a job, on a machine that does much else
WORLD = "from tests.browser_flow.seed import seed; seed()"
DEMO = "from connexcs.demo import load_world; load_world()"


@pytest.hookimpl(tryfirst=True)  # before -m chooses by these marks
def pytest_collection_modifyitems(config, items):
    """Pictures are taken only for who asks for them with -m screens."""
    ours = [item for item in items if FOLDER in item.path.parents]
    for item in ours:
        item.add_marker("browser")
    if "screens" in config.option.markexpr:
        return
    pictures = [item for item in ours if item.get_closest_marker("screens")]
    config.hook.pytest_deselected(items=pictures)
    items[:] = [item for item in items if item not in pictures]


@pytest.fixture(scope="session")
def site(chromium, tmp_path_factory) -> Iterator[Site]:
    """The panel over the tests' world and some cards with prices; ended with the session."""
    with running(tmp_path_factory.mktemp("site"), WORLD) as started:
        yield started


@pytest.fixture(scope="session")
def showcase(chromium, tmp_path_factory) -> Iterator[Site]:
    """The panel over the demo's world, for pictures."""
    with running(tmp_path_factory.mktemp("showcase"), DEMO) as started:
        yield started


@contextlib.contextmanager
def running(data: Path, seeding: str) -> Iterator[Site]:
    """A site as `manage.py demo` runs it, with its files in `data`, filled by a process that runs this line."""
    folder = {"CONNEXCS_DATA_DIR": str(data), "CONNEXCS_DEMO": "1", "DJANGO_SETTINGS_MODULE": "connexcs.settings"}
    with clone_database("browser") as database:
        environment = server_environment(database) | folder
        command = [sys.executable, "-c", f"import django; django.setup(); {seeding}"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        worker = subprocess.Popen([sys.executable, "manage.py", "worker"], cwd=ROOT, env=environment)
        try:
            with panel(database, **folder) as url:
                yield Site(url, data)
        finally:
            worker.terminate()
            worker.wait(30)


@pytest.fixture
def person(browser, site) -> Iterator[Callable[..., Person]]:
    """person(email) -> somebody at a browser of his own, logged in; person() is nobody yet."""
    with contextlib.ExitStack() as contexts:
        yield lambda email="", **options: contexts.enter_context(at_a_browser(browser, site, email, **options))


@contextlib.contextmanager
def at_a_browser(browser, site: Site, email: str = "", **options) -> Iterator[Person]:
    context = browser.new_context(base_url=site.url, reduced_motion="reduce", **options)
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    with contextlib.closing(context):
        someone = Person(context.new_page())
        if email:
            someone.log_in(email, site.password_of(email))
        yield someone
