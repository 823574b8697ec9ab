"""Rows whose every text and number carries a canary, made from the models themselves: a new model joins by itself.

Each row is written past the triggers (constraints and keys hold), because half of these states no service would make.
"""

import re
import uuid
from decimal import Decimal
from itertools import count

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import connection, models
from django.utils import timezone

from accounts.models import AuditEntry, Invitation, Role, User
from accounts.tenancy import SHARED, register
from ratecards.models import (
    CardAssignment,
    CardGrant,
    CardPrivate,
    Carrier,
    ProfitRule,
    RateCard,
    Revision,
    RevisionPrivate,
)
from resellers.models import Company, CompanyClosure, CompanyGrant, CompanyNote, Customer
from tests import factories
from tests.roles import as_owner

# A word of no time zone, a number of no price: Atlantic/Canary is on every form.
SIGN = re.compile(r"kanarie|731\.?947|CNRY-|73\.19\.47|\bXQZ\b", re.IGNORECASE)
MOMENT = timezone.now()  # one for all: what begins and ends at once is in order
NUMBER, UNITS = 731_947_000, 73_194_700  # the second is the price 0.731947 in price units
IDENTITY = (EmailAddress, UserSession, Authenticator)
DERIVED = {CompanyClosure, CompanyGrant, CardGrant, User.groups.through}  # keys alone, written by the database

# What no general value fits: {model.field: value of the n-th row}.
SPECIAL = {
    "RateCard.code": lambda n: f"CNRY-{n:04}",
    "RateCard.kind": lambda n: RateCard.CUSTOMER,
    "RateCard.public_name": lambda n: f"kanarie card {n}",
    "RateCard.capped_rate": lambda n: Decimal("731.947"),
    "RateCard.source_countries": lambda n: "",
    "RateCard.destination_countries": lambda n: "",
    "DraftRow.prefix": lambda n: f"731947{n}",
    "ProfitRule.match": lambda n: f"^731947{n}",
    "ProfitRule.prefix_set": lambda n: None,  # a rule has a match or a set
    "ProfitRule.connect": lambda n: Decimal("731.947"),
    "ProfitRule.mcd": lambda n: 1, "ProfitRule.pulse": lambda n: 1,
    "ProfitRule.value": lambda n: Decimal("731947.5"),
    "DraftRow.mcd": lambda n: 1, "DraftRow.pulse": lambda n: 1, "DraftRow.grace": lambda n: 0,
    "Role.audience": lambda n: Role._meta.get_field("audience").choices[1][0],  # the master's, which no reseller sees
}  # fmt: skip
TYPES = {  # field type: value of the n-th row; the first that fits
    models.EmailField: lambda field, n: f"kanarie{n}@example.test",
    models.UUIDField: lambda field, n: uuid.UUID(f"73194700-0000-4000-8000-{n:012}"),
    models.GenericIPAddressField: lambda field, n: "73.19.47.1",
    models.JSONField: lambda field, n: {"kanarie": f"kanarie {n}"},
    models.BinaryField: lambda field, n: f"kanarie{n:010}".encode(),
    models.DecimalField: lambda field, n: Decimal("731947.25"),
    models.BooleanField: lambda field, n: bool(field.has_default() and field.get_default()),
    models.DateTimeField: lambda field, n: None if field.null else MOMENT,
    models.SmallIntegerField: lambda field, n: 1,
    models.PositiveSmallIntegerField: lambda field, n: 1,
    models.BigIntegerField: lambda field, n: UNITS,
    models.IntegerField: lambda field, n: NUMBER + n,
    models.TextField: lambda field, n: f"kanarie {field.name} {n}",
    models.CharField: lambda field, n: f"kanarie {field.name} {n}"[: field.max_length],
}


def every_model() -> list[type[models.Model]]:
    """What is planted: all that somebody could read, but what everybody may."""
    private = [model for model, table in register.tables.items() if table.reach != SHARED or table.shared]
    return [*private, *IDENTITY]


