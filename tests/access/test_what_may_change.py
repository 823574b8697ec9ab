"""What a service changes, the roles may update: of every field somebody decided whether it ever changes."""

import pytest

from accounts.tenancy import register
from ratecards.models import CardPrivate, Carrier, DraftRow, ProfitRule, RateCard
from ratecards.services import cards, drafts, rules
from resellers.models import Customer
from resellers.services import imported

SERVICES = [
    (RateCard, cards.PUBLIC),
    (CardPrivate, cards.PRIVATE),
    (Carrier, cards.CARRIER),
    (ProfitRule, (*rules.FIELDS, "position")),
    (DraftRow, (*drafts.FIGURES, "removed")),
    (Customer, imported.FIELDS),
]

# Beside keys and the moment of making: what stays as it was written, or is written by the database's functions alone.
NEVER = {
    "User": {"password", "last_login", "is_superuser", "email", "company", "is_staff"},
    "Role": {"audience"},
    "AreaAccess": {"role", "area"},
    "Invitation": {"email", "name", "company", "role", "is_staff", "time_zone", "digest", "invited_by", "expires_at",
                   "accepted_at"},
    "Job": {"key", "kind", "subject", "about", "company", "actor", "params", "result", "kept", "done", "total", "note", "attempts",
            "fence", "started_at", "finished_at"},
    "Company": {"parent", "is_master", "search_name", "shut_by", "tenant_group"},
    "CompanyNote": {"owner"},
    "Customer": {"company", "search_name", "currency"},
    "CustomerTemplate": {"owner", "name", "header"},
    "Carrier": {"owner"},
    "RateCard": {"code", "owner", "kind"},
    "CardPrivate": {"owner"},
    "CardAssignment": {"card", "owner", "company", "started_at"},
    "CardParent": {"card", "owner", "assignment"},
    "ProfitRule": {"card", "owner"},
    "PrefixSet": {"owner"},
    "Revision": {"card", "owner", "number"},
    "RevisionPrivate": {"owner", "recipe", "planned"},
    "ImportTemplate": {"owner", "name"},
    "DraftRow": {"revision", "card", "owner", "prefix"},
}  # fmt: skip
CHANGING = {table.model.__name__: table for table in register.tables.values() if table.update}


@pytest.mark.parametrize("name", sorted(CHANGING))
def test_a_field_can_be_updated_or_never_changes(name):
    table = CHANGING[name]
    fields = [
        field for field in table.model._meta.concrete_fields if not field.primary_key and field.name != "created_at"
    ]
    assert {field.name for field in fields if field.column not in table.update} == NEVER.get(name, set())


@pytest.mark.parametrize(("model", "fields"), SERVICES, ids=lambda value: getattr(value, "__name__", ""))
def test_what_a_service_changes_the_roles_may_update(model, fields):
    columns = {model._meta.get_field(name).column for name in fields}
    assert columns - set(register.of(model).update) == set()
