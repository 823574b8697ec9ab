"""The person who logs in: e-mail, company, groups."""

import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from accounts.audit_triggers import tracked
from accounts.triggers import Trigger


class UserManager(BaseUserManager):
    """Never fetches the password: the roles of tenants may not read it. Who needs it, asks for it by name."""

    def get_queryset(self):
        return super().get_queryset().defer("password")

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


# A user must stand in the group of the company he belongs to; the first lock is fed from there.
JOIN_TENANT_GROUP = """
    DELETE FROM accounts_user_groups WHERE user_id = NEW.id
        AND group_id IN (SELECT tenant_group_id FROM resellers_company WHERE id <> NEW.company_id);
    INSERT INTO accounts_user_groups (user_id, group_id)
        SELECT NEW.id, tenant_group_id FROM resellers_company WHERE id = NEW.company_id
        ON CONFLICT DO NOTHING;
    RETURN NULL;
"""
# Asked at COMMIT; the row may have changed or gone since the trigger was queued, so it is read again by its id.
HAS_ROLE = """
    IF EXISTS (SELECT FROM accounts_user WHERE id = {user}) AND NOT EXISTS (
        SELECT FROM accounts_user u JOIN resellers_company c ON c.id = u.company_id
        JOIN accounts_user_groups ug ON ug.user_id = u.id JOIN accounts_role r ON r.group_id = ug.group_id
        WHERE u.id = {user} AND r.audience = CASE WHEN c.is_master THEN 'master' ELSE 'reseller' END)
    OR EXISTS (
        SELECT FROM accounts_user u JOIN resellers_company c ON c.id = u.company_id
        JOIN accounts_user_groups ug ON ug.user_id = u.id JOIN accounts_role r ON r.group_id = ug.group_id
        WHERE u.id = {user} AND r.audience <> CASE WHEN c.is_master THEN 'master' ELSE 'reseller' END)
    THEN
        RAISE EXCEPTION 'user % has no group of the audience of the company', {user} USING ERRCODE = '23514',
            CONSTRAINT = 'user_has_group', HINT = 'Choose at least one group that fits the company of this user.';
    END IF;
    RETURN NULL;
"""
STAFF_IS_MASTER = """
    IF (NEW.is_staff OR NEW.is_superuser) AND NOT (SELECT is_master FROM resellers_company WHERE id = NEW.company_id) THEN
        RAISE EXCEPTION 'staff belongs to the master company' USING ERRCODE = '23514',
            CONSTRAINT = 'staff_is_master', HINT = 'Support and superuser accounts belong to the master company.';
    END IF;
    RETURN NEW;
"""


# A look through somebody's eyes does not outlive a change of what either side is; nothing brings it back.
VIEW_AS_ENDS = """
    UPDATE accounts_supportaccess SET ended_at = least(now(), ends_at)
        WHERE ended_at IS NULL AND {user} IN (viewer_id, user_id);
    RETURN NULL;
"""


class User(AbstractBaseUser, PermissionsMixin):
    """A login. `is_staff` is a support auditor: reads everything, writes nothing, in the panel and in Django admin."""

    email = models.EmailField("e-mail")
    name = models.CharField(max_length=150)
    company = models.ForeignKey("resellers.Company", on_delete=models.PROTECT, related_name="users")
    time_zone = models.CharField(max_length=64, default="UTC")
    is_active = models.BooleanField("active", default=True)
    is_staff = models.BooleanField("support auditor (read-only)", default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    user_permissions = None  # rights come from groups alone
    viewer = None  # who looks through this user's eyes, set on the object that a look lends; see acl.enter

    objects = UserManager()
    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "id"]
        base_manager_name = "objects"  # so that following a key fetches no password either
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique"),
            models.CheckConstraint(condition=~models.Q(email=""), name="user_email_given"),
            models.UniqueConstraint(fields=["id", "company"], name="user_id_company"),
        ]
        triggers = [
            Trigger(name="join_tenant_group", when=pgtrigger.After,
                    operation=pgtrigger.Insert | pgtrigger.UpdateOf("company_id"), func=JOIN_TENANT_GROUP),
            Trigger(name="user_has_group", when=pgtrigger.After, timing=pgtrigger.Deferred,
                    operation=pgtrigger.Insert | pgtrigger.UpdateOf("company_id"), func=HAS_ROLE.format(user="NEW.id")),
            Trigger(name="staff_is_master", when=pgtrigger.Before,
                    operation=pgtrigger.Insert | pgtrigger.Update, func=STAFF_IS_MASTER),
            Trigger(name="view_as_ends", when=pgtrigger.After,
                    operation=pgtrigger.UpdateOf("password", "is_active", "is_staff", "is_superuser", "company_id"),
                    func=VIEW_AS_ENDS.format(user="NEW.id")),
            *tracked("accounts_user", company="company_id", label="email", masked=["password"], ignored=["last_login"]),
        ]  # fmt: skip

    def __str__(self):
        return self.email

    def get_full_name(self):
        return self.name

    def has_perm(self, perm, obj=None):
        """Asked of the catalogue for everybody: a superuser has no more than his groups give."""
        from accounts.backends import CatalogueBackend

        return CatalogueBackend().has_perm(self, perm, obj)

    def has_module_perms(self, app_label):
        from accounts.backends import CatalogueBackend

        return CatalogueBackend().has_module_perms(self, app_label)


# Whoever writes: a tenant group holds the users of its company, all of them and nobody else.
TENANT_GROUP_LAW = """
    IF TG_OP <> 'DELETE' AND EXISTS (SELECT FROM resellers_company c WHERE c.tenant_group_id = NEW.group_id
            AND c.id <> (SELECT company_id FROM accounts_user WHERE id = NEW.user_id))
        OR TG_OP <> 'INSERT' AND EXISTS (SELECT FROM resellers_company c JOIN accounts_user u ON u.company_id = c.id
            WHERE c.tenant_group_id = OLD.group_id AND u.id = OLD.user_id)
    THEN
        RAISE EXCEPTION 'the group of a company follows its users' USING ERRCODE = '23514', CONSTRAINT = 'tenant_group_law',
            HINT = 'The database keeps the group of a company.';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; ELSE RETURN NEW; END IF;
"""


class UserGroup(User.groups.through):
    """The rows of User.groups, to hang triggers on: role groups chosen by people, the tenant group by the database."""

    class Meta:
        proxy = True
        triggers = [
            Trigger(name="tenant_group_law", when=pgtrigger.Before, operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                    func=TENANT_GROUP_LAW),
            Trigger(name="user_keeps_group", when=pgtrigger.After, timing=pgtrigger.Deferred,
                    operation=pgtrigger.Delete | pgtrigger.Update, func=HAS_ROLE.format(user="OLD.user_id")),
            Trigger(name="user_gets_group", when=pgtrigger.After, timing=pgtrigger.Deferred,
                    operation=pgtrigger.Insert | pgtrigger.Update, func=HAS_ROLE.format(user="NEW.user_id")),
            Trigger(name="view_as_ends", when=pgtrigger.After, operation=pgtrigger.Delete | pgtrigger.Update,
                    func=VIEW_AS_ENDS.format(user="OLD.user_id")),
            *tracked("accounts_user_groups",
                     company="(SELECT company_id FROM accounts_user WHERE id = {row}.user_id)",
                     label="(SELECT name FROM auth_group WHERE id = {row}.group_id)"),
        ]  # fmt: skip
