"""How a screen asks a service: in a savepoint, and what is refused goes back to the field it is about.

A form that changes a row carries what it showed, so that nobody undoes a change he has not seen.
"""

import hashlib
import json

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404

from accounts import acl

SEEN = "seen"
STALE = "Somebody changed this meanwhile: look at it again. Nothing is saved; open the page anew to see what it is now."


def saved(form, service, *args, refusals: dict[str, tuple[str | None, str]] | None = None, **values):
    """The service's result, or None with the reason in the form's errors; then nothing was written.

    `refusals` is {constraint: (field, words)}; any other law of the database answers with its own hint, and one
    without a hint is a fault and raises.
    """
    try:
        with transaction.atomic():
            result = service(*args, **values)
            acl.settle()
            return result or True
    except ValidationError as error:
        for field, words in getattr(error, "error_dict", {None: error}).items():
            form.add_error(field if field in form.fields else None, words)
    except IntegrityError as error:
        field, words = (refusals or {}).get(acl.constraint_of(error), (None, acl.hint_of(error)))
        if not words:
            raise
        form.add_error(field, words)
    return None


def done(request, words: str, service, *args, **values):
    """For a button without a form: `words` as message and the service's result, or its reason as message and None."""
    try:
        with transaction.atomic():
            result = service(*args, **values)
            acl.settle()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return None
    messages.success(request, words)
    return result or True


def locked(thing):
    """The row as it is now, nobody else's until the unit ends; 404 when it has gone. For a POST, before `watched`."""
    row = thing._meta.model._default_manager.select_for_update(of=("self",)).filter(pk=thing.pk).first()
    if row is None:
        raise Http404(f"no {thing._meta.verbose_name} any more")
    return row


def watched(form):
    """Let a form carry a digest of its initial values, and refuse it when they are others by now.

    The last step before `is_valid`, after every field has its choices; the initial values of a POST are of a `locked`
    row. A form without the digest is refused too: nobody knows what its sender saw.
    """
    now = digest(form.initial)
    form.fields[SEEN] = forms.CharField(initial=now, required=False, widget=forms.HiddenInput)
    if hasattr(form, "helper"):
        form.helper.render_hidden_fields = True
    if form.is_bound:
        form.full_clean()
        if form.cleaned_data.pop(SEEN, None) != now:
            form.add_error(None, STALE)
    return form


def digest(values: dict) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=plain).encode()).hexdigest()


def plain(value):
    return sorted(row.pk for row in value) if isinstance(value, QuerySet) else str(value)


def answer_status(form) -> int:
    """422 for a form that was refused, 200 for one that is shown."""
    return 422 if form.is_bound else 200
