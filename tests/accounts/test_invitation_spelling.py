"""The service of invitations keeps one spelling of an address, whichever form it comes from."""

from accounts.models import Invitation
from accounts.services.invitations import invite_user


def test_another_spelling_is_the_same_address_and_replaces_the_link(world, acting):
    values = {"actor": world.a_admin, "company": world.companies.a, "role": world.roles.readers, "name": "New"}
    with acting(world.a_admin):
        first = invite_user(email="  New.Person@Example.TEST ", **values)
        second = invite_user(email="new.person@example.test", **values)
        assert first.email == second.email == "new.person@example.test"
        assert Invitation.objects.get(pk=first.pk).withdrawn_at and not second.withdrawn_at
