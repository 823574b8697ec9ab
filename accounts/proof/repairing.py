"""Repair as one transaction of the owner role, with its line in the trail."""

import json
from collections import Counter

from django.db import transaction

from accounts.proof.finding import Finding
from accounts.proof.kinds import findings, repair

ACTION = "repair_access"


def repaired(cursor) -> list[Finding]:
    """Put right what can be derived; all or nothing of it is committed, and the trail tells how much of each kind."""
    with transaction.atomic(using=cursor.db.alias):
        mended = repair(cursor)
        if mended:
            counts = Counter(found.kind for found in mended)
            left = Counter(found.kind for found in findings(cursor))
            entry = {"action": ACTION, "label": f"{len(mended)} findings of audit_access",
                     "changes": {kind: [count + left[kind], left[kind]] for kind, count in counts.items()}}  # fmt: skip
            cursor.execute("SELECT acl.record(%s)", [json.dumps(entry)])
    return mended
