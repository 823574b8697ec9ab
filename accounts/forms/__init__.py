"""Forms of people and groups: they clean, they neither save nor know the request."""

from accounts.forms.groups import GroupForm
from accounts.forms.people import AcceptForm, InviteForm, ProfileForm, UserForm

__all__ = ["AcceptForm", "GroupForm", "InviteForm", "ProfileForm", "UserForm"]
