"""The words that belong to one tenant alone: whoever reads one of them elsewhere has found a leak."""

from tests.roles import as_owner
from tests.world import PRICES


def of_tenant(world, key: str) -> set[str]:
    """Every name, address and code of the tenant's rows; ids are too short to be found in a page."""
    company = getattr(world.companies, key)
    words = {company.name, company.email}
    words |= {user.email for name, user in vars(world).items() if name.startswith(f"{key}_") and hasattr(user, "email")}
    words |= {customer.name for name, customer in world.customers.items() if name.startswith(f"{key}_")}
    with as_owner():
        for name, card in world.cards.items():
            if card.owner_id == company.pk or card.assignments.filter(company=company).exclude(owner=company).exists():
                words |= {card.code, card.public_name, name, PRICES[name][1]}
    return words
