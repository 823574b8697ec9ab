"""pytest plugin, loaded with `-p` before the settings are: points them at the test cluster and at nothing else.

CONNEXCS_TEST_PG_BIN=<folder of initdb> runs the same suite over another PostgreSQL, in a cluster of its own.
"""

import hashlib
import os

from connexcs.embedded.account import data_folder

BINARIES = os.environ.get("CONNEXCS_TEST_PG_BIN")
FOLDER = "test" + (f"-{hashlib.sha256(BINARIES.encode()).hexdigest()[:8]}" if BINARIES else "")
HOME = os.environ.setdefault("CONNEXCS_TEST_HOME", str(data_folder() / FOLDER))  # worker processes inherit it

os.environ |= {"CONNEXCS_TESTING": "1", "CONNEXCS_DATA_DIR": HOME, "CONNEXCS_NO_VENV": "1"}
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright runs an event loop in the test's thread
for outside in ("DATABASE_URL", "DATABASE_OWNER_URL"):
    os.environ.pop(outside, None)


def pytest_addoption(parser):
    parser.addoption("--refresh-statements", action="store_true", help="write tests/statement_baseline.json anew")
    parser.addoption("--long", action="store_true", help="run the tests marked long as well")


def pytest_collection_modifyitems(config, items):
    """Tests marked long wait for --long, -m, or their own name on the command line."""
    if config.getoption("--long") or config.option.markexpr or any("::" in argument for argument in config.args):
        return
    long = [item for item in items if item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]
