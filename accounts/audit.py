"""One function for what is not the change of a row: login, denied, export, build, activate.

Changes of rows are recorded by triggers. In a unit that only reads, the record is written after it, as the login role.
"""

import json
from ipaddress import ip_address

import structlog
from django.db import connection

from accounts import acl


def record(action: str, *, request=None, actor=None, thing=None, company=None, label="", changes=None, reason="",
           result="ok"):  # fmt: skip
    """Append one event to the trail, in the transaction of what it tells of wherever that may write.

    `thing` is the row it is about (its table, key and words are noted), `company` the id of the company whose row it is.
    A refusal is written after the unit: its own transaction is rolled back.
    """
    entry = {
        "action": action, "actor": actor.pk if actor else None, "label": label or (str(thing) if thing else ""),
        "table": thing._meta.db_table if thing else "", "row": str(thing.pk) if thing else "", "company": company,
        "changes": changes or {}, "reason": reason, "result": result,
    }  # fmt: skip
    if visit := getattr(request, "visit", None):
        entry["real_actor"] = visit.viewer.pk
    unit = acl.current()
    if unit is not None and (unit.read_only or result != "ok"):
        if request is None:
            raise ValueError("a unit that reads or refuses can record only with its request")
        request.afterwards.append(entry | {"actor": unit.actor_id, "real_actor": unit.real_id} | where(request))
        return
    write(entry | (where(request) if request is not None else {}))


def where(request) -> dict:
    """From where a request comes, as the trail can hold it: an address or nothing, the id that the log has too."""
    try:
        address = str(ip_address(request.META.get("REMOTE_ADDR", "")))
    except ValueError:  # a socket, an interface name
        address = ""
    request_id = structlog.contextvars.get_contextvars().get("request_id", "")
    return {"address": address.partition("%")[0], "request_id": str(request_id).replace("\0", "")[:64]}


def write(entry: dict) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT acl.record(%s)", [json.dumps(entry, default=str).replace("\\u0000", "")])


def flush(request) -> None:
    """Write what a read-only unit left behind, now that it is closed."""
    for entry in request.afterwards:
        write(entry)
    request.afterwards.clear()
