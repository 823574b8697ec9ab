"""Companies and their customers."""

from resellers.models.company import Company, CompanyClosure, CompanyGrant, CompanyNote
from resellers.models.customer import Customer
from resellers.models.template import CustomerTemplate

__all__ = ["Company", "CompanyClosure", "CompanyGrant", "CompanyNote", "Customer", "CustomerTemplate"]
