"""Jobs for the tests with real processes; every row says under which fence it was written."""

import ctypes
import time

from django.db import connection

from accounts import jobs
from resellers.models import Customer


@jobs.handler("tests_chunks")
def chunks(work):
    """One customer a chunk; a repeated chunk is passed over. `pause` seconds lie between two."""
    total = work.params["chunks"]
    for number in range(total):
        with work.unit():
            name = f"{work.params.get('name', 'Chunk')} {number}"
            if not Customer.objects.filter(name=name).exists():
                Customer.objects.create(company_id=work.actor.company_id, name=name, notes=str(work.job.fence))
        work.progress(number + 1, total, f"chunk {number}")
        time.sleep(work.params.get("pause", 0))
    work.finish({"chunks": total})


@jobs.handler("tests_long_unit")
def long_unit(work):
    """The first claim stays `pause` seconds in one unit with a row it has not committed."""
    with work.unit():
        Customer.objects.create(company_id=work.actor.company_id, name=f"Long {work.job.fence}")
        if work.job.fence == 1:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '3s'")
            work.progress(0, 1, "inside")
            time.sleep(work.params["pause"])


@jobs.handler("tests_stuck")
def stuck(work):
    """The first claim stays in foreign code that lets no other thread of the process run."""
    if work.job.fence == 1:
        ctypes.PyDLL(None).sleep(3600)
