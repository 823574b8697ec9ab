"""The service of groups gives none that the form would not offer, even where it gives no right too many."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.services.users import set_groups


def test_a_sleeping_group_is_not_given(world, acting):
    with acting(world.a_admin):
        with pytest.raises(PermissionDenied, match="does not fit"):
            set_groups(world.a_reader, [world.roles.readers, world.roles.dormant], actor=world.a_admin)
        set_groups(world.a_reader, [world.roles.readers, world.roles.resellers], actor=world.a_admin)


def test_a_sleeping_group_that_somebody_has_may_stay(world, acting):
    with acting(world.a_admin):
        set_groups(world.a_dormant, [world.roles.dormant, world.roles.readers], actor=world.a_admin)
