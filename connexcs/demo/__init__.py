"""The demo world: a carrier, its suppliers and resellers, made by the services that the screens use.

Every step looks first whether its result is there, so a load that was killed is completed by the next one, and a
second load changes nothing.
"""

import contextlib

from django.conf import settings
from django.db import connections

from connexcs.demo.logins import Logins

LOCK = 7_246_813


def load_world() -> list[dict]:
    """Make the demo world in the database of the settings, if it is not there; who can log in, as a list of
    {"email", "password", "company", "role"}. Runs the jobs itself: no worker is needed.

    Raises Trouble where the database holds something else. Passwords are made at the first load and kept in the data
    folder. A few seconds for jobs that a killed load still holds under a lease.
    """
    folder = settings.DATA_DIR / "demo"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with alone():
        from connexcs.demo import cast, people

        logins = Logins(folder / "logins.json")
        admin = people.user(cast.ADMIN)
        if admin is None or logins.world != mark(admin):
            from connexcs.demo import story

            logins.finish(mark(story.tell(logins, folder)))
        names = {"tamarind": cast.MASTER_NAME} | {firm.key: firm.name for firm in cast.FIRMS}
        return [{"email": one.email, "password": logins.passwords[one.email], "company": names[one.firm], "role": one.role}
                for one in cast.PEOPLE]  # fmt: skip


def mark(admin) -> str:
    """Differs for every world: the instant at which its first administrator came to be."""
    return admin.created_at.isoformat()


@contextlib.contextmanager
def alone():
    """One load at a time, whoever else starts one: the lock goes with the connection, so a killed load holds none."""
    connection = connections["owner"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
