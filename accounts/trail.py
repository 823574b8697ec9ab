"""The trail as people read it: words for tables and fields, who acted in whose name, what was before and after."""

from dataclasses import dataclass

from django.apps import apps
from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse

from accounts import access
from accounts.models import AuditEntry, User

# The values of an indexed column, one index probe for each: DISTINCT would read the whole trail.
VALUES = """
    WITH RECURSIVE t AS (
        (SELECT {column} AS v FROM accounts_auditentry ORDER BY {column} LIMIT 1)
        UNION ALL
        SELECT (SELECT {column} FROM accounts_auditentry WHERE {column} > t.v ORDER BY {column} LIMIT 1) FROM t WHERE t.v IS NOT NULL
    ) SELECT v FROM t WHERE v > ''
"""


def entries(user) -> QuerySet:
    """The entries a user may read, with the name of the company (`company_name`) and of who was behind (`real_label`)."""
    companies = User._meta.get_field("company").related_model.objects.filter(pk=OuterRef("company"))
    people = User.objects.filter(pk=OuterRef("real_actor"))
    return access.visible(user, AuditEntry, "audit.view").annotate(
        company_name=Subquery(companies.values("name")), real_label=Subquery(people.values("email"))
    )


def entry_or_404(user, pk: int) -> AuditEntry:
    access.get_or_404(user, AuditEntry, "audit.view", pk=pk)
    return entries(user).get(pk=pk)


def actions() -> list[tuple[str, str]]:
    return [(value, value.replace("_", " ").capitalize()) for value in values("action")]


def tables() -> list[tuple[str, str]]:
    return sorted(((value, table_words(value)) for value in values("table")), key=lambda pair: pair[1])


def values(column: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(VALUES.format(column=connection.ops.quote_name(column)))
        return [value for (value,) in cursor.fetchall()]


def model_of(table: str):
    return next((model for model in apps.get_models(include_auto_created=True) if model._meta.db_table == table), None)


def table_words(table: str) -> str:
    """A table in the words of its model: ratecards_cardassignment is "Card assignment"."""
    model = model_of(table)
    if model and model._meta.auto_created:
        return f"{model._meta.auto_created._meta.verbose_name} groups".capitalize()
    return str(model._meta.verbose_name).capitalize() if model else table


def who(entry) -> str:
    """The actor, and who really was behind when support looked through his eyes."""
    if entry.real_actor and entry.real_actor != entry.actor:
        return f"{entry.real_label or entry.real_actor} as {entry.actor_label or entry.actor}"
    return entry.actor_label or ("database" if entry.actor is None else str(entry.actor))


def thing(entry) -> str:
    """The row that an entry is about, as people know it: of a group that only the database calls by name, whose it is."""
    if entry.table == User.groups.through._meta.db_table:
        if entry.label.startswith("tenant:"):
            return f"Everybody of {entry.company_name or 'a company'}"
        return entry.label.removeprefix("role:")
    return entry.label or entry.row


@dataclass(frozen=True)
class Difference:
    """One field: its name in words and what it held before and after; None where there was no row."""

    field: str
    before: object
    after: object


def differences(entry) -> list[Difference]:
    """Field by field, in the order of the model; what was recorded without a before stands as after."""
    model = model_of(entry.table)
    words = {f.column: str(f.verbose_name).capitalize() for f in model._meta.concrete_fields} if model else {}
    order = {column: place for place, column in enumerate(words)}
    found = []
    for name in sorted(entry.changes, key=lambda name: (order.get(name, len(order)), name)):
        value = entry.changes[name]
        before, after = value if isinstance(value, list) and len(value) == 2 else (None, value)
        found.append(Difference(words.get(name, name.replace("_", " ").capitalize()), before, after))
    return found


def address_of(entry) -> str:
    return reverse("accounts:audit_detail", args=[entry.pk])
