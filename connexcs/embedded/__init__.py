"""The embedded PostgreSQL: the binaries of a wheel, our own controller. Imports no Django, so settings may import it."""

from connexcs.embedded.names import LOGIN, NAME, OWNER, ROOT, SUPERUSER, TENANT_ROLES, Trouble
from connexcs.embedded.roles import bootstrap, problems, script
from connexcs.embedded.server import Server

__all__ = [
    "LOGIN",
    "NAME",
    "OWNER",
    "ROOT",
    "SUPERUSER",
    "TENANT_ROLES",
    "Server",
    "Trouble",
    "bootstrap",
    "problems",
    "script",
]
