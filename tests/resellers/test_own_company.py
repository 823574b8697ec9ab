"""The services of companies change nobody's own one, whatever a screen offers."""

import pytest
from django.core.exceptions import PermissionDenied

from resellers.services import companies

CHANGED = {"name": "Renamed", "email": "x@example.test", "currency": "USD", "time_zone": "UTC"}


@pytest.mark.parametrize(("person", "company"), [("a_admin", "a"), ("admin", "master")])
def test_nobody_changes_or_shuts_the_company_he_belongs_to(world, acting, person, company):
    actor, own = getattr(world, person), getattr(world.companies, company)
    with acting(actor):
        with pytest.raises(PermissionDenied, match="his own company"):
            companies.change_company(own, actor=actor, **CHANGED)
        for service in (companies.suspend_company, companies.close_company, companies.resume_company):
            with pytest.raises(PermissionDenied, match="his own company"):
                service(own, actor=actor, reason="Unpaid")
        companies.change_company(world.companies.a1, actor=actor, **CHANGED)
