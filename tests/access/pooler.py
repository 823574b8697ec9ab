"""A PgBouncer in transaction mode before the test cluster: connections of the server change hands at every COMMIT."""

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator

from connexcs.embedded import LOGIN, account
from tests.database import CLUSTER
from tests.server import free_port
from tests.setup.clusters import folder

PROGRAM = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:/usr/local/bin")
SETTINGS = """
[databases]
{database} = host={server} dbname={database} pool_size={size}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
pool_mode = transaction
auth_type = trust
auth_file = {users}
max_client_conn = 100
logfile = {log}
"""


@contextlib.contextmanager
def pooler(database: str, size: int) -> Iterator[str]:
    """The address (postgres://…) of the login role behind a pooler that shares `size` connections of the server."""
    port = free_port()
    with folder() as home:
        home.mkdir()
        users, settings, log = home / "users.txt", home / "pgbouncer.ini", home / "log"
        users.write_text(f'"{LOGIN}" ""\n')
        settings.write_text(
            SETTINGS.format(database=database, server=CLUSTER.run, size=size, port=port, users=users, log=log)
        )
        for path in (home, users, settings):
            account.give(path)
        process = subprocess.Popen([PROGRAM, "-q", settings], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, **account.run_as())  # fmt: skip
        try:
            until_it_listens(port, process, log)
            yield f"postgres://{LOGIN}@127.0.0.1:{port}/{database}"
        finally:
            process.terminate()
            process.wait(15)


def until_it_listens(port: int, process: subprocess.Popen, log) -> None:
    limit = time.monotonic() + 30
    while time.monotonic() < limit:
        assert process.poll() is None, log.read_text() if log.exists() else process.returncode
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError("the pooler does not listen")
