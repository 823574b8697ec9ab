from accounts import access
from resellers.models import Company, Customer


def test_reseller_sees_own_customers_only(world, acting):
    with acting(world.b_admin):
        names = set(access.visible(world.b_admin, Customer).values_list("name", flat=True))
        assert names == {"Customer b 0", "Customer b 1", "Customer b 2"}
        assert set(Customer.objects.values_list("name", flat=True)) == names


def test_parent_reads_down_the_subtree(world, acting):
    with acting(world.a_admin):
        companies = set(access.visible(world.a_admin, Company).values_list("name", flat=True))
        assert companies == {"Company a", "Company a1"}
        assert Customer.objects.count() == 6


def test_master_sees_all(world, acting):
    with acting(world.admin):
        assert access.visible(world.admin, Customer).count() == 15
