"""People, rights, trail and jobs."""

from accounts.models.audit import AuditEntry
from accounts.models.invitation import Invitation
from accounts.models.job import Job
from accounts.models.role import AreaAccess, FixedGroup, Role
from accounts.models.support import SupportAccess
from accounts.models.user import User, UserGroup

__all__ = ["AreaAccess", "AuditEntry", "FixedGroup", "Invitation", "Job", "Role", "SupportAccess", "User", "UserGroup"]
