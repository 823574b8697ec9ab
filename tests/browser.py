"""pytest plugin: playwright drives the system's Chromium. Without one browser tests are skipped, in CI they fail."""

import asyncio
import os
import shutil
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = (
    "--no-sandbox",  # as root it starts with nothing else
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def chromium(playwright) -> str:
    """Path of the browser: the system's, else the one that playwright installed for this user."""
    bundled = playwright.chromium.executable_path
    path = next(filter(None, map(shutil.which, NAMES)), bundled if Path(bundled).exists() else None)
    if path is None and os.environ.get("CI"):
        pytest.fail("Chromium is missing, and in CI the browser tests must run.")
    if path is None:
        pytest.skip("Chromium is missing: apt install chromium")
    return path


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args, chromium) -> dict:
    return {**browser_type_launch_args, "executable_path": chromium, "args": list(FLAGS)}


@pytest.fixture(autouse=True)
def no_loop_left_running(request):
    """Playwright stays inside its event loop between tests; tests without a browser do not see it, or async views fail."""
    if request.node.get_closest_marker("browser"):
        yield
        return
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(loop)
