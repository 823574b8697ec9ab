"""People, groups, trail and jobs for support. No password, no secret, no parameters of a job."""

from django.contrib import admin

from accounts.admin_site import AuditAdmin, site
from accounts.models import AreaAccess, AuditEntry, Invitation, Job, Role, User


@admin.register(User, site=site)
class UserAdmin(AuditAdmin):
    right = "user.view"
    fields = (
        "email",
        "name",
        "company",
        "time_zone",
        "is_active",
        "is_staff",
        "superuser",
        "member_of",
        "last_login",
        "created_at",
    )
    readonly_fields = ("superuser", "member_of")  # in our words: Django's help texts promise rights that we do not give
    list_display = ("email", "name", "company", "is_active", "is_staff", "is_superuser", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser")
    list_select_related = ("company",)
    search_fields = ("^email", "^name")

    @admin.display(boolean=True)
    def superuser(self, user):
        return user.is_superuser

    @admin.display(description="groups")
    def member_of(self, user):
        return ", ".join(user.groups.order_by("name").values_list("name", flat=True))


@admin.register(Invitation, site=site)
class InvitationAdmin(AuditAdmin):
    right = "user.view"
    fields = (
        "email",
        "name",
        "company",
        "role",
        "is_staff",
        "invited_by",
        "created_at",
        "expires_at",
        "accepted_at",
        "withdrawn_at",
    )
    list_display = ("email", "company", "role", "created_at", "expires_at", "accepted_at", "withdrawn_at")
    list_select_related = ("company", "role", "invited_by")
    search_fields = ("^email",)

    def get_queryset(self, request):
        return super().get_queryset(request).defer("digest", "invited_by__password")


@admin.register(Role, site=site)
class RoleAdmin(AuditAdmin):
    right = "group.view"
    fields = ("name", "audience", "is_active", "description", "default_boxes", "known_areas")
    list_display = ("name", "audience", "is_active", "default_boxes")
    list_filter = ("audience", "is_active")
    search_fields = ("^name",)


@admin.register(AreaAccess, site=site)
class AreaAccessAdmin(AuditAdmin):
    right = "group.view"
    fields = list_display = ("role", "area", "boxes")
    list_select_related = ("role",)
    search_fields = ("^area", "^role__name")


@admin.register(AuditEntry, site=site)
class AuditEntryAdmin(AuditAdmin):
    right = "audit.view"
    fields = ("at", "actor", "actor_label", "real_actor", "company", "address", "request_id", "action", "table", "row", "label",
              "changes", "reason", "result")  # fmt: skip
    list_display = (
        "at",
        "actor_label",
        "real_actor",
        "action",
        "table",
        "row",
        "label",
        "company",
        "address",
        "result",
    )
    list_filter = ("result",)
    search_fields = ("^actor_label", "^label")


@admin.register(Job, site=site)
class JobAdmin(AuditAdmin):
    right = "job.view"
    fields = ("key", "kind", "subject", "company", "actor", "state", "done", "total", "note", "error", "attempts", "fence",
              "lease_until", "created_at", "started_at", "finished_at")  # fmt: skip
    list_display = ("id", "kind", "subject", "company", "actor", "state", "attempts", "created_at", "finished_at")
    list_filter = ("state",)
    list_select_related = ("company", "actor")
    search_fields = ("^subject",)

    def get_queryset(self, request):
        return super().get_queryset(request).defer("params", "actor__password")
