"""Whose rows companies and customers are."""

from accounts.tenancy import OWN, SUBTREE, register
from resellers.models import Company, CompanyClosure, CompanyGrant, CompanyNote, Customer, CustomerTemplate

register.grants["company"] = (Company, "operate_company")
register.closure = CompanyClosure

# A company reads itself, those below it and (to make one) those it has just put under itself; it never writes itself.
register.add(
    Company,
    paths=("pk", "parent"),
    write="parent",
    reach=SUBTREE,
    view=("reseller.view",),
    insert=True,
    update=("name", "email", "status", "currency", "time_zone"),
    check="NOT is_master",
)
register.add(CompanyNote, paths=("owner",), reach=OWN, view=("reseller.view",), insert=True, update=("text",))
register.add(CompanyClosure, paths=("descendant",), reach=SUBTREE, view=("reseller.view",))
register.add(CompanyGrant, paths=("content_object",), reach=SUBTREE)
register.add(
    Customer,
    paths=("company",),
    reach=SUBTREE,
    view=("customer.view",),
    insert=True,
    update=("name", "email", "status", "debit_limit", "notes"),
)
register.add(
    CustomerTemplate,
    paths=("owner",),
    reach=OWN,
    view=("customer.create",),
    insert=True,
    update=("layout",),
    delete=True,
)
