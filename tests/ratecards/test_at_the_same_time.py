"""Two at once on a database of their own, with real transactions: numbers, activations, chunks, a killed import."""

import contextlib
import textwrap

import pytest

from tests import together as together_rig

WORLD = """
    import django; django.setup()
    from django.core.files.base import ContentFile
    from accounts import acl, jobs
    from accounts.models import Job, User
    from ratecards import store, timeline
    from ratecards.models import *
    from accounts import files
    from ratecards.services import cards, imports, revisions
    from tests.ratecards.conftest import table
    admin = User.objects.get(email="admin@example.test") if User.objects.exists() else None
    def inside(): return acl.acting_as(admin)
"""


@pytest.fixture(scope="module")
def database():
    with together_rig.populated("together") as name:
        yield name


def start(database, code, *, world=WORLD):
    return together_rig.start(database, code, world=world)


def run(database, code, *, world=WORLD, patience=120) -> str:
    with start(database, code, world=world) as process:
        out, err = process.communicate(timeout=patience)
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
    with start(database, """
        import os, signal
        with inside():
            card = cards.create_card(actor=admin, kind="customer", name="Killed")
            upload = files.keep_upload(ContentFile(b"prefix,name,cost,mcd,pulse\\n44,UK,0.01,1,1\\n"), actor=admin)
            job = imports.start_import(card, actor=admin, upload=upload, layout=imports.recognise_upload(upload, actor=admin))
        print(job.pk, flush=True)
        keep = imports.keep
        def killed(*arguments):
            keep(*arguments)
            os.kill(os.getpid(), signal.SIGKILL)
        imports.keep = killed
        jobs.run_now(job)
    """) as process:  # fmt: skip
        job = process.communicate(timeout=120)[0].strip()
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


ROUNDS = """
    import threading
    from django.core.exceptions import ValidationError
    from django.db import connection
    with inside():
        card = cards.create_card(actor=admin, kind="customer", name="Hundred rounds")
        drafts = [revisions.add_draft(card, table({"44": f"0.{price + 10}"})) for price in range(10)]
        ready = [revisions.publish_draft(draft, actor=admin) for draft in drafts]
        revisions.activate_revision(ready[0], actor=admin)
    start, end, faults, done, seen = threading.Barrier(10), threading.Barrier(10), [], [], []
    over = threading.Event()

    def activate(number):
        for round in range(100):
            start.wait(60)
            try:
                with inside():
                    revisions.activate_revision(ready[number], actor=admin)
                done.append(number)
            except ValidationError as refusal:
                if "active already" not in str(refusal):
                    faults.append(repr(refusal))
            except Exception as fault:
                faults.append(repr(fault))
            end.wait(60)
        connection.close()

    def watch():
        while not over.is_set():
            with inside():
                seen.append(list(timeline.states_of(ready).values()).count("active"))
            over.wait(0.1)
        connection.close()

    threads = [threading.Thread(target=activate, args=[number]) for number in range(10)]
    watcher = threading.Thread(target=watch)
    for thread in [watcher, *threads]:
        thread.start()
    for thread in threads:
        thread.join()
    over.set()
    watcher.join()
    with inside():
        log = Activation.objects.filter(card=card)
        instants = log.values("live_from").distinct().count()
        print(faults, len(done) + 1 == log.count() == instants, set(seen), len(seen) > 10, len(done) >= 900)
"""


@pytest.mark.fault
def test_hundred_rounds_of_ten_activations_leave_exactly_one_active_at_every_moment(database):
    assert run(database, ROUNDS, patience=600).strip() == "[] True {1} True True"


def test_publishing_while_others_sweep_leaves_every_price_readable(database):
    """Four write drafts over the same chunks, publish some and delete the rest: what stays is whole, what goes is gone."""
    card = run(database, """
        with inside():
            card = cards.create_card(actor=admin, kind="customer", name="Swept")
            first = revisions.add_draft(card, table({str(prefix): "0.01" for prefix in range(1000, 9000)}))
            revisions.publish_draft(first, actor=admin)
        print(card.pk)
    """).strip()  # fmt: skip
    together(database, f"""
        from ratecards.services import drafts
        from tests.ratecards.conftest import row
        for round in range(8):
            with inside():
                card = RateCard.objects.get(pk={card})
                draft = revisions.create_draft(card, actor=admin, copy_of=Revision.objects.get(card=card, number=1))
                drafts.set_rate(draft, row(str(1000 + round * 500), "0.02"), actor=admin)
            with inside():
                draft = Revision.objects.select_related("card").get(pk=draft.pk)
                revisions.publish_draft(draft, actor=admin)
            if (round + number) % 2:
                with inside():
                    draft = Revision.objects.select_related("card").get(pk=draft.pk)
                    revisions.delete_draft(revisions.archive_revision(draft, actor=admin), actor=admin)
    """)  # fmt: skip
    out = run(database, f"""
        from ratecards.store.writing import digests_of
        with inside():
            left = list(Revision.objects.filter(card={card}))
            sizes = {{len(store.load(one)) for one in left}}
            needed = set().union(*map(digests_of, left))
            stored = {{bytes(one) for one in Chunk.objects.filter(card={card}).values_list("digest", flat=True)}}
            print(len(left), sizes, stored == needed)
    """)  # fmt: skip
    assert out.strip() == "17 {8000} True"
