"""A real deadlock of a request with somebody else: the server picks the request, and its user sees success."""

import contextlib
import threading

import pytest

from tests import together
from tests.database import CLUSTER

pytestmark = pytest.mark.xdist_group("deadlock")
PANEL = """
    import django; django.setup()
    from django.test import Client
    from django.test.utils import setup_test_environment; setup_test_environment()
    from django.contrib.messages import get_messages
    from accounts.models import User
    def edit(pk, **changed):
        client = Client(raise_request_exception=False)
        client.force_login(User.objects.get(email="b_admin@example.test"))
        path = f"/management/customers/{pk}/edit/"
        form = client.get(path).context["form"]
        data = {field.html_name: field.value() for field in form if field.value() is not None} | changed
        answer = client.post(path, data)
        print(json.dumps([answer.status_code, [str(one) for one in get_messages(answer.wsgi_request)]]), flush=True)
"""
# Who changes the first customer stops at the gate, then wants the second one's row.
CROSSING = """
    CREATE FUNCTION crossing() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
        PERFORM pg_advisory_xact_lock_shared({gate});
        PERFORM FROM resellers_customer WHERE id = {other} FOR UPDATE;
        RETURN NULL; END $$;
    CREATE TRIGGER crossing AFTER UPDATE ON resellers_customer FOR EACH ROW WHEN (NEW.id = {one}) EXECUTE FUNCTION crossing();
"""
LOCK = "SELECT FROM resellers_customer WHERE id = %s FOR UPDATE"


@pytest.fixture
def rig(db):
    """(referee, panel, somebody): the gate, a process with the panel, and a connection that never gives way."""
    with together.populated("deadlock") as name, contextlib.ExitStack() as stack:
        referee = stack.enter_context(together.referee(name))
        panel = stack.enter_context(contextlib.closing(together.Player(name, PANEL)))
        somebody = stack.enter_context(contextlib.closing(CLUSTER.connect(database=name)))
        with somebody.cursor() as cursor:
            cursor.execute("SET deadlock_timeout = '1h'; SET lock_timeout = 0")
        somebody.commit()
        yield referee, panel, somebody


def test_the_user_sees_success(rig):
    referee, panel, somebody = rig
    query = "SELECT id FROM resellers_customer WHERE name LIKE 'Customer b%' ORDER BY id"
    one, other, *_ = (pk for (pk,) in referee.ask(query))
    referee.ask(CROSSING.format(gate=together.GATE, one=one, other=other))
    referee.close_gate()
    with somebody.cursor() as cursor:
        cursor.execute(LOCK, [other])
        panel.begin(f"edit({one}, name='After the storm')")
        referee.until_waiting(1, "advisory")  # the panel holds the first row
        crossing = threading.Thread(target=cursor.execute, args=(LOCK, [one]))
        crossing.start()
        referee.until_waiting(2)  # and somebody waits for it
        referee.open_gate()  # now the panel wants his: the server ends the panel's transaction
        crossing.join()
        somebody.commit()
    assert panel.outcome() == [302, ["Saved."]]
    assert panel.outcome() == "done"
    assert referee.ask("SELECT name FROM resellers_customer WHERE id = %s", one) == [("After the storm",)]
    assert referee.ask("SELECT count(*) FROM accounts_auditentry WHERE label = 'After the storm'") == [(1,)]
    assert "deadlock detected" in CLUSTER.log.read_text().rpartition("crossing")[0]
