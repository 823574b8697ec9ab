"""One lock around who may do what: groups, their users, active or not, and the invitations that rest on all this."""

from django.db import connection

from accounts import acl


def hold(*, alone=True) -> None:
    """Let nobody change anybody's standing until this transaction ends; then both locks are asked anew.

    Who changes a standing holds it `alone`, who only relies on one shares it. It comes before the lock of any row, so
    that two people wait for each other here and nowhere else.
    """
    lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}(hashtext('accounts.standing'))")
    if unit := acl.current():
        unit.ask_anew()
