"""Customers as files, a batch at a time, to whoever may have them at the moment that each batch is sent."""

from collections.abc import Callable, Iterator

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from accounts import access, acl, audit
from accounts.grids import reaches_several
from resellers.models import Customer
from resellers.sheets import writing

BATCH = 2_000  # customers in one unit of work
RIGHT = "customer.update"
Narrow = Callable[[QuerySet], QuerySet]


def export(form: str, narrow: Narrow, *, actor, request) -> Iterator[bytes]:
    """Record the export, then return the file in pieces, to be sent after the request's unit ended. Right: update.

    `form` is of writing.FORMATS; `narrow(customers)` keeps those of the list. Every batch is a unit of work of its own
    that asks again, so that a right taken away ends a running download: it breaks off and is never a complete-looking part.
    """
    rows = chosen(actor, narrow).count()
    label = f"{rows} customers" if rows != 1 else "1 customer"
    audit.record("export", request=request, actor=actor, company=actor.company_id, label=label,
                 changes={"rows": rows, "format": form})  # fmt: skip
    return writing.pieces(form, batches(actor, narrow), companies=reaches_several(actor))


def chosen(actor, narrow: Narrow) -> QuerySet:
    if not access.may(actor, RIGHT):
        raise PermissionDenied(f"needs {RIGHT}")
    return narrow(access.visible(actor, Customer, RIGHT))


def batches(actor, narrow: Narrow) -> Iterator[list]:
    """The customers in the order of the list, each batch beginning behind the last one's end: a statement a batch."""
    batch: list = []
    while True:
        with acl.acting_as(actor, read_only=True):
            rows = chosen(actor, narrow).order_by("search_name", "id")
            if batch:
                name, pk = batch[-1].search_name, batch[-1].pk
                rows = rows.filter(search_name__gte=name).exclude(search_name=name, pk__lte=pk)
            batch = list(rows.values_list(*writing.VALUES, "search_name", "pk", named=True)[:BATCH])
        if batch:
            yield batch
        if len(batch) < BATCH:
            return
