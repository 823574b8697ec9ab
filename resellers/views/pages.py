"""What every page of one reseller account shows around its content, and buttons that show exactly when they work."""

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse

from accounts import access
from accounts.forms.chooser import is_number

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


def asked_company(request, companies: QuerySet):
    """The one of `companies` that `?company=` names, None where it names none. Raises Http404 for any other."""
    text = request.GET.get("company", "")
    if not text:
        return None
    company = companies.filter(pk=text).first() if is_number(text) else None
    if company is None:
        raise Http404("no such company")
    return company
