"""Run as a program on a database of its own: two administrators deactivate each other at the same moment.

Prints for each round how many of them are still active.
"""

from threading import Barrier, Thread

import django

django.setup()

from django.core.exceptions import PermissionDenied, ValidationError  # noqa: E402
from django.db import connection  # noqa: E402

from accounts import access, acl  # noqa: E402
from accounts.areas import AREAS, MASTER  # noqa: E402
from accounts.models import User  # noqa: E402
from accounts.services.groups import make_group  # noqa: E402
from accounts.services.users import deactivate_user  # noqa: E402
from connexcs.database import as_owner  # noqa: E402
from resellers.models import Company  # noqa: E402

ROUNDS = 5


def make_two():
    from django.db import transaction

    with as_owner(), transaction.atomic():
        company = Company.objects.create(name="Carrier", email="office@example.test", is_master=True)
        role = make_group(
            name="Administrators", audience=MASTER, areas={area: one.boxes for area, one in AREAS.items()}
        )
        people = [
            User.objects.create(email=f"{n}@example.test", name=n, password="!", company=company) for n in ("x", "y")
        ]
        for person in people:
            person.groups.add(role.group)
    return people


def deactivate(actor, other, gate):
    try:
        with acl.acting_as(actor):
            access.rights_of(actor)  # both have been let in before either acts
            gate.wait()
            deactivate_user(User.objects.get(pk=other.pk), actor=actor)
    except (PermissionDenied, ValidationError):
        pass
    finally:
        connection.close()


if __name__ == "__main__":
    x, y = make_two()
    for _ in range(ROUNDS):
        with as_owner():
            User.objects.update(is_active=True)
        gate = Barrier(2)
        threads = [Thread(target=deactivate, args=(*pair, gate)) for pair in ((x, y), (y, x))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with as_owner():
            print(User.objects.filter(is_active=True).count())
