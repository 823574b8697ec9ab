"""Run as a program on a database of its own: somebody invites while somebody else takes that right from him.

Prints for either order how many links of the inviter are open at the end.
"""

from threading import Event, Thread

import django

django.setup()

from django.core.exceptions import ValidationError  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from accounts import access, acl  # noqa: E402
from accounts.areas import AREAS, MASTER  # noqa: E402
from accounts.models import Invitation, User  # noqa: E402
from accounts.services.groups import make_group  # noqa: E402
from accounts.services.invitations import PENDING, invite_user  # noqa: E402
from accounts.services.users import set_groups  # noqa: E402
from connexcs.database import as_owner  # noqa: E402
from resellers.models import Company  # noqa: E402


def make():
    with as_owner(), transaction.atomic():
        company = Company.objects.create(name="Carrier", email="office@example.test", is_master=True)
        everything = make_group(name="All", audience=MASTER, areas={area: one.boxes for area, one in AREAS.items()})
        inviting = make_group(name="Inviting", audience=MASTER, areas={"user": ("create", "read", "update")})
        reading = make_group(name="Reading", audience=MASTER, areas={"user": ("read",)})
        people = []
        for name, group in (("boss", everything), ("inviter", inviting)):
            people.append(User.objects.create(email=f"{name}@example.test", name=name, password="!", company=company))
            people[-1].groups.add(group.group)
    return *people, inviting, reading


def act(actor, what, ready: Event, go: Event):
    """One unit of work: let in, does it, says so, and commits when told."""
    try:
        with acl.acting_as(actor):
            access.rights_of(actor)
            what()
            ready.set()
            go.wait()
    except ValidationError:
        pass
    finally:
        connection.close()


def waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return cursor.fetchone()[0]


def race(first, second):
    """`second` acts while `first` has acted and not committed: it ends, or it waits for the first."""
    acted, go, at_once = Event(), Event(), Event()
    at_once.set()
    one = Thread(target=act, args=(*first, acted, go))
    two = Thread(target=act, args=(*second, Event(), at_once))
    one.start()
    acted.wait()
    two.start()
    while two.is_alive() and not waiting():
        pass
    go.set()
    one.join()
    two.join()


if __name__ == "__main__":
    boss, inviter, inviting, reading = make()
    new = {"company": inviter.company, "role": inviting, "email": "n@example.test", "name": "N"}
    invite = inviter, lambda: invite_user(actor=inviter, **new)
    demote = boss, lambda: set_groups(User.objects.get(pk=inviter.pk), [reading], actor=boss)
    for first, second in ((invite, demote), (demote, invite)):
        with as_owner():
            Invitation.objects.update(withdrawn_at="2000-01-01T00:00:00Z")
            inviter.groups.add(inviting.group)
            inviter.groups.remove(reading.group)
        race(first, second)
        with as_owner():
            names = inviter.groups.filter(role__isnull=False).values_list("role__name", flat=True)
            print("open links:", Invitation.objects.filter(PENDING).count(), *names)
