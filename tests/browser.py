"""pytest plugin: playwright drives the system's Chromium. Without one browser tests are skipped, in CI they fail."""

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
