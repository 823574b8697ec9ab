"""Guards of the second lock: policies, rights to columns, and the functions that decide who one is to the database."""

from accounts.rowsecurity import ROLES, readable, writable
from accounts.tenancy import discover, register
from connexcs.sharpness.patch import Patch
from connexcs.sharpness.statements import open_policy, within_function

discover()
TENANTS = ROLES[:2]
SECOND_LOCK, UNIT, LAW = (
    "tests/access/test_second_lock.py",
    "tests/access/test_unit_of_work.py",
    "tests/access/test_people_law.py",
)
BEGIN, END = "tests/view_as/test_begin.py", "tests/view_as/test_end.py"
DEAD = f"{SECOND_LOCK}::test_the_database_makes_nobody_of_a_dead_invitation"
DECLARED = f"{SECOND_LOCK}::test_rights_to_a_table_are_those_declared"
AGAIN = f"{SECOND_LOCK}::test_the_database_ends_a_look_that_could_not_begin_now"
FORBIDDEN = f"{BEGIN}::test_database_refuses_to_begin_what_the_rule_forbids"
EYES = f"{BEGIN}::test_database_refuses_another_persons_eyes_without_a_look"
CHUNKS = "tests/ratecards/test_chunk_law.py"
OPENED = f"{SECOND_LOCK}::test_cards_are_opened_as_far_as_they_are_seen_and_fifty_at_once"
# What the tests of the second lock can try on every row of a table without another law answering first.
CHANGED = {"accounts_user", "resellers_company", "resellers_companynote", "resellers_customer", "ratecards_ratecard",
           "ratecards_cardprivate", "ratecards_cardparent", "ratecards_profitrule", "ratecards_draftrow", "accounts_job"}  # fmt: skip
DELETED = {"ratecards_cardparent", "ratecards_profitrule", "ratecards_draftrow"}

READ = [
    Patch(f"policy-select-{table.name}", f"a reseller reads every row of {table.name}", (f"{SECOND_LOCK}::test_no_foreign_row_is_read",),
          sql=open_policy(table.name, "select", TENANTS), only=f"{table.name}]")
    for table in register.tables.values()
    if readable(table, "acl_tenant") not in ("", "true")
]  # fmt: skip
WRITTEN = [
    Patch(f"policy-{command}-{table.name}", f"a reseller may {command} rows of others in {table.name}", (f"{SECOND_LOCK}::{test}",),
          sql=open_policy(table.name, command, TENANTS), only=f"{table.name}]")
    for command, test, allowed in (
        ("insert", "test_no_row_is_made_for_others", lambda table: table.insert),
        ("update", "test_no_foreign_row_is_changed", lambda table: table.name in CHANGED),
        ("delete", "test_no_foreign_row_is_deleted", lambda table: table.name in DELETED),
    )
    for table in register.tables.values()
    if allowed(table) and writable(table, "acl_tenant")
]  # fmt: skip


def rights(name, guard, sql, *tests, only="") -> Patch:
    return Patch(f"right-{name}", guard, tests or (DECLARED,), sql=sql, only=only)


def function(name, guard, signature, old, new, *tests, only="") -> Patch:
    return Patch(f"function-{name}", guard, tests, sql=within_function(signature, old, new), only=only)


