"""What the database refuses whoever asks: raw SQL of the owner role and of every tenant role."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts import acl
from resellers.models import Company, CompanyClosure, CompanyNote, Customer
from tests import factories
from tests.roles import as_owner


def run(sql: str, *parameters) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.rowcount


def refused(sql: str, *parameters) -> str:
    """The name of the law that refused a statement of the owner role."""
    with as_owner(), pytest.raises(DatabaseError) as caught, transaction.atomic():
        run(sql, *parameters)
        acl.settle()
    return acl.constraint_of(caught.value)


def closure() -> set[tuple]:
    with as_owner():
        return set(CompanyClosure.objects.values_list("ancestor", "descendant", "depth"))


MOVE = "UPDATE resellers_company SET parent_id = %s WHERE id = %s"


def test_a_company_cannot_stand_below_one_below_it(world):
    before = closure()
    assert refused(MOVE, world.companies.a1.pk, world.companies.a.pk) == "company_no_circle"
    assert closure() == before


def test_a_company_cannot_stand_below_itself(world):
    assert refused(MOVE, world.companies.a.pk, world.companies.a.pk) == "company_no_circle"


def test_a_circle_of_three_in_one_statement(world):
    with as_owner():
        deep = factories.CompanyFactory(parent=world.companies.a1)
    c = world.companies
    new = "(VALUES (%s, %s), (%s, %s), (%s, %s)) v(id, parent)"
    circle = f"UPDATE resellers_company c SET parent_id = v.parent FROM {new} WHERE c.id = v.id"
    assert refused(circle, c.a.pk, deep.pk, deep.pk, c.b.pk, c.b.pk, c.a.pk) == "company_no_circle"


def test_an_allowed_move_carries_the_subtree(world):
    with as_owner():
        run(MOVE, world.companies.b.pk, world.companies.a.pk)
    a, a1, b, master = (getattr(world.companies, name).pk for name in ("a", "a1", "b", "master"))
    assert {(x, y, z) for x, y, z in closure() if y == a1} == {(a1, a1, 0), (a, a1, 1), (b, a1, 2), (master, a1, 3)}


def test_a_second_root_is_refused(world):
    def insert(is_master):
        return refused("INSERT INTO resellers_company (name, email, status, currency, time_zone, is_master, created_at)"
                       " VALUES ('Root', 'r@x.test', 'active', 'USD', 'UTC', %s, now())", is_master)  # fmt: skip

    assert insert(True) == "company_one_master"
    assert insert(False) == "company_master_is_root"


def test_a_reseller_cannot_become_a_root(world):
    loose = "UPDATE resellers_company SET parent_id = NULL WHERE id = %s"
    assert refused(loose, world.companies.a.pk) in ("company_master_is_root", "company_no_circle")


def test_the_master_is_never_suspended(world):
    down = "UPDATE resellers_company SET status = 'suspended' WHERE id = %s"
    assert refused(down, world.companies.master.pk) == "company_master_active"


def test_companies_and_customers_are_never_deleted(world):
    assert refused("DELETE FROM resellers_company WHERE id = %s", world.companies.a1.pk) == "company_no_delete"
    gone = "DELETE FROM resellers_customer WHERE id = %s"
    assert refused(gone, world.customers["a_0"].pk) == "customer_no_delete"


@pytest.mark.parametrize("user", ["admin", "a_admin", "b_admin"])
def test_no_tenant_role_may_even_try_to_delete(world, acting, user):
    for model in (Company, Customer):
        with pytest.raises(DatabaseError, match="permission denied"), acting(getattr(world, user)):
            model.objects.all()._raw_delete(using="default")


def test_the_currency_of_a_customer_never_changes(world):
    change = "UPDATE resellers_customer SET currency = 'EUR' WHERE id = %s"
    assert refused(change, world.customers["a_0"].pk) == "customer_currency_fixed"


@pytest.mark.parametrize("column", ["currency = 'EUR'", "company_id = 1", "created_at = now()"])
def test_no_tenant_role_may_write_what_is_fixed(world, acting, column):
    for user in (world.admin, world.a_admin, world.b_admin):
        with pytest.raises(DatabaseError, match="permission denied"), acting(user):
            run(f"UPDATE resellers_customer SET {column} WHERE false")


def test_the_key_of_a_company_never_changes(world):
    change = "UPDATE resellers_company SET tenant_group_id = %s WHERE id = %s"
    assert refused(change, world.companies.b.tenant_group_id, world.companies.a.pk) == "company_group_fixed"


@pytest.mark.parametrize(("user", "own"), [("a_admin", "a"), ("b_admin", "b"), ("a1_admin", "a1")])
def test_nobody_writes_his_own_company(world, acting, user, own):
    with acting(getattr(world, user)):
        mine = getattr(world.companies, own)
        assert run("UPDATE resellers_company SET name = 'Mine' WHERE id = %s", mine.pk) == 0


def test_nobody_writes_beside_or_above(world, acting):
    for user, target in ((world.a_admin, "b"), (world.a1_admin, "a"), (world.b_admin, "master")):
        with acting(user):
            foreign = getattr(world.companies, target)
            assert run("UPDATE resellers_company SET name = 'Taken' WHERE id = %s", foreign.pk) == 0


@pytest.mark.parametrize("parent", ["b", "master"])
def test_no_company_is_put_below_a_foreign_one(world, acting, parent):
    with pytest.raises(DatabaseError, match="row-level security"), acting(world.a_admin):
        Company.objects.create(name="X", email="x@x.test", parent=getattr(world.companies, parent))


def test_no_customer_is_given_to_a_foreign_company(world, acting):
    with pytest.raises(DatabaseError, match="row-level security"), acting(world.a1_admin):
        Customer.objects.create(name="X", company=world.companies.a)


def test_a_note_is_the_parents_alone(world, acting):
    with as_owner():
        CompanyNote.objects.create(company=world.companies.a1, owner=world.companies.a, text="Watch them")
    for user, sees in ((world.a_admin, 1), (world.admin, 1), (world.a1_admin, 0), (world.b_admin, 0)):
        with acting(user):
            assert CompanyNote.objects.count() == sees


def test_a_note_cannot_name_another_owner_than_the_parent(world, acting):
    with pytest.raises(IntegrityError), acting(world.admin):
        CompanyNote.objects.create(company=world.companies.a1, owner=world.companies.master, text="x")
        acl.settle()