class Planted:
    """One company's row of every table, each made when it is asked for or another one needs it."""

    def __init__(self, company: Company, viewer: User, numbers):
        self.rows, self.numbers = {Company: company}, numbers
        self.viewer = viewer
        for model in every_model():
            if model not in DERIVED | {CompanyNote}:
                self.row(model)

    def row(self, model):
        if model not in self.rows:
            number = next(self.numbers)
            values = {field.name: self.value(model, field, number) for field in model._meta.concrete_fields
                      if not field.generated}  # fmt: skip
            self.rows[model] = model(**values)
            self.rows[model].save(force_insert=True)
        return self.rows[model]

    def value(self, model, field, number: int):
        name = f"{model.__name__}.{field.name}"
        if name in SPECIAL:
            return SPECIAL[name](number)
        if name == "SupportAccess.viewer":
            return self.viewer
        if name == "AuditEntry.company":
            return self.rows[Company].pk
        if field.remote_field:
            return self.row(field.related_model)
        if field.primary_key:
            return NUMBER + number
        if field.choices:
            return field.get_default() if field.has_default() else field.choices[0][0]
        if field.name == "currency":
            return "XQZ"
        make = next((make for kind, make in TYPES.items() if isinstance(field, kind)), None)
        return make(field, number) if make else field.get_default()


def plant(world) -> dict:
    """A reseller Z and the carrier's own hidden facts, full of canaries; Z joins the world under the key "z".

    Returns {model: its row of Z}.
    """
    numbers = count(1)
    with as_owner():
        company = factories.CompanyFactory(pk=NUMBER, name="kanarie company", email="kanarie@example.test", currency="XQZ",
                                           time_zone="kanarie", parent=world.companies.master)  # fmt: skip
        company.refresh_from_db()
        with unguarded():
            mine = Planted(company, world.admin, numbers).rows
            mine[User].groups.add(company.tenant_group, world.roles.readers.group)
            Planted(world.companies.master, world.a_admin, numbers)
            hide(world, company)
    join(world, mine)
    return mine


class unguarded:  # noqa: N801 (used as a function)
    """Inside: no trigger of ours fires. Around it every deferred law is asked."""

    def __enter__(self):
        self.switch("DISABLE")

    def __exit__(self, *error):
        if error == (None, None, None):
            self.switch("ENABLE")

    def switch(self, word: str):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for model in register.tables:
                cursor.execute(f'ALTER TABLE "{model._meta.db_table}" {word} TRIGGER USER')
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def hide(world, company: Company) -> None:
    """What the carrier knows and reseller A does not: its own name and people, and the private side of A's card."""
    master, assigned = world.companies.master, world.cards["Private wholesale a"]
    Company.objects.filter(pk=master.pk).update(name="kanarie carrier", email="kanarie0@example.test", currency="XQZ")
    for user in User.objects.filter(company=master, pk__lt=NUMBER):
        User.objects.filter(pk=user.pk).update(name=f"kanarie {user.pk}", email=f"kanarie.{user.pk}@example.test")
    CardPrivate.objects.filter(card=assigned).update(name="kanarie wholesale", notes="kanarie notes")
    RevisionPrivate.objects.filter(revision__card=assigned).update(
        source="kanarie.csv", build_key="kanarie", report={"kanarie": "731947"}, refused=NUMBER, waived_by="kanarie"
    )
    for about in (world.companies.a, company):
        CompanyNote.objects.update_or_create(company=about, defaults={"owner": master, "text": "kanarie note"})
    AuditEntry.objects.filter(company=world.companies.a.pk).update(
        actor_label="kanarie", reason="kanarie", request_id="kanarie"
    )


def join(world, rows: dict) -> None:
    """Let the route table find Z's objects as it finds those of A and B."""
    by_name = {model.__name__: row for model, row in rows.items()}
    card = by_name["RateCard"]
    world.companies.z, world.z_admin, world.z_reader = by_name["Company"], by_name["User"], by_name["User"]
    world.customers["z_0"], world.invitations["z"], world.jobs["z"] = (
        by_name["Customer"],
        by_name["Invitation"],
        by_name["Job"],
    )
    world.cards["Private retail z"], world.rules[card.pk] = card, by_name["ProfitRule"]
    world.sets["z"] = by_name["PrefixSet"]


def ids(rows: dict) -> list[str]:
    """The keys of everything of Z that a field of a form could point at."""
    pointed = (Company, User, Role, Invitation, Customer, Carrier, RateCard, CardAssignment, Revision, ProfitRule)
    return [str(rows[model].pk) for model in pointed]
