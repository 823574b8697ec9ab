"""Fills the site's database: the tests' world, everybody's password, and cards with prices by the real services.

`seed` runs in a process of its own, with the environment of the site.
"""

from decimal import Decimal

from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from accounts import acl, files, jobs
from accounts.models import Job, User
from accounts.services import invitations
from connexcs.embedded import LOGIN
from ratecards.models import CardAssignment, RateCard, Revision
from ratecards.services import builds, imports, revisions, rules
from resellers.models import Company
from tests import world
from tests.browser_flow.sheets import DIRTY, SHEET
from tests.browser_flow.site import PASSWORD
from tests.database import TEST_ROLE
from tests.roles import as_owner


def seed() -> None:
    connection.settings_dict |= {"USER": TEST_ROLE, "OPTIONS": {"options": f"-c role={LOGIN}"}}  # may become the owner
    world.build()
    with as_owner():
        User.objects.update(password=make_password(PASSWORD))
    admin, reseller = User.objects.get(email="admin@example.test"), User.objects.get(email="a_admin@example.test")
    publish(imported("Carrier X A-Z", SHEET, admin), admin)
    imported("Carrier X A-Z", DIRTY, admin)  # stays a draft with refused lines
    build("Private wholesale a", admin, "10", card__private__name="Carrier X A-Z")
    build("Private retail a", reseller, "25", card__public_name="Wholesale a")
    announce("Private wholesale a", admin)
    invite(admin, "b")


def card_of(name: str) -> RateCard:
    return RateCard.objects.get(private__name=name)


def imported(name: str, sheet: str, actor) -> Revision:
    with acl.acting_as(actor):
        upload = files.keep_upload(ContentFile(sheet.encode()), actor=actor)
        layout = imports.recognise_upload(upload, actor=actor)
        job = imports.start_import(card_of(name), actor=actor, upload=upload, layout=layout, filename="june.csv")
    return revision_of(job, actor)


def build(name: str, actor, percent: str, **parent) -> None:
    """Give the actor's card one parent, found as he sees it, and `^` + percent, build and activate it."""
    with acl.acting_as(actor):
        card = card_of(name)
        source = CardAssignment.objects.get(**parent, company=actor.company_id, ended_at=None)
        rules.set_parents(card, [source], actor=actor)
        rules.add_rule(card, actor=actor, match="^", type="percent", value=Decimal(percent))
        job = builds.build_card(card, actor=actor, activate=True)
    revision_of(job, actor)


def revision_of(job: Job, actor) -> Revision:
    done = jobs.run_now(job)
    assert done.state == Job.DONE, done.error
    with acl.acting_as(actor):
        return Revision.objects.get(card=done.params["card"], number=done.result["revision"])


def publish(draft: Revision, actor, at=None) -> None:
    with acl.acting_as(actor):
        revisions.activate_revision(revisions.publish_draft(draft, actor=actor), actor=actor, at=at)


def announce(name: str, actor) -> None:
    """A rule more, so that the card is stale, and a next price list that is live in a week."""
    with acl.acting_as(actor):
        rules.add_rule(card_of(name), actor=actor, match="^44", type="relative", value=Decimal("0.002"))
    publish(imported(name, SHEET, actor), actor, at=timezone.now() + timezone.timedelta(days=7))


def invite(actor, key: str) -> None:
    with acl.acting_as(actor):
        company = Company.objects.get(name=f"Company {key}")
        role = invitations.assignable_roles(actor, company).get(name="Default Reseller")
        invitations.invite_user(actor=actor, company=company, role=role, email="new@b.example.test", name="New Person")
