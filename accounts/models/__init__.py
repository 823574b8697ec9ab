"""People, rights, trail and jobs."""

from accounts.models.audit import AuditEntry
from accounts.models.invitation import Invitation
from accounts.models.job import Job
from accounts.models.role import AreaAccess, Role
from accounts.models.user import User, UserGroup

__all__ = ["AreaAccess", "AuditEntry", "Invitation", "Job", "Role", "User", "UserGroup"]
