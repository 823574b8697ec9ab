"""Clusters of their own for tests that kill, break or empty one."""

import contextlib
import itertools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from connexcs.embedded import Server
from tests.database import CLUSTER, FAST
from tests.environment import HOME

numbers = itertools.count(1)
OLD = Path("/usr/lib/postgresql/15/bin")


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A data folder that the server's account may enter (pytest's temporary folders are private)."""
    path = Path(HOME) / f"try-{os.getpid()}-{next(numbers)}"
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def cluster(binaries: Path | None = None, extra_settings: dict = FAST, **options) -> Iterator[Server]:
    """A controller that has started nothing yet; whatever it starts is ended, however the test leaves it."""
    with folder() as home:
        server = Server(home, binaries or CLUSTER.binaries(), extra_settings, **options)
        try:
            yield server
        finally:
            with contextlib.suppress(Exception):
                server.stop("immediate")
