"""What lists of people and groups show beside the rows: counted and named by subqueries, never row by row."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from accounts import access
from accounts.models import Invitation, Role, User

COMPANY = User._meta.get_field("company").related_model


def with_groups(users) -> QuerySet:
    """Users with their company and `group_names`, as far as the unit may read the groups."""
    names = Role.objects.filter(group__user=OuterRef("pk")).order_by("name").values("name")
    return users.select_related("company").annotate(group_names=ArraySubquery(names))


def with_user_count(roles) -> QuerySet:
    """Groups with `user_count`: the users in them that the unit may read."""
    members = User.groups.through.objects.filter(group=OuterRef("pk")).order_by().values("group")
    count = Subquery(members.annotate(count=Count("pk")).values("count"), output_field=IntegerField())
    return roles.annotate(user_count=Coalesce(count, 0))


def pending_invitations(user) -> QuerySet:
    """Invitations in the user's sight that can still be used or renewed: neither accepted nor withdrawn."""
    rows = access.visible(user, Invitation, "user.view").filter(Q(accepted_at=None, withdrawn_at=None))
    return rows.select_related("company", "role")


def is_expired(invitation) -> bool:
    return invitation.expires_at <= timezone.now()


def companies_of(user) -> QuerySet:
    """The companies that can get users from here: one's own and, for parents, those below (the master: all); none closed."""
    reach = access.scope(user)
    companies = COMPANY.objects.exclude(status=COMPANY.CLOSED).order_by("name", "pk")
    return companies if reach.everything else companies.filter(pk__in=reach.companies)


def chosen_roles(user, roles) -> QuerySet:
    """The groups to show in somebody's form: those he is in, and those that may be given to him."""
    return Role.objects.filter(Q(group__user=user) | Q(pk__in=roles.values("pk"))).distinct().order_by("name")


def with_viewer(looks) -> QuerySet:
    """Looks with who was viewed, `viewer_label` (his e-mail: the carrier's people alone may read it) and `until`, the
    moment a look ended, None while it goes on."""
    viewers = User.objects.filter(pk=OuterRef("viewer")).values("email")
    until = Case(When(Q(ended_at=None, ends_at__gt=Now()), then=None), default=Coalesce("ended_at", "ends_at"))
    return (
        looks.select_related("user", "company")
        .defer("user__password")
        .annotate(viewer_label=Subquery(viewers), until=until)
    )