RIGHTS = [
    *[rights(f"own-card-{name}", f"a row of {name} may name a foreign card until COMMIT",
             " ".join(f'ALTER POLICY {role}_insert ON "{name}" WITH CHECK ({writable(table, role)});' for role in TENANTS),
             "tests/access/test_smuggled_keys.py")
      for name, table in ((table.name, table) for table in register.tables.values()) if "ratecards_ratecard c" in table.insert_check],
    rights("no-row-security", "row security of customers is off", "ALTER TABLE resellers_customer DISABLE ROW LEVEL SECURITY",
           SECOND_LOCK, only="resellers_customer]"),
    rights("not-forced", "row security does not hold the owner of the table", "ALTER TABLE resellers_customer NO FORCE ROW LEVEL SECURITY",
           f"{SECOND_LOCK}::test_row_security_is_on_and_holds_the_tables_owner_too"),
    rights("password", "password hashes can be read by tenants", "GRANT SELECT (password) ON accounts_user TO acl_tenant, acl_subtree", UNIT, SECOND_LOCK),
    rights("digest", "the digests of invitations can be read by tenants", "GRANT SELECT (digest) ON accounts_invitation TO acl_tenant"),
    rights("staff", "a tenant may make staff", "GRANT UPDATE (is_staff) ON accounts_user TO acl_tenant, acl_subtree"),
    rights("company", "a tenant may move users to another company", "GRANT UPDATE (company_id) ON accounts_user TO acl_tenant, acl_subtree"),
    rights("customer-company", "a tenant may move customers", "GRANT UPDATE (company_id) ON resellers_customer TO acl_tenant, acl_subtree"),
    rights("company-parent", "a tenant may move companies", "GRANT UPDATE (parent_id) ON resellers_company TO acl_subtree"),
    rights("new-users", "a tenant may make users past invitations", "GRANT INSERT ON accounts_user TO acl_tenant, acl_subtree"),
    rights("grants", "a tenant may write guardian's grants", "GRANT INSERT, DELETE ON ratecards_cardgrant TO acl_tenant, acl_subtree"),
    rights("closure", "a tenant may write the tree", "GRANT INSERT ON resellers_companyclosure TO acl_tenant, acl_subtree"),
    rights("groups", "a tenant may change groups", "GRANT UPDATE (default_boxes) ON accounts_role TO acl_tenant, acl_subtree"),
    rights("trail-read", "a tenant may read the trail", "GRANT SELECT ON accounts_auditentry TO acl_tenant, acl_subtree"),
    rights("trail-write", "a tenant may write the trail himself", "GRANT INSERT ON accounts_auditentry TO acl_tenant, acl_subtree"),
    rights("customers-deleted", "a tenant may delete customers", "GRANT DELETE ON resellers_customer TO acl_tenant, acl_subtree"),
    rights("truncate", "a tenant may empty a table", "GRANT TRUNCATE ON resellers_customer TO acl_tenant, acl_subtree", UNIT),
    rights("sessions", "a tenant may read sessions", "GRANT SELECT ON django_session TO acl_tenant, acl_subtree", UNIT),
    rights("factors", "a tenant may read second factors", "GRANT SELECT ON mfa_authenticator TO acl_tenant, acl_subtree", UNIT),
    rights("login-reads", "the login role reads customers", "GRANT SELECT ON resellers_customer TO connexcs_login", UNIT),
    rights("login-writes", "the login role changes more of a user than password and last login",
           "GRANT UPDATE (is_staff) ON accounts_user TO connexcs_login",
           "tests/accounts/test_login.py::test_login_role_can_change_nothing_of_a_user_but_password_and_last_login"),
    rights("accounts-asked", "a tenant asks whether an address has an account",
           "GRANT EXECUTE ON FUNCTION acl.has_account(text) TO acl_tenant, acl_subtree", LAW),
    rights("looks-begun", "a tenant's unit begins a look",
           "GRANT EXECUTE ON FUNCTION acl.begin_view_as(bigint, bigint, text) TO acl_tenant, acl_subtree, acl_master",
           f"{BEGIN}::test_units_of_tenants_cannot_begin_or_end_a_look"),
]  # fmt: skip

