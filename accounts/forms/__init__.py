"""Forms of people and groups: they clean, they neither save nor know the request."""

from accounts.forms.ask import AskForm
from accounts.forms.groups import GroupForm
from accounts.forms.people import AcceptForm, InviteForm, ProfileForm, UserForm
from accounts.forms.view_as import ViewAsForm

__all__ = ["AcceptForm", "AskForm", "GroupForm", "InviteForm", "ProfileForm", "UserForm", "ViewAsForm"]
