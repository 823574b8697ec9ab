"""Whose rows the tables of people, rights, trail and jobs are."""

from django.contrib.auth.models import Group

from accounts.models import AreaAccess, AuditEntry, Invitation, Job, Role, SupportAccess, User
from accounts.rowsecurity import ACTOR
from accounts.tenancy import MASTER, SHARED, SUBTREE, register

NOT_STAFF = "NOT is_staff AND NOT is_superuser"
FOR_RESELLERS = "audience = 'reseller'"
RESELLER_ROLE = "SELECT group_id FROM accounts_role WHERE audience = 'reseller'"
VISIBLE_USER = "user_id IN (SELECT id FROM accounts_user)"

register.add(
    User,
    paths=("company",),
    reach=SUBTREE,
    view=("user.view",),
    hidden=("password",),
    update=("name", "time_zone", "is_active"),
    check=NOT_STAFF,
)
register.add(
    User.groups.through,
    paths=("user__company",),
    reach=SUBTREE,
    view=("user.view",),
    only=VISIBLE_USER,
    insert=True,
    delete=True,
    check=f"{VISIBLE_USER} AND user_id <> {ACTOR} AND group_id IN ({RESELLER_ROLE})",
)
register.add(
    Role,
    reach=SHARED,
    view=("group.view", "user.view"),
    only=FOR_RESELLERS,
    shared=(("audience", "reseller"),),
    insert=True,
    update=("name", "is_active", "description", "default_boxes", "known_areas"),
    delete=True,
    writers=("acl_master",),
)
register.add(
    AreaAccess,
    reach=SHARED,
    view=("group.view", "user.view"),
    only="role_id IN (SELECT group_id FROM accounts_role)",
    shared=(("role__audience", "reseller"),),
    insert=True,
    update=("boxes",),
    delete=True,
    writers=("acl_master",),
)
register.add(
    Group,
    reach=SHARED,
    view=("group.view", "user.view"),
    only="id IN (SELECT group_id FROM accounts_role)",
    shared=(("role__audience", "reseller"),),
    insert=True,
    update=("name",),
    delete=True,
    writers=("acl_master",),
)
register.add(
    Invitation,
    paths=("company",),
    reach=SUBTREE,
    view=("user.view",),
    hidden=("digest",),
    insert=True,
    update=("withdrawn_at",),
    insert_check=f"invited_by_id = {ACTOR}",
    check=f"NOT is_staff AND role_id IN ({RESELLER_ROLE})",
)
register.add(
    Job,
    paths=("company",),
    view=("job.view",),
    insert=True,
    insert_check=f"actor_id = {ACTOR}",
    update=("state", "lease_until", "error"),
)
register.add(SupportAccess, paths=("company",), view=("user.view",))  # written by functions of the schema acl alone
register.add(AuditEntry, reach=MASTER, view=("audit.view",))

# What the login role needs beside tenants' data: identity, sessions, dispatch. Nothing of a tenant's.
ALL = "SELECT, INSERT, UPDATE, DELETE"
register.login |= {
    "accounts_user": "SELECT, UPDATE (password, last_login)",
    "accounts_job": "SELECT, UPDATE (state, done, total, note, result, kept, error, attempts, fence, lease_until, started_at, finished_at)",
    "account_emailaddress": ALL,
    "account_emailconfirmation": ALL,
    "mfa_authenticator": ALL,
    "usersessions_usersession": ALL,
    "django_session": ALL,
    "connexcs_cache": ALL,
    "django_tasks_database_dbtaskresult": ALL,
    "django_content_type": "SELECT",
    "django_migrations": "SELECT",
}
register.master |= {"django_admin_log": "SELECT"}
# Nothing may stand in these; the proof of access looks.
register.master |= dict.fromkeys(
    ("auth_group_permissions", "guardian_groupobjectpermission", "guardian_userobjectpermission"), "SELECT"
)
register.shared |= {"django_content_type": "SELECT", "auth_permission": "SELECT"}
