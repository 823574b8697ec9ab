"""A real server process on a database of its own, for tests that need committed rows, threads or a browser."""

import contextlib
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

from connexcs.embedded import ROOT
from tests.database import server_environment

START_LIMIT = 60  # seconds


@contextlib.contextmanager
def panel(database: str, **extra_environment: str) -> Iterator[str]:
    """Serve the panel on database `database` (see `clone_database`); yields its address without a slash at the end."""
    port = free_port()
    command = [sys.executable, "manage.py", "serve", "--port", str(port), "--workers", "1"]
    env = server_environment(database) | extra_environment
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(url, process)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(url: str, process: subprocess.Popen) -> None:
    limit = time.monotonic() + START_LIMIT
    while time.monotonic() < limit:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with exit code {process.returncode} (see its output)")
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/healthz", timeout=2):
            return
        time.sleep(0.05)
    raise RuntimeError(f"the server did not answer within {START_LIMIT} s")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
