"""The users: one login of each kind, and one user in every company."""

from django.contrib.auth.hashers import make_password
from django.db import connection

from accounts.areas import AREAS, CRUD, DEFAULT_RESELLER, RESELLER
from accounts.models import Role, User
from accounts.services.groups import make_group
from connexcs.demo.logins import password
from connexcs.management.commands.create_admin import ADMINISTRATORS, SUPPORT, group

KINDS = ("admin", "support", "big", "reader", "dormant", "small", "root")
NO_PASSWORD = "!"  # noqa: S105 (Django's mark of one that never fits)
PEOPLE = """
    INSERT INTO accounts_user (email, name, password, company_id, time_zone, is_active, is_staff, is_superuser, created_at)
    SELECT 'user' || p.place || '@' || %s, 'User ' || p.place, %s, p.company, 'UTC', true, false, false, now()
    FROM unnest(%s::bigint[]) WITH ORDINALITY p(company, place) ORDER BY p.place RETURNING id
"""
GROUPS = "INSERT INTO accounts_user_groups (user_id, group_id) SELECT unnest(%s::bigint[]), %s"


def domain(size) -> str:
    return f"scale{size.seed}.example"


def address(size, kind: str) -> str:
    """The login of one of KINDS."""
    return f"{kind}@{domain(size)}"


def populate(size, master, firms, made):
    """Logins into `made`, with a new password for all of them; who else is there cannot log in."""
    manager, reader, dormant = reseller_groups(size)
    administrators, support = group(*ADMINISTRATORS), group(*SUPPORT)
    made.password = password()
    secret = make_password(made.password)
    places = [(master.pk, administrators), (master.pk, support), (firms.big, manager), (firms.big, reader),
              (firms.big, dormant), (firms.small, manager), (firms.root, manager)]  # fmt: skip
    for kind, (company, role) in zip(KINDS, places, strict=True):
        user = User.objects.create(email=address(size, kind), name=kind.title(), password=secret, company_id=company,
                                   is_staff=kind == "support")  # fmt: skip
        user.groups.add(role.group)
        made.logins.append((user.email, user.company.name, role.name))
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, [domain(size), NO_PASSWORD, list(firms.all)])
        cursor.execute(GROUPS, [[pk for (pk,) in cursor.fetchall()], manager.pk])
    return made


def reseller_groups(size) -> tuple[Role, Role, Role]:
    """All that a reseller can hold; reading alone; a group that is switched off."""
    boxes = {name: one.boxes for name, one in AREAS.items() if one.ceiling}
    manager = make_group(name=f"{size.label} Manager", audience=RESELLER, areas=boxes)
    reader = make_group(
        name=f"{size.label} Reader", audience=RESELLER, areas=dict.fromkeys(DEFAULT_RESELLER, ("read",))
    )
    dormant = make_group(name=f"{size.label} Dormant", audience=RESELLER, default_boxes=CRUD)
    Role.objects.filter(pk=dormant.pk).update(is_active=False)
    return manager, reader, dormant
