"""Companies and their customers."""

from resellers.models.company import Company, CompanyClosure, CompanyGrant, CompanyNote
from resellers.models.customer import Customer

__all__ = ["Company", "CompanyClosure", "CompanyGrant", "CompanyNote", "Customer"]
