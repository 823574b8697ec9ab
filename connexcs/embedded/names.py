"""The names that the cluster, the settings and the set-up share."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
NAME = "connexcs"  # the database
SUPERUSER = "postgres"
OWNER = "connexcs_owner"  # owns every table, passes row security: migrate, backup, seeding
LOGIN = "connexcs_login"  # what the panel connects as; has no tenant data until it takes one of the roles below
TENANT_ROLES = ("acl_tenant", "acl_subtree", "acl_master")


class Trouble(Exception):
    """Something a person can act on; the text says what to do."""
