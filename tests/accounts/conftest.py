import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def no_limits_of_other_tests(db):
    """Login and reset count attempts in the cache, which a rollback empties only together with its own test."""
    cache.clear()
