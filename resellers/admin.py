"""Companies, their grants and their customers for support."""

from django.contrib import admin

from accounts.admin_site import AuditAdmin, site
from resellers.models import Company, CompanyGrant, Customer


@admin.register(Company, site=site)
class CompanyAdmin(AuditAdmin):
    right = "reseller.view"
    prefix = "search_name"
    fields = ("name", "parent", "is_master", "email", "status", "currency", "time_zone", "tenant_group", "created_at")
    list_display = ("name", "parent", "status", "currency", "email", "created_at")
    list_filter = ("status",)
    list_select_related = ("parent", "tenant_group")


@admin.register(CompanyGrant, site=site)
class CompanyGrantAdmin(AuditAdmin):
    """The first lock's side of the tree: which tenant group holds what on which company."""

    right = "reseller.view"
    prefix = "content_object__search_name"
    fields = list_display = ("group", "permission", "content_object")
    ordering = ("id",)
    list_select_related = ("group", "permission__content_type", "content_object")


@admin.register(Customer, site=site)
class CustomerAdmin(AuditAdmin):
    right = "customer.view"
    prefix = "search_name"
    fields = ("name", "company", "email", "status", "currency", "debit_limit", "notes", "created_at")
    list_display = ("name", "company", "status", "currency", "debit_limit", "created_at")
    list_filter = ("status",)
    list_select_related = ("company",)
