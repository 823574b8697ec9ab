"""Setup > Information > Audit Log: who did what, and what it changed."""

from django.shortcuts import render
from django.utils.timezone import localtime

from accounts import access, lists, trail
from accounts.filters_information import AuditFilter
from accounts.grids_information import AuditTable

HELP = """Every change of a row is recorded by the database itself, raw SQL included, with each field before and after.
Logins, refusals, exports and looks through somebody's eyes are recorded beside them.
Nobody can change or delete an entry."""


@access.screen("audit.view")
def audit_list(request):
    return lists.listing(request, "accounts/audit_list.html", AuditTable, trail.entries(request.user), AuditFilter,
                         title="Audit log", help=HELP)  # fmt: skip


@access.screen("audit.view")
def audit_detail(request, pk):
    entry = trail.entry_or_404(request.user, pk)
    facts = [
        ("When", f"{localtime(entry.at):%Y-%m-%d %H:%M:%S %Z}"), ("Who", trail.who(entry)), ("Action", entry.action.replace("_", " ")),
        ("Table", trail.table_words(entry.table) if entry.table else None), ("Primary key", entry.row or None),
        ("Record", trail.thing(entry) if entry.label else None), ("Company", entry.company_name or entry.company), ("Address", entry.address),
        ("Request", entry.request_id or None), ("Reason", entry.reason or None), ("Result", entry.result),
    ]  # fmt: skip
    title = f"{entry.action.replace('_', ' ').capitalize()} {trail.thing(entry)}".strip()
    return render(request, "accounts/audit_detail.html",
                  {"title": title, "facts": facts, "entry": entry, "differences": trail.differences(entry)})  # fmt: skip
