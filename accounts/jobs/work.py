"""One claim of one job, as its handler sees it: the actor's units of work, the progress, the lease behind them."""

import contextlib
import logging
import threading
import time
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection, connections, transaction
from django.db.models.functions import Now

from accounts import acl
from accounts.models import Job

log = logging.getLogger(__name__)
HEARTBEAT = 1  # seconds
LIMITS = ("600s", "120s", "30s")  # of a unit: one statement, the pause between two, a lock; wider than a request's
# KEY SHARE: the one lock that lets the heartbeat write the row and makes a claim, which locks FOR UPDATE, wait.
HOLD = """
    SELECT set_config('statement_timeout', %s, true), set_config('idle_in_transaction_session_timeout', %s, true),
           set_config('lock_timeout', %s, true)
    FROM accounts_job WHERE id = %s AND fence = %s AND state = 'running' FOR KEY SHARE
"""

HUNG = "The last attempt made no progress for {}."

stopping = threading.Event()  # this process was asked to end: every job hands over at its next step
hung = threading.Event()  # a job of this process made no progress and was given up: its thread may never come back


class Lost(Exception):
    """The claim is another worker's now, or this process ends: leave the handler, nothing more can be written."""


class Refused(Exception):
    """The job cannot be done; the text is shown to the user, so it names no path, no SQL and nobody else's row."""


def lease() -> timedelta:
    return timedelta(seconds=settings.JOB_LEASE_SECONDS)


class Work:
    """What a handler gets. `job` as claimed, `actor` the user in whose name and with whose rights it runs, `params`, and
    `kept`: how far an earlier attempt came (`keep`)."""

    def __init__(self, job: Job):
        self.job, self.actor, self.params = job, job.actor, job.params
        self.result: dict = {}
        self.lost = False
        self.kept = job.kept
        self.state = (job.done, job.total, job.note)

    def mine(self):
        """The row while this claim holds, as a queryset; empty for a stale claim."""
        return Job.objects.filter(pk=self.job.pk, fence=self.job.fence, state=Job.RUNNING)

    @contextlib.contextmanager
    def unit(self, *, read_only=False):
        """One transaction as the actor; raises Lost before anything is done when the claim is gone.

        The claim is locked first, as the login role: who wants to take the job over waits for the end of this
        transaction, so what a stale worker wrote can never be committed. A heartbeat passes that lock. Rights are read
        afresh; raises acl.NoScope when the actor's account or company was closed meanwhile.
        """
        before = self.kept
        try:
            with transaction.atomic():
                self.hold()
                with acl.acting_as(self.actor, read_only=read_only, request_id=f"job {self.job.key}") as unit:
                    yield unit
                if self.kept is not before:
                    self.mine().update(kept=self.kept)
        except BaseException:
            self.kept = before
            raise

    def hold(self) -> None:
        """Lock the claim until the transaction ends, so that a heartbeat passes and a takeover waits."""
        self.check()
        with connection.cursor() as cursor:
            cursor.execute(HOLD, [*LIMITS, self.job.pk, self.job.fence])
            self.lost = cursor.fetchone() is None
        self.check()

    def check(self) -> None:
        if self.lost or stopping.is_set():
            raise Lost

    def progress(self, done: int, total: int, note: str = "") -> None:
        """Say how far the work is; costs nothing, call it as often as you like. Raises Lost like `unit`."""
        self.check()
        self.state = (done, total, note[:200])

    def keep(self, values: dict) -> None:
        """Inside a unit: note how far the work is, as plain JSON values, in the transaction of what was done.

        The next attempt finds it in `kept`, and so does this one when the unit broke off: then as it was before.
        """
        self.kept = values

    def finish(self, result: dict) -> None:
        """Keep what the job's page shows at its end; written when the handler returns. Plain JSON values."""
        self.result = result

    # -- the lease -----------------------------------------------------------------------------------------------------

    def give_up(self) -> None:
        """End an attempt that hangs: its lease is over at once, and the next claim knows why."""
        minutes = f"{settings.JOB_STALL_SECONDS / 60:.3g} minutes"
        log.error("job %s: attempt %s made no progress for %s", self.job.pk, self.job.attempts, minutes)
        try:
            self.write(lease_until=Now(), error=HUNG.format(minutes))
        finally:
            self.lost = True
            hung.set()

    def write(self, **values) -> bool:
        """Change the job's row as this claim; False when the claim is lost."""
        done, total, note = self.state
        return bool(self.mine().update(done=done, total=total, note=note, **values))

    @contextlib.contextmanager
    def heartbeat(self):
        """Inside, a thread with a connection of its own renews the lease and shows the progress every second.

        An attempt of which neither progress nor what is kept moved for JOB_STALL_SECONDS is given up. Under an open transaction no other connection could see the claim, so there it does without.
        """
        if connection.in_atomic_block:
            yield
            return
        over = threading.Event()
        thread = threading.Thread(target=self.beat, args=[over], name=f"heartbeat {self.job.pk}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def beat(self, over: threading.Event) -> None:
        renewed = moved = time.monotonic()
        seen = self.state, self.kept
        while not self.lost and not over.wait(HEARTBEAT):
            asked = time.monotonic()
            if (self.state, self.kept) != seen:
                seen, moved = (self.state, self.kept), asked
            try:
                if asked - moved > settings.JOB_STALL_SECONDS:
                    self.give_up()
                else:
                    self.lost = not self.write(lease_until=Now() + lease())
                    renewed = asked
            except DatabaseError:
                log.warning("job %s: no heartbeat", self.job.pk, exc_info=True)
                connections.close_all()
                self.lost = self.lost or time.monotonic() - renewed > settings.JOB_LEASE_SECONDS
        connections.close_all()