ENTER = "acl.enter(bigint, bigint, boolean, text, text)"
RESOLVE, DRAWS, MAY_VIEW, IS_VIEWING = (
    "acl.resolve(bigint)",
    "acl.draws(bigint, text, text)",
    "acl.may_view_as(bigint, bigint)",
    "acl.is_viewing(bigint, bigint)",
)
REVISIONS, ACCEPTED, OFFERED = (
    "acl.assigned_revisions(bigint[])",
    "acl.accept_invitation(bytea, text, text)",
    "acl.invitation(bytea)",
)
FUNCTIONS = [
    function("resolve-active", "an inactive user is somebody to the database", RESOLVE, "u.is_active AND NOT EXISTS", "NOT EXISTS", UNIT),
    function("resolve-open", "a suspended company is open to the database", RESOLVE, "up.status <> 'active'", "false", UNIT),
    function("resolve-scope", "a subtree reaches every company", RESOLVE, "FROM resellers_companyclosure d WHERE d.ancestor_id = c.id)",
             "FROM resellers_companyclosure d)", f"{SECOND_LOCK}::test_no_foreign_row_is_read", only="a_admin-resellers"),
    function("enter-look", "anybody is entered as another person", ENTER, "OR (p_real <> p_actor AND NOT acl.is_viewing(p_real, p_actor))", "", EYES),
    function("enter-told", "a look shows what the viewer may see", ENTER, "acl.told_of(p_actor)", "acl.told_of(p_real)", f"{BEGIN}::test_administrator_sees_what_the_user_sees"),
    function("granted-use", "a grant of another kind opens a card", "acl.granted_to(bigint)", "AND p.codename = 'use_ratecard'", "", "tests/access/test_first_lock.py"),
    function("enter-support", "support auditors write", ENTER, "IF p_read_only OR s.staff OR", "IF p_read_only OR", UNIT),
    function("enter-look-reads", "view-as writes in the database", ENTER, "IF p_read_only OR s.staff OR p_real <> p_actor", "IF p_read_only OR s.staff",
             "tests/view_as/test_read_only.py::test_database_refuses_a_write_that_passed_every_view"),
    function("open-cards-own", "cards are opened that the caller does not see", "acl.open_cards(bigint[])",
             "FROM ratecards_ratecard WHERE id = ANY (p_cards)", "FROM unnest(p_cards) id", OPENED),
    function("open-cards-most", "any number of cards is opened at once", "acl.open_cards(bigint[])", "cardinality(p_cards) > 50", "false", OPENED),
    function("revisions-company", "an assignment to anybody opens the revisions", REVISIONS,
             "AND s.company_id = nullif(current_setting('app.company', true), '')::bigint", "", CHUNKS),
    function("revisions-ended", "an ended assignment opens the revisions", REVISIONS, "AND s.ended_at IS NULL", "", f"{SECOND_LOCK}::test_an_assignment_that_ended_opens_no_revision"),
    function("revisions-since", "prices from before the assignment are shown", REVISIONS, "WHERE w.until > s.started_at", "", CHUNKS),
    function("revisions-withdrawn", "a withdrawn announcement is shown", REVISIONS,
             "AND NOT EXISTS (SELECT FROM ratecards_cancellation x WHERE x.activation_id = a.id)", "", CHUNKS),
    function("trail-company", "a tenant writes into the trail of another company", "acl.own_company(bigint)",
             "OR p_company = ANY (current_setting('app.scope', true)::bigint[]) THEN", "OR true THEN", LAW),
    function("invitation-once", "a used invitation works again", ACCEPTED, "AND accepted_at IS NULL", "", DEAD),
    function("invitation-withdrawn", "a withdrawn invitation works", ACCEPTED, "AND withdrawn_at IS NULL", "", DEAD),
    function("invitation-term", "an expired invitation works", ACCEPTED, "AND expires_at > now()", "", DEAD),
    function("invitation-closed", "an invitation into a closed company works", ACCEPTED, "AND status <> 'closed'", "", DEAD),
    function("invitation-sender", "an invitation outlives its sender", ACCEPTED,
             "(i.invited_by_id IS NOT NULL AND NOT EXISTS (SELECT FROM acl.resolve(i.invited_by_id)))", "false", DEAD),
    function("offer-withdrawn", "a withdrawn invitation is shown", OFFERED, "AND i.withdrawn_at IS NULL", "", DEAD),
    function("offer-term", "an expired invitation is shown", OFFERED, "AND i.expires_at > now()", "", DEAD),
    function("offer-sender", "the offer of somebody who may not act is shown", OFFERED,
             "AND (i.invited_by_id IS NULL OR EXISTS (SELECT FROM acl.resolve(i.invited_by_id)))", "", DEAD),
    function("view-as-master", "somebody who is not the carrier's looks through eyes", MAY_VIEW, "WHERE role = 'acl_master')", ")", f"{SECOND_LOCK}::test_a_group_of_the_carrier_makes_nobody_elses_user_a_viewer"),
    function("view-as-reseller", "one of the carrier's own is looked through", MAY_VIEW, "WHERE role <> 'acl_master')", ")", FORBIDDEN),
    function("view-as-staff", "staff is looked through", MAY_VIEW,
             "AND NOT EXISTS (SELECT FROM accounts_user WHERE id = p_actor AND (is_staff OR is_superuser))", "", AGAIN),
    function("view-as-denied", "a denial does not keep from looking", DRAWS, "AND NOT coalesce(bool_or(a.boxes = '{}'), false)", "", f"{BEGIN}::test_denying_group_wins_in_the_database_too"),
    function("view-as-inactive", "an inactive group gives the right to look", DRAWS, "AND r.is_active AND", "AND", AGAIN),
    function("view-as-box", "any box gives the right to look", MAY_VIEW, "acl.draws(p_real, 'reseller', 'view_as')", "acl.draws(p_real, 'reseller', 'read')", AGAIN, FORBIDDEN),
    function("view-as-reads", "the viewer sees with other eyes what his own may not read", MAY_VIEW,
             "acl.draws(p_real, area, 'read') IS NOT TRUE", "false", f"{BEGIN}::test_database_too_wants_the_viewer_to_read_all_that_a_reseller_may"),
    function("view-as-known", "to the database a default covers areas it never knew", DRAWS, "WHEN p_area = ANY (r.known_areas) THEN", "WHEN true THEN",
             f"{BEGIN}::test_database_counts_a_default_for_the_areas_it_knew_alone"),
    function("viewing-person", "a look at one person opens all others", IS_VIEWING, "WHERE viewer_id = p_real AND user_id = p_actor", "WHERE viewer_id = p_real", f"{SECOND_LOCK}::test_a_look_is_at_one_person"),
    function("viewing-ended", "an ended look goes on", IS_VIEWING, "AND ended_at IS NULL", "", f"{END}::test_database_alone_ends_it_too"),
    function("viewing-term", "a look goes on after half an hour", IS_VIEWING, "AND ends_at > now()", "", f"{SECOND_LOCK}::test_the_database_ends_a_look_after_half_an_hour"),
    function("viewing-key", "the key of another viewer is taken", "acl.viewed(uuid, bigint)", "AND s.viewer_id = p_real", "", f"{END}::test_session_of_another_viewer_cannot_use_the_key"),
    function("viewing-allowed", "a look goes on without the right", IS_VIEWING, "acl.may_view_as(p_real, p_actor) AND", "", AGAIN),
]  # fmt: skip

PATCHES = [*READ, *WRITTEN, *RIGHTS, *FUNCTIONS]
