"""What every page of one reseller account shows around its content, and buttons that show exactly when they work."""

from django.urls import reverse

from accounts import access

TABS = (
    ("Overview", "resellers:reseller_detail", "reseller.view"),
    ("Users", "resellers:reseller_users", "user.view"),
    ("Customers", "resellers:reseller_customers", "customer.view"),
    ("Access", "resellers:reseller_access", "reseller.access"),
)


def company_page(user, company) -> dict:
    """Title and tabs; `is_own` where the reader belongs to the company and so may not change it."""
    tabs = [(label, url) for label, route, right in TABS if (url := url_if_may(user, right, route, company.pk))]
    return {"company": company, "title": company.name, "tabs": tabs, "is_own": company.pk == user.company_id}


def url_if_may(user, right: str, route: str, *args) -> str:
    """The address of a screen for whoever holds its right, else nothing."""
    return reverse(route, args=args) if access.may(user, right) else ""
