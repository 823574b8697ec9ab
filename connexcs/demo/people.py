"""Companies, groups, people and customers of the demo: each function looks first whether its work is done."""

import random
from decimal import Decimal

from django.db import transaction

from accounts import acl
from accounts.models import Invitation, Role, User
from accounts.services.acceptance import accept_invitation
from accounts.services.groups import create_default_reseller, create_group, deactivate_group
from accounts.services.invitations import invite_user, open_invitation
from connexcs.database import as_owner
from connexcs.demo import cast
from connexcs.demo.cast import Firm, Person
from connexcs.embedded import Trouble
from connexcs.management.commands.create_admin import open_door
from resellers.models import Company, Customer
from resellers.services.companies import create_company, suspend_company
from resellers.services.customers import create_customer

STATUSES = (Customer.ACTIVE,) * 8 + (Customer.PENDING, Customer.INACTIVE)
LIMITS = ("0", "0", "250", "1000", "5000", "-10")


def user(email: str) -> User | None:
    return User.objects.filter(email=email).first()


def first_admin(person: Person, password: str) -> User:
    """By the code of `create_admin`, as the owner role. Trouble where the database holds another master company."""
    with as_owner(), transaction.atomic():
        master = Company.objects.filter(is_master=True).first()
        if master and master.name != cast.MASTER_NAME:
            raise Trouble(f"the database holds “{master}” already: the demo world is loaded into an empty one only.")
        if user(person.email) is None:
            token, _ = open_door(person.email, person.name, cast.MASTER_NAME)
            accept_invitation(token, name=person.name, password=password)
        return User.objects.select_related("company").get(email=person.email)


def groups(admin: User) -> None:
    with acl.acting_as(admin):
        present = set(Role.objects.values_list("name", flat=True))
        for name, (audience, description, areas) in cast.GROUPS.items():
            if name not in present:
                create_group(actor=admin, name=name, audience=audience, description=description, areas=areas)
        if cast.DEFAULT not in present:
            create_default_reseller(actor=admin)


def firm(one: Firm, parent: Company, actor: User) -> Company:
    """`actor` makes it; the note is kept by the company directly above."""
    with acl.acting_as(actor):
        return Company.objects.filter(parent=parent, name=one.name).first() or create_company(
            actor=actor, parent=parent, name=one.name, email=f"office@{one.key}.example", currency=one.currency,
            time_zone=one.time_zone, note=one.note,
        )  # fmt: skip


def person(one: Person, company: Company, inviter: User, password: str) -> User:
    """Invited and accepted in one transaction: nobody is left half-way, and no mail lies about with a used link."""
    if found := user(one.email):
        return found
    with transaction.atomic():
        with acl.acting_as(inviter):
            role = Role.objects.get(name=one.group)
            _, token = open_invitation(company=company, role=role, email=one.email, name=one.name, is_staff=one.is_staff,
                                       time_zone=company.time_zone, invited_by=inviter)  # fmt: skip
        return accept_invitation(token, name=one.name, password=password)


def give_password(email: str, password: str) -> None:
    """To somebody of an earlier load whose password is not known any more, because the file was lost."""
    found = user(email)
    found.set_password(password)
    found.save(update_fields=["password"])


def customers(company: Company, number: int, actor: User) -> None:
    """All of them or none; names, states and limits are the same at every load."""
    dice = random.Random(company.name)  # noqa: S311 (names, not secrets)
    names = [f"{first} {second}" for first in cast.FIRST for second in cast.SECOND_WORDS]
    with acl.acting_as(actor):
        if Customer.objects.filter(company=company).exists():
            return
        for name in dice.sample(names, number):
            address = f"accounts@{name.lower().replace(' ', '-')}.example"
            create_customer(actor=actor, company=company, name=name, email=address, status=dice.choice(STATUSES),
                            currency=dice.choice(("USD", "USD", "USD", "EUR")), debit_limit=Decimal(dice.choice(LIMITS)))  # fmt: skip


def switch_group_off(admin: User) -> None:
    with acl.acting_as(admin):
        if role := Role.objects.filter(name=cast.INACTIVE, is_active=True).first():
            deactivate_group(role, actor=admin)


def suspend(company: Company, admin: User) -> None:
    with acl.acting_as(admin):
        if Company.objects.filter(pk=company.pk, status=Company.ACTIVE).exists():
            suspend_company(company, actor=admin, reason=cast.WHY)


def pending_invitation(company: Company, inviter: User) -> None:
    """The one whose mail lies in the outbox: its link can be tried."""
    email, name = cast.NEWCOMER
    with acl.acting_as(inviter):
        if not Invitation.objects.filter(email=email).exists():
            role = Role.objects.get(name=cast.DEFAULT)
            invite_user(actor=inviter, company=company, role=role, email=email, name=name, time_zone=company.time_zone)
