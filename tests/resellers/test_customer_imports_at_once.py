"""Imports of customers on a database of their own, with real transactions: killed at any moment, and two at once."""

import pytest

from tests import together as together_rig

WORLD = """
    import django; django.setup()
    from django.core.files.base import ContentFile
    from accounts import acl, jobs
    from accounts.models import Job, User
    from resellers.models import Company, Customer
    from resellers.services import customer_imports as imports, imported
    admin = User.objects.get(email="admin@example.test") if User.objects.exists() else None
    def inside(): return acl.acting_as(admin)
    def asked(sheet, **options):
        with inside():
            upload = imports.take_upload(ContentFile(sheet.encode()), actor=admin)
            layout = imports.recognise_upload(upload, actor=admin)
            company = Company.objects.get(pk=admin.company_id)
            return imports.start_import(actor=admin, upload=upload, layout=layout, company=company, **options)
    def named(start):
        with inside():
            return Customer.objects.filter(name__startswith=start).count()
    def sheet(start, lines):
        return "name,currency\\n" + "".join(f"{start} {n % (lines - 3)},{'EUR' if n % 10 else 'none'}\\n" for n in range(lines))
    def counts(job):
        return " ".join(str(job.result[name]) for name in ("read", "accepted", "skipped", "refused", "made"))
"""
LINES, COUNTS = 3500, "3500 3148 0 352 3148"  # a tenth is without a currency, two names stand twice

pytestmark = pytest.mark.xdist_group("customer_imports")


@pytest.fixture(scope="module")
def database():
    with together_rig.populated("customer_imports") as name:
        yield name


def run(database, code, *, killed=False) -> str:
    with together_rig.start(database, code, world=WORLD) as process:
        out, err = process.communicate(timeout=120)
    assert process.returncode == (-9 if killed else 0), err
    return out


@pytest.mark.parametrize("moment", ["before a commit", "after a commit", "at its end"])
def test_import_that_is_killed_goes_on_and_makes_nothing_twice(database, moment):
    start = f"Killed {moment}"
    job = run(database, f"""
        import os, signal
        from accounts.jobs.work import Work
        done = []
        def kill(moment, count):
            if moment == {moment!r} and len(done) == count:
                os.kill(os.getpid(), signal.SIGKILL)
        keep, chunk = imports.keep_refused, imports.run_chunk
        def keep_refused(*arguments, **options):
            done.append(keep(*arguments, **options))
            kill("before a commit", 3)
            return done[-1]
        def run_chunk(*arguments, **options):
            kill("after a commit", 2)
            return chunk(*arguments, **options)
        imports.keep_refused, imports.run_chunk = keep_refused, run_chunk
        Work.finish = lambda work, result: kill("at its end", 4)
        job = asked(sheet({start!r}, {LINES}))
        print(job.pk, flush=True)
        jobs.run_now(job)
    """, killed=True).strip()  # fmt: skip
    out = run(database, f"""
        before = named({start!r})
        Job.objects.filter(pk={job}).update(lease_until="2020-01-01T00:00Z")
        ended = jobs.run_now(Job.objects.get(pk={job}))
        print(ended.state, ended.attempts, 0 < before, named({start!r}))
        print(counts(ended))
        with inside():
            lines = imports.refused_file(ended, actor=admin).read_text().splitlines()
        print(len(lines), len(set(lines)), lines[0])
    """)  # fmt: skip
    made, counts, refused = out.splitlines()
    assert (made, counts) == (f"done 2 True {COUNTS.split()[-1]}", COUNTS)
    assert refused == "353 353 line,reason,name,currency"


def test_two_imports_of_one_sheet_at_once_make_every_customer_once(database):
    out = run(database, """
        import threading
        from django.db import connection
        asked_for = [asked(sheet("Twice", 2500)) for _ in range(2)]
        ended, ready = [], threading.Barrier(2)
        look, first = imported.planned, threading.local()
        def planned(*arguments, **options):
            plan = look(*arguments, **options)
            if not getattr(first, "met", False):  # both have seen that no name is taken
                first.met = True
                ready.wait(60)
            return plan
        imported.planned = planned
        def one(job):
            ended.append(jobs.run_now(job))
            connection.close()
        threads = [threading.Thread(target=one, args=[job]) for job in asked_for]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        print([job.state for job in ended], [job.result["read"] for job in ended], sum(job.result["made"] for job in ended), named("Twice"))
        print(sum(job.result["accepted"] + job.result["refused"] for job in ended))
    """)  # fmt: skip
    assert out.splitlines() == ["['done', 'done'] [2500, 2500] 2248 2248", "5000"]
