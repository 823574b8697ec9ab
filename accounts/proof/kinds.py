"""The one table of findings: what is looked for, how grave it is, what to do, and what can be put right by itself."""

import contextlib

from django.db import DatabaseError, transaction

from accounts.proof import grants, laws, people, policies, roles, tree
from accounts.proof.finding import DRIFT, LEAK, NOTICE, Finding, Kind, case

FIX = "manage.py audit_access --fix"
BY_HAND = "find out who changed it, and put it right as the database's administrator"
MIGRATE = f"{FIX}, or manage.py migrate; find out who changed it"

# In the order of repair: law first, so that what follows is done under it; then what the tree and the grants rest on.
KINDS = (
    # the law
    Kind("trigger_disabled", DRIFT, "Triggers that are switched off", FIX, laws.trigger_disabled, laws.enable_triggers),
    Kind("trigger_changed", DRIFT, "Triggers that are missing or changed", FIX, laws.triggers, laws.install_triggers),
    Kind("constraint_missing", DRIFT, "Constraints that are missing", BY_HAND, laws.constraints),
    Kind("constraint_asleep", DRIFT, "Constraints that were never checked", BY_HAND, laws.constraint_asleep),
    # the second lock
    Kind("function_changed", LEAK, "Functions of row security that are changed", MIGRATE, policies.functions_changed, policies.reapply),
    Kind("row_security_off", LEAK, "Tables without row security", MIGRATE, policies.row_security_off, policies.reapply),
    Kind("policy_changed", LEAK, "Policies and rights that are changed", MIGRATE, policies.policy_drift, policies.reapply),
    Kind("column_readable", LEAK, "Hidden columns that can be read", MIGRATE, policies.hidden_readable, policies.reapply),
    Kind("table_open", LEAK, "Tables that nobody declared and somebody can reach", FIX, policies.table_open, policies.revoke_undeclared),
    Kind("table_unknown", NOTICE, "Tables of no model", "drop it, or add it to a tables.py", policies.table_unknown),
    Kind("view_definer", LEAK, "Views past row security", "ALTER VIEW … SET (security_invoker = true), or drop it", policies.view_definer),
    Kind("function_open", LEAK, "Functions that lend their owner's rights", "fix its search_path, REVOKE EXECUTE … FROM PUBLIC",
         policies.function_open),
    Kind("role_strong", LEAK, "Roles that are too strong", "manage.py db roles prints what the roles must be", roles.strong),
    Kind("role_member", LEAK, "Roles in wrong company", "GRANT or REVOKE as manage.py db roles prints", roles.members),
    Kind("role_owner", LEAK, "Roles that own what they must not", "ALTER … OWNER TO the owner role", roles.owners),
    Kind("role_setting", LEAK, "Settings that undo a lock", "ALTER ROLE or DATABASE … RESET", roles.role_settings),
    # the tree
    Kind("master_count", DRIFT, "Not exactly one master company", BY_HAND, tree.master_count),
    Kind("company_unrooted", DRIFT, "Companies outside the tree", BY_HAND, tree.unrooted),
    Kind("closure_extra", LEAK, "Companies listed below others that are not above them", FIX, tree.closure_extra, tree.redo_closure),
    Kind("closure_missing", DRIFT, "Companies not listed below those above them", FIX, tree.closure_missing, tree.redo_closure),
    Kind("assignment_not_child", LEAK, "Cards in the hands of companies that are no direct children", "end the assignment",
         tree.assignment_not_child),
    Kind("own_assignment_missing", DRIFT, "Cards their own company cannot use", BY_HAND, tree.own_assignment_missing),
    Kind("foreign_reference", LEAK, "Rows that name another company's rows", BY_HAND, tree.foreign_references),
    # groups and people
    Kind("tenant_group_missing", DRIFT, "Companies without their group", FIX, people.tenant_group_missing, people.add_tenant_groups),
    Kind("group_confused", LEAK, "Groups that are a company's key and give rights too", "move its users to another group, delete the rights",
         people.group_confused),
    Kind("model_permission", LEAK, "Rights to every object of a model", "delete it: rights come from the catalogue", grants.model_level),
    Kind("generic_grant", LEAK, "Grants to users, or in guardian's general tables", "delete it", grants.generic),
    Kind("member_missing", DRIFT, "Users outside the group of their company", FIX, people.member_missing, people.add_members),
    Kind("member_extra", LEAK, "Users in the group of another company", FIX, people.member_extra, people.drop_members),
    Kind("user_no_group", DRIFT, "Users without a group", "choose a group for each", people.no_group),
    Kind("user_wrong_audience", LEAK, "Users with a group meant for others", "choose a fitting group", people.wrong_audience),
    Kind("user_staff", LEAK, "Staff outside the master company", "take the flag away", people.staff_outside_master),
    Kind("user_inactive_groups", NOTICE, "Users whose groups are all inactive", "activate a group, or the user can go", people.only_inactive),
    # guardian's grants
    Kind("company_grant_orphan", LEAK, "Grants on companies to nobody's group", FIX, *grants.orphaned("company")),
    Kind("company_grant_extra", LEAK, "Grants on companies without a claim", FIX, *grants.unclaimed("company")),
    Kind("company_grant_missing", DRIFT, "Companies that cannot operate themselves", FIX, *grants.missing("company")),
    Kind("card_grant_orphan", LEAK, "Grants on cards to nobody's group", FIX, *grants.orphaned("card")),
    Kind("card_grant_extra", LEAK, "Grants on cards without an assignment", FIX, *grants.unclaimed("card")),
    Kind("card_grant_missing", DRIFT, "Assignments without their grant", FIX, *grants.missing("card")),
    Kind("group_stray", DRIFT, "Groups of nobody", FIX, people.group_stray, people.drop_stray_groups),
)  # fmt: skip


def findings(cursor, kinds=KINDS) -> list[Finding]:
    """Every case of every kind; the cursor is of a role that sees all rows: the owner, or a unit of the master."""
    return [case(kind, thing, detail) for kind in kinds for thing, detail in kind.find(cursor)]


def repair(cursor) -> list[Finding]:
    """Derive again what can be derived, in the open transaction; returns what was found and is right now.

    One kind that the database refuses leaves the others done. The cursor is Django's, of the owner role.
    """
    before = findings(cursor)
    broken = {found.kind for found in before}
    for kind in KINDS:
        if kind.fix and kind.name in broken:
            # What the law refuses stays as it is, and is reported as left.
            with contextlib.suppress(DatabaseError), transaction.atomic(using=cursor.db.alias):
                kind.fix(cursor)
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    left = set(findings(cursor))
    fixable = {kind.name for kind in KINDS if kind.fix}
    return [found for found in before if found.kind in fixable and found not in left]
