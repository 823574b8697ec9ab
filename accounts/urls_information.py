"""Routes of Setup > Information; part of the namespace of accounts."""

from django.urls import path

from accounts.views import audit, jobs, outbox, proof, support, who

INFORMATION = "setup/information/"

urlpatterns = [
    path(f"{INFORMATION}audit-log/", audit.audit_list, name="audit_list"),
    path(f"{INFORMATION}audit-log/proof/", proof.access_proof, name="access_proof"),
    path(f"{INFORMATION}audit-log/<int:pk>/", audit.audit_detail, name="audit_detail"),
    path(f"{INFORMATION}jobs/", jobs.job_list, name="job_list"),
    path(f"{INFORMATION}jobs/<uuid:key>/", jobs.job_detail, name="job_detail"),
    path(f"{INFORMATION}jobs/<uuid:key>/progress/", jobs.job_progress, name="job_progress"),
    path(f"{INFORMATION}jobs/<uuid:key>/retry/", jobs.job_retry, name="job_retry"),
    path(f"{INFORMATION}support-access/", support.support_access_list, name="support_access_list"),
    path(f"{INFORMATION}who-can-see/<slug:kind>/<str:key>/", who.who_sees, name="who_sees"),
    path(f"{INFORMATION}outbox/", outbox.outbox_list, name="outbox_list"),
]
