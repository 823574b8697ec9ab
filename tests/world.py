"""The world of the tests: the master, resellers A (with a sub-reseller A1) and B, and one suspended; people in each.

Built by the owner role, once for each test process. `load()` gives fresh objects as attributes of one namespace.
"""

import functools
import pickle
from decimal import Decimal
from types import SimpleNamespace

from django.contrib.auth.models import Group
from django.db import transaction

from accounts import acl
from accounts.areas import AREAS, DEFAULT_RESELLER, MASTER, RESELLER
from accounts.models import AreaAccess, AuditEntry, Invitation, Job, Role, User
from ratecards.engine.numbers import UNITS
from ratecards.engine.table import Row, from_rows
from ratecards.models import CardAssignment, Carrier, ImportTemplate, PrefixSet, ProfitRule, RateCard
from ratecards.services import revisions
from resellers.models import Company, Customer, CustomerTemplate
from tests import factories
from tests.roles import as_owner

ROLES = {
    "admins": ("Administrators", MASTER, {name: one.boxes for name, one in AREAS.items()}),
    "auditors": ("Support auditors", MASTER, dict.fromkeys(AREAS, ("read",))),
    "resellers": ("Default Reseller", RESELLER, DEFAULT_RESELLER),
    "managers": ("Reseller Manager", RESELLER, {name: one.boxes for name, one in AREAS.items()}),
    "readers": ("Reseller Reader", RESELLER, dict.fromkeys(DEFAULT_RESELLER, ("read",))),
    "dormant": ("Dormant", RESELLER, DEFAULT_RESELLER),
}
COMPANIES = {"master": None, "a": "master", "b": "master", "a1": "a", "closed": "master"}
USERS = {  # name: (company, role)
    "admin": ("master", "admins"), "support": ("master", "auditors"), "superuser": ("master", "auditors"),
    "a_admin": ("a", "managers"), "a_user": ("a", "resellers"), "a_reader": ("a", "readers"), "a_dormant": ("a", "dormant"),
    "a_gone": ("a", "managers"), "a1_admin": ("a1", "managers"), "b_admin": ("b", "managers"), "b_reader": ("b", "readers"),
    "closed_admin": ("closed", "managers"),
}  # fmt: skip


def build():
    with transaction.atomic(), as_owner():
        roles = {key: role(*spec) for key, spec in ROLES.items()}
        companies = {}
        for key, parent in COMPANIES.items():
            companies[key] = factories.CompanyFactory(
                name=f"Company {key}",
                parent=companies.get(parent),
                is_master=parent is None,
                email=f"{key}@example.test",
            )
        for key, (company, group) in USERS.items():
            factories.UserFactory(
                email=f"{key}@example.test",
                name=key,
                company=companies[company],
                role=roles[group],
                is_staff=key == "support",
                is_superuser=key == "superuser",
                is_active=key != "a_gone",
            )
        for key, company in companies.items():
            for number in range(3):
                factories.CustomerFactory(company=company, name=f"Customer {key} {number}")
        build_cards(companies)
        for key in ("a", "b"):
            inviter = User.objects.get(name=f"{key}_admin")
            factories.InvitationFactory(company=companies[key], role=roles["readers"], email=f"{key}_new@example.test",
                                        name=f"{key}_new", invited_by=inviter)  # fmt: skip
            factories.JobFactory(actor=inviter, subject=f"Job of {key}", state="failed", error=f"Failure of {key}")
        Company.objects.filter(pk=companies["closed"].pk).update(status="suspended")
        Role.objects.filter(name="Dormant").update(is_active=False)
    publish_prices()


