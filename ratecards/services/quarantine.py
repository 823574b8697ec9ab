"""Imported lists that differ too much from the active one: they are held until somebody releases them by name."""

from django.core.exceptions import ValidationError

from accounts import audit
from ratecards.models import Revision
from ratecards.services.guard import refusals, require
from ratecards.services.revisions import held


def release_revision(revision: Revision, *, actor, reason: str) -> Revision:
    """Let a revision that an import held go live, by name and with a reason. Right: activate.

    Raises ValidationError without a reason, and where nothing is held.
    """
    require(actor, revision.card, "activate")
    if not reason.strip():
        raise ValidationError({"reason": "Say why these prices are right: it stands in the audit log."})
    with refusals():
        private = held(revision).private
        if not private.held or private.released_by:
            raise ValidationError("This revision is not in quarantine.")
        private.released_by = actor.email
        private.save(update_fields=["released_by"])
        audit.record(
            "release", thing=revision, company=revision.owner_id, reason=reason, changes={"held": private.held}
        )
    return revision
