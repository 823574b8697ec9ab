"""`manage.py create_admin`: the first administrator of the master company, by a one-use link instead of a password."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from accounts.areas import AREAS, MASTER
from accounts.forms.text import one_line
from accounts.models import Invitation, Role, User
from accounts.services import mail
from accounts.services.groups import make_group, write_rows
from accounts.services.invitations import PENDING, clean_address, open_invitation
from connexcs.database import as_owner
from resellers.models import Company

ADMINISTRATORS = ("Administrators", {area: one.boxes for area, one in AREAS.items()})
LOOKING = ("read", "access", "view_as")  # what an auditor needs: everything, who can see it, and through whose eyes
SUPPORT = ("Support", {area: tuple(box for box in one.boxes if box in LOOKING) for area, one in AREAS.items()})


class Command(BaseCommand):
    help = "Print a one-use link that makes an administrator of the master company (and the company, if there is none)."

    def add_arguments(self, parser):
        parser.add_argument("--email", required=True, help="the login of the administrator")
        parser.add_argument("--name", required=True, help="his or her name")
        parser.add_argument("--company-name", default="Master", help="the master company, if there is none yet")

    def handle(self, *, email, name, company_name, **options):
        try:
            validate_email(email := clean_address(email))
        except ValidationError as error:
            raise CommandError(f"{email}: {' '.join(error.messages)}") from None
        try:
            one_line(name.strip())
            one_line(company_name)
        except ValidationError as error:
            raise CommandError(f"--name or --company-name: {' '.join(error.messages)}") from None
        if not name.strip() or len(name) > 150:
            raise CommandError("--name needs 1 to 150 characters.")
        with as_owner(), transaction.atomic():
            token, is_restored = open_door(email, name.strip(), company_name)
        if is_restored:
            self.stdout.write("The group “Administrators” was inactive or changed: it gives every right again.")
        self.stdout.write("Open this link once, choose a password, and you are the administrator:")
        self.stdout.write(mail.link("accounts:invitation_accept", token))


def open_door(email: str, name: str, company_name: str) -> tuple[str, bool]:
    """As the owner: what is missing of company and groups, and an invitation.

    Returns its secret, and whether the group of the administrators had to be restored.
    """
    if User.objects.filter(email__iexact=email).exists():
        raise CommandError(f"{email} has an account. A forgotten password is replaced from the login page.")
    company = Company.objects.filter(is_master=True).first()
    company = company or Company.objects.create(name=company_name, email=email, is_master=True)
    administrators, _ = group(*ADMINISTRATORS), group(*SUPPORT)
    is_restored = restore(administrators, ADMINISTRATORS[1])
    Invitation.objects.filter(PENDING, email=email, company=company).update(withdrawn_at=timezone.now())
    return open_invitation(company=company, role=administrators, email=email, name=name)[1], is_restored


def group(name: str, areas: dict) -> Role:
    """The group of this name for the carrier's own staff, made if there is none."""
    found = Role.objects.filter(name__iexact=name).first()
    if found and found.audience != MASTER:
        raise CommandError(f"There is a group “{name}” for resellers: rename it first.")
    return found or make_group(name=name, audience=MASTER, areas=areas)


def restore(role, areas: dict) -> bool:
    """Make the group active and give it these boxes again, where either is missing: a carrier that shut itself out comes
    back by this command alone. Returns whether there was anything to do."""
    rows = {row.area: set(row.boxes) for row in role.areas.all()}
    if role.is_active and rows == {area: set(boxes) for area, boxes in areas.items()}:
        return False
    role.is_active = True
    role.save(update_fields=["is_active"])
    write_rows(role, areas)
    return True
