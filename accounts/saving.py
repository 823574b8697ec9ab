"""How a screen asks a service: in a savepoint, and what is refused goes back to the field it is about."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts import acl


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
        form.add_error(None, error)
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


def answer_status(form) -> int:
    """422 for a form that was refused, 200 for one that is shown."""
    return 422 if form.is_bound else 200
