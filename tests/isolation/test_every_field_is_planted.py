"""The canaries sit in every field of every table that somebody could read: a new field joins or is excused by name."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tests.planting import DERIVED, SIGN, every_model
from tests.roles import as_owner

# Fields of these kinds are the same in every tenant, or too short to be told from others' in a page.
PLAIN = (
    models.BooleanField,
    models.DateTimeField,
    models.SmallIntegerField,
    models.PositiveSmallIntegerField,
    ArrayField,
)
EXCUSED = {
    "DraftRow.mcd": "seconds, bounded to a few digits",
    "DraftRow.pulse": "seconds, bounded to a few digits",
    "DraftRow.grace": "seconds, bounded to a few digits",
    "ProfitRule.mcd": "seconds, bounded to a few digits",
    "ProfitRule.pulse": "seconds, bounded to a few digits",
    "RateCard.source_countries": "codes of two letters, as they stand in many words",
    "RateCard.destination_countries": "codes of two letters, as they stand in many words",
}


def told_by(field) -> bool:
    """Whether a value of this field could tell something of its tenant."""
    return not (field.remote_field or field.choices or isinstance(field, PLAIN))


def bare_fields(model) -> set[str]:
    """The fields in which no row of the table has a canary."""
    fields = [field for field in model._meta.concrete_fields if told_by(field)]
    rows = list(model._base_manager.values(*[field.attname for field in fields]))
    return {
        f"{model.__name__}.{field.name}"
        for field in fields
        if not any(SIGN.search(shown(row[field.attname])) for row in rows)
    }


def test_every_table_has_a_canary_in_every_field(planted):
    with as_owner():
        bare = set().union(*(bare_fields(model) for model in every_model() if model not in DERIVED))
    assert bare == set(EXCUSED)


def shown(value) -> str:
    return bytes(value).decode(errors="replace") if isinstance(value, bytes | memoryview) else str(value)


def test_what_is_derived_has_nothing_to_tell():
    for model in DERIVED:
        told = [field.name for field in model._meta.concrete_fields if told_by(field) and not field.primary_key]
        assert told in ([], ["depth"]), model
