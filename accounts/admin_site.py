"""Django admin for support: a second pair of eyes over the same rules. It reads, and nothing else.

A site of our own: what libraries register for themselves is on the stock one, which has no address here.
"""

from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse

from accounts import access
from accounts.lists import CappedPaginator

READING = ("GET", "HEAD", "OPTIONS")


class SupportSite(admin.AdminSite):
    """Everything under one right; login, logout and password are the panel's own."""

    site_header = site_title = "connexcs support"
    index_title = "Read-only"
    site_url = None  # the template's own link leads back to the panel
    enable_nav_sidebar = False

    def has_permission(self, request):
        return access.may(request.user, "support.view")

    def admin_view(self, view, cacheable=False):
        """403 for everybody else and for every write, in front of each page of the site."""
        guarded = access.screen("support.view")(super().admin_view(view, cacheable))

        def reading(request, *args, **kwargs):
            if request.method not in READING and view != self.logout:
                raise PermissionDenied("Django admin only reads.")
            return guarded(request, *args, **kwargs)

        return reading

    def get_log_entries(self, request):
        """None: nothing is ever written here. What happened to a row stands in the trail."""
        return super().get_log_entries(request).none()

    def login(self, request, extra_context=None):
        """Who comes here is logged in: the unit of work sent everybody else to the panel's login."""
        return self.admin_view(lambda request: redirect("admin:index"))(request)

    def logout(self, request, extra_context=None):
        return redirect("account_logout")

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")


site = SupportSite(name="admin")


class AuditAdmin(admin.ModelAdmin):
    """Base of all our admins: the rows of the access module, shown, never changed.

    `right` opens model and rows; `fields` is an allow-list, so a new column is hidden until somebody names it;
    `prefix` is a C-collated column to search by its beginning.
    """

    right = "support.view"
    prefix = ""
    actions = None
    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 0
    show_facets = admin.ShowFacets.NEVER  # a count for each filter reads every row
    view_on_site = False

    def get_queryset(self, request):
        rows = access.visible(request.user, self.model, self.right)
        ordering = self.get_ordering(request)
        return (rows.order_by(*ordering) if ordering else rows).select_related(*self.list_select_related or ())

    def get_search_fields(self, request):
        return (self.prefix,) if self.prefix else self.search_fields

    def get_search_results(self, request, queryset, search_term):
        text = search_term.strip().lower()
        if self.prefix and text:
            return queryset.filter(**{f"{self.prefix}__gte": text, f"{self.prefix}__lt": text + "\U0010ffff"}), False
        return super().get_search_results(request, queryset, search_term)

    def lookup_allowed(self, lookup, value, request):
        """Only what a filter beside the list offers; the stock rule lets one guess at any column of the model."""
        field, _, how = lookup.partition("__")
        return field in self.list_filter and how in ("", "exact", "isnull") and "\0" not in str(value)

    def history_view(self, request, object_id, extra_context=None):
        trail = {"table": self.model._meta.db_table, "row": object_id}
        return redirect(f"{reverse('accounts:audit_list')}?{urlencode(trail)}")

    def has_module_permission(self, request):
        return access.may(request.user, self.right)

    def has_view_permission(self, request, obj=None):
        return access.may(request.user, self.right)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
