"""Guards of the database that hold whoever writes: every constraint and every trigger that a model of ours declares."""

from django.apps import apps

from accounts.tenancy import APPS
from connexcs.sharpness.patch import Patch
from connexcs.sharpness.statements import without_constraint, without_trigger

# Each law is a case of the first file or, where it needs prices, one of many cases of the last test.
TESTS = ("tests/law/test_every_law.py", "tests/view_as/test_end.py", "tests/view_as/test_begin.py",
         "tests/ratecards/test_database_law.py::test_every_law_holds_for_the_owner_role")  # fmt: skip
TRAIL = ("tests/law/test_every_law.py::test_every_tracked_table_writes_its_trail_itself",)
# Pairs that a primary key makes unique already: they let a composite key point there and guard nothing.
TARGETS = {"activation_id_card", "assignment_id_company", "carrier_id_owner", "company_id_parent", "customer_id_company",
           "prefixset_id_owner", "ratecard_id_owner", "revision_id_card", "revision_id_owner", "user_id_company"}  # fmt: skip
# A new user gets the group of his company, and that row asks the same question.
TWICE = {"accounts_user.user_has_group"}
# The trigger that ends looks has the same name on two tables; its tests are named by what happens.
WORDS = {
    "accounts_user.view_as_ends": "password_change or deactivation",
    "accounts_user_groups.view_as_ends": "group_taken",
    "resellers_company.company_view_as_ends": "suspension",
}  # fmt: skip


def declared():
    """(table, name, whether a trigger) of everything that our models declare."""
    for model in (model for app in APPS for model in apps.get_app_config(app).get_models(include_auto_created=True)):
        table = model._meta.db_table
        if not model._meta.proxy:
            yield from ((table, one.name, False) for one in model._meta.constraints if one.name not in TARGETS)
        yield from (
            (table, one.name, True)
            for one in getattr(model._meta, "triggers", ())
            if f"{table}.{one.name}" not in TWICE
        )


def patch(table: str, name: str, is_trigger: bool) -> Patch:
    sql = without_trigger(table, name) if is_trigger else without_constraint(table, name)
    kind, label = ("trigger", f"trigger-{table}.{name}") if is_trigger else ("constraint", f"law-{name}")
    if name.startswith("audit_") and table != "accounts_auditentry":
        return Patch(label, f"changes of {table} leave no trail ({name})", TRAIL, sql=sql)
    return Patch(
        label,
        f"{table} has no {kind} {name}",
        TESTS,
        sql=sql,
        only=f"{WORDS.get(f'{table}.{name}', name)} or every_law_holds",
    )


PATCHES = [patch(*one) for one in declared()]
