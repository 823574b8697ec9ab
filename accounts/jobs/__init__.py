"""Long work outside of requests: imports, builds, exports, transfers, bulk actions.

    @jobs.handler("import_rates")          in <app>/jobs.py; found by itself
    def run(work: jobs.Work) -> None:
        with work.unit():                  one transaction as the actor, refused when the claim is lost
            ...
        work.keep({...})                   inside a unit: how far the work is, for the next attempt
        work.progress(done, total, "note") in memory; shown by the heartbeat
        work.finish({"url": "/…"})         kept with the job; `url` becomes the link of its page

    jobs.start("import_rates", actor=user, subject="Retail USD", about=card.code, card=7)     in the current unit of work

A job may run again from its beginning (a killed worker, a lost connection), so a handler repeats without harm: units
are chunks that replace what an earlier attempt left. `Refused` ends a job with words for the user.
"""

from accounts.jobs import access_proof  # noqa: F401  (declares its handler)
from accounts.jobs.asked import digest, open_job, open_jobs
from accounts.jobs.queue import may_retry, retry, start, sweep
from accounts.jobs.runner import handler, run_now
from accounts.jobs.work import Lost, Refused, Work

__all__ = [
    "Lost",
    "Refused",
    "Work",
    "digest",
    "handler",
    "may_retry",
    "open_job",
    "open_jobs",
    "retry",
    "run_now",
    "start",
    "sweep",
]
