"""Every constraint and trigger that our models declare, and what of the database's own makes uniques and references."""

from django.apps import apps
from django.db import models

from accounts import tenancy
from accounts.constraints import CompositeForeignKey
from resellers.models import Company


def our_models() -> list[type[models.Model]]:
    """The models of our apps, proxies that carry triggers and the generated table of users' groups included."""
    return [model for app in tenancy.APPS for model in apps.get_app_config(app).get_models(include_auto_created=True)]


def constraints() -> dict[str, models.constraints.BaseConstraint]:
    return {one.name: one for model in our_models() for one in model._meta.constraints}


def triggers() -> dict[str, list[str]]:
    """{name of a trigger: the tables that carry one of that name}."""
    found: dict[str, list[str]] = {}
    for model in our_models():
        for one in getattr(model._meta, "triggers", []):
            found.setdefault(one.name, []).append(model._meta.db_table)
    return found


def companies_of(model) -> set[str]:
    """The fields of a model that name a company."""
    return {field.name for field in model._meta.concrete_fields if field.related_model is Company}


def composite_keys(model) -> list[CompositeForeignKey]:
    return [one for one in model._meta.constraints if isinstance(one, CompositeForeignKey)]


def tenant_references(model) -> list[models.ForeignKey]:
    """The keys of a tenant's model that lead to a row which itself belongs to a company."""
    if not companies_of(model) or model._meta.proxy:
        return []
    return [field for field in model._meta.concrete_fields
            if field.related_model not in (None, Company) and companies_of(field.related_model)]  # fmt: skip


def choice_checks() -> dict[str, tuple[type[models.Model], list[str]]]:
    """{name of a CHECK that only lists values: (model, its fields)}."""
    found = {}
    for model in our_models():
        for one in model._meta.constraints:
            if isinstance(one, models.CheckConstraint) and all(
                isinstance(part, tuple) and part[0].endswith("__in") for part in one.condition.children
            ):
                found[one.name] = (model, [part[0].removesuffix("__in") for part in one.condition.children])
    return found
