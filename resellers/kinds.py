"""Companies and customers, as kinds of rows to ask about."""

from accounts.objects import Kind, add
from resellers.models import Company, Customer


def own_company(user, right: str, company) -> str:
    if right in ("reseller.update", "reseller.suspend") and company.pk == user.company_id:
        return "nobody changes his own company"
    return ""


add(Kind("company", "Reseller account", "Reseller accounts", Company, ("reseller",), "resellers:reseller_detail",
         "resellers:reseller_list", limit=own_company))  # fmt: skip
add(
    Kind(
        "customer",
        "Customer",
        "Customers",
        Customer,
        ("customer",),
        "resellers:customer_detail",
        "resellers:customer_list",
    )
)
