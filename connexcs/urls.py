"""The table of contents of the panel."""

from django.urls import include, path

from accounts import admin_site
from connexcs import health, views

urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("", include("accounts.urls_identity")),  # login, profile: allauth's names, without a namespace
    path("", include("accounts.urls")),
    path("", include("resellers.urls")),
    path("", include("ratecards.urls")),
    path("admin/", admin_site.site.urls),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]

handler400 = "accounts.views.errors.bad_request"
handler403 = "accounts.views.errors.permission_denied"
handler404 = "accounts.views.errors.not_found"
handler500 = "accounts.views.errors.server_error"
