"""Requests that bring too much, lie about it, or never end: cut at the limit, and the others are answered."""

import contextlib
import socket
import urllib.request
from urllib.parse import urlsplit

import pytest

from connexcs.management.commands.serve import THREADS
from tests.database import administration, clone_database
from tests.server import panel

pytestmark = pytest.mark.xdist_group("bodies")
PATIENCE = 20  # seconds, of a machine that does much else
PARTS = "Content-Type: multipart/form-data; boundary=x\r\n"
IDLE = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND state LIKE 'idle in transaction%%'"
PART = '--x\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\nv\r\n'


@pytest.fixture(scope="module")
def database(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), clone_database("bodies") as name:
        yield name


@pytest.fixture(scope="module")
def url(database):
    """A real server, without which nobody knows what becomes of a body."""
    with panel(database) as address:
        yield address


@pytest.fixture(scope="module")
def login(url) -> str:
    """The head of a login with the cookie of its page: without one no body is read at all."""
    with urllib.request.urlopen(f"{url}/login/", timeout=PATIENCE) as answer:
        cookies = [value.partition(";")[0] for value in answer.headers.get_all("Set-Cookie")]
    return f"POST /login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nCookie: {'; '.join(cookies)}\r\n"


def sent(url, head, body=b"", wait=PATIENCE) -> bytes:
    """The first bytes of the answer to a request written by hand."""
    with socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), wait) as peer:
        with contextlib.suppress(ConnectionError):  # the server may have answered and gone
            peer.sendall(head.encode() + b"\r\n" + body)
        return peer.recv(1000)


def answers(url) -> int:
    with urllib.request.urlopen(f"{url}/healthz", timeout=PATIENCE) as answer:
        return answer.status


def test_body_that_says_it_is_too_large_is_refused_before_it_is_sent(url, login):
    assert b" 400 " in sent(url, f"{login}{PARTS}Content-Length: {2 * 1024**3}\r\n")


@pytest.mark.parametrize("said", ["-1", "x", "1" * 30])
def test_length_that_is_none_is_no_fault(url, login, said):
    assert b" 50" not in sent(url, f"{login}{PARTS}Content-Length: {said}\r\n", b"--x--\r\n")[:20]
    assert answers(url) == 200


def test_body_longer_than_it_says_is_cut(url, login):
    body = (PART.format("login", "") * 3).encode()
    assert b" 50" not in sent(url, f"{login}{PARTS}Content-Length: 10\r\n", body)[:20]
    assert answers(url) == 200


def test_body_in_chunks_is_read_or_refused(url, login):
    body = b"5\r\nlogin\r\n0\r\n\r\n"
    head = f"{login}Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n"
    assert sent(url, head, body).split()[1][:1] == b"4"


def test_ten_thousand_parts_are_refused(url, login):
    files = (
        "".join(PART.format(f"f{place}", f'; filename="{place}"') for place in range(10_000)).encode() + b"--x--\r\n"
    )
    assert b" 400 " in sent(url, f"{login}{PARTS}Content-Length: {len(files)}\r\n", files)


def test_five_thousand_fields_are_refused(url, login):
    body = "&".join(f"f{place}=v" for place in range(5_000)).encode()
    head = f"{login}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
    assert b" 400 " in sent(url, head, body)


def test_body_that_never_ends_holds_a_thread_and_no_transaction(url, login, database):
    """As many as there are threads would shut the others out: the proxy in front takes bodies in before it passes them on."""
    with contextlib.ExitStack() as open_ones:
        for _ in range(THREADS - 1):
            peer = open_ones.enter_context(
                socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), PATIENCE)
            )
            peer.sendall(f"{login}{PARTS}Content-Length: 100000\r\n\r\n--x\r\n".encode())
        assert [answers(url) for _ in range(3)] == [200] * 3
        with administration() as cursor:
            cursor.execute(IDLE, [database])
            assert cursor.fetchone() == (0,)
