"""Two at once on a database of their own, with real transactions: numbers, activations, chunks, a killed import."""

import contextlib
import subprocess
import sys
import textwrap

import pytest

from connexcs.embedded import ROOT
from tests.database import clone_database, server_environment

WORLD = """
    import django; django.setup()
    from django.core.files.base import ContentFile
    from accounts import acl, jobs
    from accounts.models import Job, User
    from ratecards import store, timeline
    from ratecards.models import *
    from ratecards.services import cards, files, imports, revisions
    from tests.ratecards.conftest import table
    admin = User.objects.get(email="admin@example.test") if User.objects.exists() else None
    def inside(): return acl.acting_as(admin)
"""
# The fixtures' world, committed, built as in the other tests: by a role that may become the owner and the login role.
PEOPLE = """
    import django; django.setup()
    from django.db import connections
    from connexcs.embedded import LOGIN
    from tests import world
    from tests.database import TEST_ROLE
    settings = connections["default"].settings_dict
    settings |= {"USER": TEST_ROLE, "OPTIONS": settings["OPTIONS"] | {"options": f"-c role={LOGIN}"}}
    world.build()
"""


@pytest.fixture(scope="module")
def database():
    with clone_database("together") as name:
        run(name, "", world=PEOPLE)
        yield name


def start(database, code, *, world=WORLD):
    env = server_environment(database) | {"DJANGO_SETTINGS_MODULE": "connexcs.settings"}
    program = textwrap.dedent(world) + textwrap.dedent(code)
    return subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True)  # fmt: skip


def run(database, code, *, world=WORLD) -> str:
    with start(database, code, world=world) as process:
        out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out


def together(database, code, count=4) -> list[str]:
    """Run one program in several processes that begin at the same word."""
    code = "print('ready', flush=True); input()\n" + textwrap.dedent(code)
    with contextlib.ExitStack() as stack:
        children = [stack.enter_context(start(database, f"number = {number}\n{code}")) for number in range(count)]
        for child in children:
            assert child.stdout.readline() == "ready\n", child.stderr.read()
        for child in children:
            child.stdin.write("go\n")
            child.stdin.flush()
        ends = [child.communicate(timeout=120) for child in children]
    assert all(child.returncode == 0 for child in children), [err for _, err in ends]
    return [out for out, _ in ends]


def test_activations_at_once_leave_exactly_one_active(database):
    code = run(database, """
        with inside():
            card = cards.create_card(actor=admin, kind="customer", name="Contested")
            for price in range(4):
                revisions.publish_draft(revisions.add_draft(card, table({"44": f"0.0{price + 1}"})), actor=admin)
        print(card.pk)
    """).strip()  # fmt: skip
    together(database, f"""
        for round in range(5):
            with inside():
                revision = Revision.objects.select_related("card").get(card={code}, number=number + 1)
                if revisions.state_of(revision) != "active":
                    revisions.activate_revision(revision, actor=admin)
    """)  # fmt: skip
    out = run(database, f"""
        with inside():
            found = timeline.states_of(Revision.objects.filter(card={code}))
            log = Activation.objects.filter(card={code})
            print(sorted(found.values()), log.count() == log.values("live_from").distinct().count())
    """)  # fmt: skip
    assert out.strip() == "['active', 'superseded', 'superseded', 'superseded'] True"


def test_drafts_at_once_get_numbers_of_their_own_and_share_chunks_safely(database):
    """While some write the same chunks, others drop them: what remains can be read."""
    card = run(database, """
        with inside():
            print(cards.create_card(actor=admin, kind="customer", name="Crowded").pk)
    """).strip()  # fmt: skip
    together(database, f"""
        for round in range(6):
            with inside():
                draft = revisions.add_draft(RateCard.objects.get(pk={card}), table({{"44": "0.01", "49": "0.02"}}))
            if (round + number) % 2:
                with inside():
                    revisions.delete_draft(draft, actor=admin)
    """)  # fmt: skip
    out = run(database, f"""
        with inside():
            left = list(Revision.objects.filter(card={card}))
            print(len(left), len({{one.number for one in left}}), {{len(store.load(one)) for one in left}})
    """)  # fmt: skip
    assert out.strip() == "12 12 {2}"


def test_import_killed_in_its_last_transaction_is_taken_over(database):
    job = run(database, """
        with inside():
            card = cards.create_card(actor=admin, kind="customer", name="Killed")
            upload = files.keep_upload(ContentFile(b"prefix,name,cost,mcd,pulse\\n44,UK,0.01,1,1\\n"), actor=admin)
            job = imports.start_import(card, actor=admin, upload=upload, layout=imports.recognise_upload(upload, actor=admin))
        print(job.pk)
    """).strip()  # fmt: skip
    with start(database, f"""
        import os, signal
        keep = imports.keep
        def killed(*arguments):
            keep(*arguments)
            os.kill(os.getpid(), signal.SIGKILL)
        imports.keep = killed
        jobs.run_now(Job.objects.get(pk={job}))
    """) as process:  # fmt: skip
        process.communicate(timeout=120)
    assert process.returncode == -9
    out = run(database, f"""
        with inside():
            print(Revision.objects.filter(card__private__name="Killed").count())
        Job.objects.filter(pk={job}).update(lease_until="2020-01-01T00:00Z")
        ended = jobs.run_now(Job.objects.get(pk={job}))
        print(ended.state, ended.result["accepted"], ended.attempts)
        with inside():
            print(Revision.objects.filter(card__private__name="Killed").count())
    """)  # fmt: skip
    assert out.split() == ["0", "done", "1", "2", "1"]
