"""Making and changing customers. Company and currency are fixed for good: amounts of the past stand in them."""

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import access
from resellers.models import Company, Customer


def create_customer(*, actor, company, name, currency, email="", status=Customer.ACTIVE, debit_limit=0, notes=""):
    """Add a customer to `company`. Raises ValidationError for a closed company and IntegrityError with constraint
    customer_name_unique_in_company for a name taken. `debit_limit` is a Decimal in the customer's currency.
    """
    if company.status == Company.CLOSED:
        raise ValidationError({"company": "A closed account gets no new customers."})
    with transaction.atomic():
        customer = Customer.objects.create(company=company, name=name, currency=currency, email=email, status=status,
                                           debit_limit=debit_limit, notes=notes)  # fmt: skip
        return access.still_visible(actor, customer, "customer.create")


def change_customer(customer, *, actor, name, email, status, debit_limit, notes) -> None:
    """Change everything of a customer that can change. Raises as create_customer does."""
    with transaction.atomic():
        same = Customer.objects.filter(pk=customer.pk)
        same.update(name=name, email=email, status=status, debit_limit=debit_limit, notes=notes)
        access.still_visible(actor, customer, "customer.update")
