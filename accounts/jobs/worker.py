"""The process that does jobs: the task library's own loop, a sweep beside it, and a clean end."""

import faulthandler
import logging
import os
import sys
import threading
import time
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connections
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from accounts.jobs.queue import sweep
from accounts.jobs.work import HEARTBEAT, hung, stopping

log = logging.getLogger(__name__)
LOOK = 0.5  # seconds between two looks into an empty queue
SWEEP = 5  # seconds between two sweeps
KEPT = timedelta(days=7)  # wake-ups; what became of the work stands in the job


class Worker(db_worker.Worker):
    """Ends at once when idle; a running job hands over at its next step and is taken up by another worker."""

    def shutdown(self, signum, frame):
        stopping.set()
        super().shutdown(signum, frame)


def work(*, once: bool = False) -> None:
    """Do jobs until a signal ends the process; `once`: until none is left. Outlives a restart of the database."""
    worker = Worker(
        queue_names=["default"], excluded_queue_names=[], interval=LOOK, batch=once, backend_name="default",
        startup_delay=False, max_tasks=None, worker_id=get_random_string(32),
    )  # fmt: skip
    worker.configure_signals()
    threading.Thread(target=begin_anew_when_hung, name="hung", daemon=True).start()
    if once:
        sweep()
    else:
        threading.Thread(target=sweep_now_and_then, name="sweep", daemon=True).start()
    while worker.running:
        try:
            return worker.run()
        except (DatabaseError, InterfaceError):
            log.exception("the worker lost the database and looks for it again")
            connections.close_all()
            time.sleep(1)


def begin_anew_when_hung() -> None:
    """The thread of a job that hangs cannot be ended, so the process is: under its number a new one does other work.

    Its transaction ends with its connection; where it hung stands in the log. In foreign code that lets no thread run it
    stops this one too: then the interpreter's own watchdog ends the process, and a supervisor has to start another.
    """
    while not hung.wait(HEARTBEAT):
        faulthandler.dump_traceback_later(settings.JOB_STALL_SECONDS, exit=True)
    faulthandler.dump_traceback()
    if stopping.is_set():
        os._exit(1)
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def sweep_now_and_then() -> None:
    """The sweep's thread, with a connection of its own: at the start and every few seconds, until the process ends."""
    pause = 0
    while not stopping.wait(pause):
        pause = SWEEP
        try:
            close_old_connections()
            sweep()
            DBTaskResult.objects.filter(enqueued_at__lt=timezone.now() - KEPT).exclude(status="READY").delete()
        except (DatabaseError, InterfaceError):
            log.exception("no sweep")
            connections.close_all()
