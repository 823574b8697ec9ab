"""Routes of reseller accounts and customers."""

from django.urls import path

from resellers.views import (
    access_report,
    choosing,
    companies,
    customer_exports,
    customer_imports,
    customers,
    status,
    users,
)

app_name = "resellers"

RESELLERS = "setup/advanced/reseller-accounts/"
CUSTOMERS = "management/customers/"
IMPORT = CUSTOMERS + "import/"

reseller_urls = [
    path(RESELLERS, companies.reseller_list, name="reseller_list"),
    path(RESELLERS + "choose/", choosing.company_choose, name="company_choose"),
    path(RESELLERS + "new/", companies.reseller_create, name="reseller_create"),
    path(RESELLERS + "<int:pk>/", companies.reseller_detail, name="reseller_detail"),
    path(RESELLERS + "<int:pk>/edit/", companies.reseller_edit, name="reseller_edit"),
    path(RESELLERS + "<int:pk>/suspend/", status.reseller_suspend, name="reseller_suspend"),
    path(RESELLERS + "<int:pk>/resume/", status.reseller_resume, name="reseller_resume"),
    path(RESELLERS + "<int:pk>/close/", status.reseller_close, name="reseller_close"),
    path(RESELLERS + "<int:pk>/users/", users.reseller_users, name="reseller_users"),
    path(RESELLERS + "<int:pk>/users/new/", users.reseller_user_create, name="reseller_user_create"),
    path(RESELLERS + "<int:pk>/customers/", customers.reseller_customers, name="reseller_customers"),
    path(RESELLERS + "<int:pk>/access/", access_report.reseller_access, name="reseller_access"),
]

customer_urls = [
    path(CUSTOMERS, customers.customer_list, name="customer_list"),
    path(CUSTOMERS + "new/", customers.customer_create, name="customer_create"),
    path(CUSTOMERS + "export/", customer_exports.customer_export, name="customer_export"),
    path(IMPORT, customer_imports.customer_import, name="customer_import"),
    path(
        IMPORT + "templates/<int:pk>/delete/",
        customer_imports.customer_template_delete,
        name="customer_template_delete",
    ),
    path(IMPORT + "<uuid:upload>/", customer_imports.customer_import_preview, name="customer_import_preview"),
    path(IMPORT + "job/<uuid:key>/", customer_imports.customer_import_job, name="customer_import_job"),
    path(IMPORT + "job/<uuid:key>/confirm/", customer_imports.customer_import_confirm, name="customer_import_confirm"),
    path(IMPORT + "job/<uuid:key>/correct/", customer_imports.customer_import_correct, name="customer_import_correct"),
    path(IMPORT + "job/<uuid:key>/refused/", customer_imports.customer_import_refused, name="customer_import_refused"),
    path(CUSTOMERS + "<int:pk>/", customers.customer_detail, name="customer_detail"),
    path(CUSTOMERS + "<int:pk>/edit/", customers.customer_edit, name="customer_edit"),
]

urlpatterns = reseller_urls + customer_urls
