"""The lists of people and groups."""

import django_tables2 as tables
from django.utils.html import format_html, format_html_join
from django_tables2.utils import A

from accounts import access
from accounts.models import Invitation, Role, User
from accounts.queries import is_expired
from accounts.templatetags.panel import badge

WHEN = {"format": "Y-m-d H:i", "attrs": {"td": {"class": "text-nowrap"}}}


def reaches_several(user) -> bool:
    """Whether the company of a row is worth a column: more than one company is in reach."""
    reach = access.scope(user)
    return reach.everything or len(reach.companies) > 1


class UserTable(tables.Table):
    """Everybody in reach."""

    name = tables.Column(linkify=("accounts:user_detail", {"pk": A("pk")}))
    company = tables.Column(accessor="company__name", verbose_name="Company")
    group_names = tables.Column(verbose_name="Groups", orderable=False, empty_values=())
    is_active = tables.Column(verbose_name="Status")
    last_login = tables.DateTimeColumn(**WHEN, verbose_name="Last login", default="never")

    class Meta:
        model = User
        fields = ("name", "email", "company", "group_names", "is_active", "last_login")
        empty_text = "No users"

    def before_render(self, request):
        if not reaches_several(request.user):
            self.columns.hide("company")

    def render_name(self, value, record):
        return format_html("{} {}", value, badge("read-only", "auditor")) if record.is_staff else value

    def render_group_names(self, value):
        return format_html_join(" ", "{}", ((badge("", name),) for name in value)) or badge("denied", "no group")

    def render_is_active(self, value):
        return badge("active" if value else "inactive")


class InvitationTable(tables.Table):
    """Links that were sent and not used yet."""

    company = tables.Column(accessor="company__name", verbose_name="Company")
    role = tables.Column(accessor="role__name", verbose_name="Group")
    created_at = tables.DateTimeColumn(**WHEN, verbose_name="Sent")
    expires_at = tables.DateTimeColumn(**WHEN, verbose_name="Valid until")
    status = tables.Column(empty_values=(), orderable=False)
    actions = tables.TemplateColumn(template_name="accounts/_invitation_actions.html", verbose_name="", orderable=False)

    class Meta:
        model = Invitation
        fields = ("name", "email", "company", "role", "created_at", "expires_at", "status", "actions")
        empty_text = "No open invitations"

    def before_render(self, request):
        if not reaches_several(request.user):
            self.columns.hide("company")

    def render_status(self, record):
        return badge("expiring", "expired") if is_expired(record) else badge("invited")


class GroupTable(tables.Table):
    """What kinds of users there are."""

    name = tables.Column(linkify=("accounts:group_detail", {"pk": A("pk")}))
    audience = tables.Column(verbose_name="For")
    default_boxes = tables.Column(verbose_name="Default", orderable=False, empty_values=())
    user_count = tables.Column(verbose_name="Users", attrs={"cell": {"class": "num"}})
    is_active = tables.Column(verbose_name="Status")

    class Meta:
        model = Role
        fields = ("name", "audience", "default_boxes", "user_count", "is_active")
        empty_text = "No groups"

    def render_default_boxes(self, value):
        return ", ".join(value) or "nothing"

    def render_is_active(self, value):
        return badge("active" if value else "inactive")
