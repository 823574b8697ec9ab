"""Read from the models: a row names rows of its own company alone, and no unique tells of another company's."""

import pytest
from django.db import models

from tests.law.names import companies_of, composite_keys, our_models, tenant_references

# What may name a row of another company, and why.
ACROSS = {
    (
        "Invitation",
        "invited_by",
    ): "people of the companies above invite as well; the policy of inserting asks for one's own name",
    ("SupportAccess", "viewer"): "a person of the carrier; who may look at whom is asked by a function of the database",
}
# Uniques over all companies, and why nothing is told by them.
GLOBAL = {
    "user_email_unique": "the login name; whoever asks for a known one gets the neutral answer",
    "invitation_digest_unique": "the digest of a secret",
    "Job.key": "a random number", "SupportAccess.key": "a random number", "exchangerate_once_at_an_instant": "exchange rates are the master's",
    "ratecard_code_unique": "random; a taken one is tried again unseen",
    "company_one_master": "there is one", "Company.tenant_group": "made by the database",
    "role_name_unique": "groups are the master's", "areaaccess_one_row_per_area": "groups are the master's", "Role.group": "groups are the master's",
}  # fmt: skip
REFERENCES = [(model, field) for model in our_models() for field in tenant_references(model)]


@pytest.mark.parametrize(("model", "field"), REFERENCES, ids=[f"{m.__name__}.{f.name}" for m, f in REFERENCES])
def test_a_reference_to_a_companys_row_is_a_key_with_the_company(model, field):
    label = f"{field.related_model._meta.app_label}.{field.related_model.__name__}"
    tied = [
        key for key in composite_keys(model) if field.name in key.fields and key.to == label and len(key.fields) > 1
    ]
    assert tied or (model.__name__, field.name) in ACROSS
    assert not (tied and (model.__name__, field.name) in ACROSS), "no exception any more"


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model.__name__)
def test_a_composite_key_ends_at_the_owner(model):
    """Each chain of keys ties the row to a company of the row itself, directly or by the card that it hangs on."""
    for key in composite_keys(model):
        owned = set(key.fields) & companies_of(model)
        by_another = any(
            set(other.fields) & companies_of(model) and set(other.fields) & set(key.fields)
            for other in composite_keys(model)
        )
        assert owned or by_another, key.name


def uniques():
    for model in our_models():
        if model._meta.proxy or not (
            companies_of(model) or model._meta.app_label in ("accounts", "resellers", "ratecards")
        ):
            continue
        for one in model._meta.constraints:
            if isinstance(one, models.UniqueConstraint):
                fields = set(one.fields) | {name for part in one.expressions for name in names_in(part)}
                yield one.name, model, fields
        for field in model._meta.concrete_fields:
            if field.unique and not (field.primary_key and not field.remote_field):
                yield f"{model.__name__}.{field.name}", model, {field.name}
        for together in model._meta.unique_together:
            yield model.__name__, model, set(together)


def names_in(expression):
    if isinstance(expression, models.F):
        yield expression.name
    for source in getattr(expression, "get_source_expressions", list)():
        yield from names_in(source)


UNIQUES = list(uniques())


@pytest.mark.parametrize(("name", "model", "fields"), UNIQUES, ids=[name for name, _, _ in UNIQUES])
def test_a_unique_holds_within_one_company(name, model, fields):
    keyed = {field.name for field in model._meta.concrete_fields
             if field.related_model is not None and companies_of(field.related_model)}  # fmt: skip
    within = fields & (companies_of(model) | keyed | {"id"})
    assert bool(within) != (name in GLOBAL), (
        "state it in GLOBAL, with the reason" if not within else "no exception any more"
    )


def test_the_exceptions_are_of_what_there_is():
    assert set(GLOBAL) <= {name for name, _, _ in UNIQUES}
    assert set(ACROSS) <= {(model.__name__, field.name) for model, field in REFERENCES}