def build_cards(companies):
    """A carrier's card of the master; two customer cards of the master, assigned to A and B; own cards of A, A1, B."""
    master = companies["master"]
    carrier = factories.CarrierFactory(owner=master, name="Carrier X")
    factories.RateCardFactory(
        owner=master, kind="provider", public_name="", name="Carrier X A-Z", name__carrier=carrier
    )
    for key in ("a", "b"):
        card = factories.RateCardFactory(owner=master, public_name=f"Wholesale {key}", name=f"Private wholesale {key}")
        factories.CardAssignmentFactory(card=card, company=companies[key])
    for key in ("a", "a1", "b"):
        card = factories.RateCardFactory(
            owner=companies[key], public_name=f"Retail {key}", name=f"Private retail {key}"
        )
        factories.ProfitRuleFactory(card=card)
    for key in ("master", "a", "b"):
        PrefixSet.objects.create(owner=companies[key], name=f"Set of {key}", data="44\n^49(1|5)")
        for model in (ImportTemplate, CustomerTemplate):
            model.objects.create(owner=companies[key], name=f"Template of {key}", header=f"header of {key}")


PRICES = {  # card: who publishes it, the price of prefix 44
    "Carrier X A-Z": ("admin", "0.0101"), "Private wholesale a": ("admin", "0.0111"), "Private wholesale b": ("admin", "0.731947"),
    "Private retail a": ("a_admin", "0.0222"), "Private retail a1": ("a1_admin", "0.0333"), "Private retail b": ("b_admin", "0.812345"),
}  # fmt: skip


def publish_prices():
    """Each card's owner publishes its first revision and makes a draft of the next one."""
    for name, (actor, price) in PRICES.items():
        with transaction.atomic():
            with as_owner():
                user, card = User.objects.get(name=actor), RateCard.objects.get(private__name=name)
            with acl.acting_as(user):
                table = from_rows(
                    [Row("44", "United Kingdom", int(Decimal(price) * UNITS)), Row("4479", "Mobile", blocked=True)]
                )
                revision = revisions.publish_draft(revisions.add_draft(card, table), actor=user)
                revisions.activate_revision(revision, actor=user)
                revisions.create_draft(card, actor=user, copy_of=revision)


def role(name, audience, areas):
    """A role with rows for these areas and an empty default."""
    made = Role.objects.create(group=Group.objects.create(name=f"role:{name}"), name=name, audience=audience)
    AreaAccess.objects.bulk_create(AreaAccess(role=made, area=area, boxes=list(boxes)) for area, boxes in areas.items())
    return made


@functools.cache
def kept() -> bytes:
    """The committed world as one process reads it, once."""
    return pickle.dumps(read())


def load() -> SimpleNamespace:
    """Fresh objects of the committed world."""
    return pickle.loads(kept())  # noqa: S301 (written by this process)


def read() -> SimpleNamespace:
    with as_owner():
        people = {user.name: user for user in User.objects.select_related(None)}
        companies = {company.name.split()[-1]: company for company in Company.objects.all()}
        customers = {c.name.removeprefix("Customer ").replace(" ", "_"): c for c in Customer.objects.all()}
        roles = {key: Role.objects.get(name=spec[0]) for key, spec in ROLES.items()}
        cards = {card.private.name: card for card in RateCard.objects.select_related("private")}
        carrier = Carrier.objects.get()
        rules = {rule.card_id: rule for rule in ProfitRule.objects.all()}
        sets = {one.name.split()[-1]: one for one in PrefixSet.objects.all()}
        assignment = CardAssignment.objects.get(card=cards["Private wholesale a"], company=companies["a"])
        invitations = {one.name[:1]: one for one in Invitation.objects.all()}
        jobs = {one.subject[-1]: one for one in Job.objects.all()}
        entry = AuditEntry.objects.filter(table="resellers_customer").first()
    return SimpleNamespace(
        **people,
        companies=SimpleNamespace(**companies),
        roles=SimpleNamespace(**roles),
        customers=customers,
        cards=cards,
        carrier=carrier,
        invitations=invitations,
        jobs=jobs,
        entry=entry,
        rules=rules,
        sets=sets,
        assignment=assignment,
    )
