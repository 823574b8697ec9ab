"""Behind a pooler in transaction mode: the panel's own server, two tenants in parallel over two shared connections."""

import re
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest

from connexcs.embedded import LOGIN, ROOT
from tests import together
from tests.access.pooler import PROGRAM, pooler
from tests.server import panel

APPS = ("accounts", "resellers", "ratecards")
SESSION_WIDE = re.compile(
    r"pg_advisory_lock\(|pg_try_advisory_lock\(|\bLISTEN\b|\bSET SESSION\b|set_config\([^)]*, false\)|\bPREPARE\b|WITH HOLD"
)
SHARED, ROUNDS = 2, 12  # connections of the server; pages a person opens, half of them forms that he sends

SIGNED_IN = """
    import django; django.setup()
    from django.test import Client
    from accounts.models import User
    for name in ("a_admin", "b_admin"):
        client = Client()
        client.force_login(User.objects.get(email=f"{name}@example.test"))
        print(client.cookies["sid"].value)
"""
STATE = """SELECT pg_backend_pid(), current_user, coalesce(current_setting('app.company', true), ''),
    coalesce(current_setting('app.scope', true), ''), current_setting('transaction_read_only'), current_setting('statement_timeout')"""


def test_no_statement_of_the_apps_outlives_its_transaction():
    """What a pooler in transaction mode would hand to the next one: locks, settings, listeners of a session."""
    sources = [path for app in APPS for path in (ROOT / app).rglob("*") if path.suffix in (".py", ".sql")]
    found = {str(path): SESSION_WIDE.findall(path.read_text()) for path in sources}
    assert {path: words for path, words in found.items() if words} == {}


@pytest.mark.fault
@pytest.mark.skipif(PROGRAM is None, reason="no pgbouncer here: apt-get install pgbouncer")
def test_two_tenants_share_connections_and_nothing_else(db):
    with together.populated("pooler") as name, together.referee(name) as referee:
        with together.start(name, SIGNED_IN, world="") as process:
            sessions = together.ended(process).split()
        companies = dict(
            referee.ask("SELECT right(name, 1), id FROM resellers_company WHERE name IN ('Company a', 'Company b')")
        )
        with pooler(name, SHARED) as address, panel(name, DATABASE_URL=address) as url:
            with ThreadPoolExecutor(6) as pool:
                people = [
                    (tenant, companies[tenant], key, number)
                    for number in range(3)
                    for tenant, key in zip("ab", sessions, strict=True)
                ]
                pages = [page for found in pool.map(lambda person: goes_about(url, *person), people) for page in found]
            count = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND usename = %s"
            assert referee.ask(count, name, LOGIN)[0][0] <= SHARED
            left = states(address)
        made = referee.ask("SELECT left(c.name, 8), p.name, count(*) FROM resellers_customer c JOIN resellers_company p "
                           "ON p.id = c.company_id WHERE c.name LIKE 'Pooled%%' GROUP BY 1, 2 ORDER BY 1")  # fmt: skip
    assert len(pages) == 6 * ROUNDS
    assert [page for page in pages if page != "right"] == []
    assert made == [("Pooled a", "Company a", 3 * ROUNDS // 2), ("Pooled b", "Company b", 3 * ROUNDS // 2)]
    assert {state[1:] for state in left} == {(LOGIN, "", "", "off", "30s")}


def goes_about(url: str, tenant: str, company: int, key: str, number: int) -> list[str]:
    """What one person sees of each page: "right", or what is wrong with it."""
    other = {"a": "b", "b": "a"}[tenant]
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    browser.addheaders = [("Cookie", f"sid={key}")]
    seen = []
    for turn in range(ROUNDS):
        if turn % 2:
            create(browser, url, key, company, f"Pooled {tenant} {number} {turn}")
        page = browser.open(f"{url}/management/customers/").read().decode()
        wrong = [word for word in (f"Customer {other} ", f"Pooled {other} ", f"Company {other}<") if word in page]
        seen.append("right" if f"Customer {tenant} 0" in page and not wrong else f"{tenant}: {wrong} {page[:200]}")
    return seen


def create(browser, url: str, key: str, company: int, name: str) -> None:
    """Make a customer by the form."""
    form = browser.open(f"{url}/management/customers/new/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form.read().decode())[1]
    cookie = re.search(r"csrf=([^;]+)", form.headers["Set-Cookie"])[1]
    data = {
        "csrfmiddlewaretoken": token,
        "name": name,
        "company": company,
        "currency": "USD",
        "status": "active",
        "debit_limit": "0",
    }
    request = urllib.request.Request(f"{url}/management/customers/new/", urllib.parse.urlencode(data).encode(),
                                     {"Cookie": f"sid={key}; csrf={cookie}", "Referer": url})  # fmt: skip
    assert name in browser.open(request).read().decode()


def states(address: str) -> set[tuple]:
    """What the server's connections carry between two transactions, asked as the next one who gets them."""
    connections = [psycopg2.connect(address) for _ in range(SHARED)]
    found = set()
    for connection in connections:  # each holds its transaction, so each gets another connection of the server
        with connection.cursor() as cursor:
            cursor.execute(STATE)
            found.add(cursor.fetchone())
    for connection in connections:
        connection.close()
    return found
