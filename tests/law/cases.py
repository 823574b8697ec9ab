"""For every constraint and trigger a statement of the owner role, whom row security does not hold, that it answers.

The laws of rate cards that need prices have their cases in tests/ratecards/laws.py.
"""

from tests.law.pricing_cases import PRICING

USER = ("INSERT INTO accounts_user (email, name, password, company_id, time_zone, is_active, is_staff, is_superuser, created_at) VALUES "
        "({email}, 'X', '!', {{b}}, 'UTC', true, false, false, now())")  # fmt: skip
COMPANY = ("INSERT INTO resellers_company (parent_id, is_master, name, email, status, currency, time_zone, created_at) VALUES "
           "({parent}, {master}, {name}, 'l@example.test', 'active', 'USD', 'UTC', now())")  # fmt: skip
CUSTOMER = ("INSERT INTO resellers_customer (company_id, name, email, status, currency, debit_limit, notes, created_at) VALUES "
            "({company}, {name}, '', 'active', 'USD', 0, '', now())")  # fmt: skip
TEMPLATE = ("INSERT INTO resellers_customertemplate (owner_id, name, header, layout, created_at) "
            "VALUES ({a}, '%s', '%s', '{{}}', now()); ")  # fmt: skip
INVITATION = ("INSERT INTO accounts_invitation (email, name, company_id, role_id, is_staff, time_zone, digest, invited_by_id, created_at, "
              "expires_at) SELECT email, name, company_id, role_id, is_staff, time_zone, digest, invited_by_id, created_at, expires_at "
              "FROM accounts_invitation LIMIT 1")  # fmt: skip
CARD = ("INSERT INTO ratecards_ratecard (code, owner_id, kind, public_name, public_notes, currency, direction, presentation, dialling, "
        "price_precision, price_rounding, charge_precision, charge_rounding, duration_rounding, created_at) SELECT {code}, owner_id, {kind}, "
        "'', '', 'USD', direction, presentation, dialling, 6, 'up', 4, 'up', 'up', now() FROM ratecards_ratecard WHERE id = {{card}}")  # fmt: skip
CLOSED = "UPDATE resellers_company SET status = 'closed' WHERE id = {a1}; "
UNGUARDED = "ALTER TABLE {table} DISABLE TRIGGER USER; "
CANCEL = "INSERT INTO ratecards_cancellation (activation_id, card_id, owner_id, recorded_at) SELECT id, {card}, {owner}, now() FROM " \
         "ratecards_activation WHERE card_id = {{card}}"  # fmt: skip
LOOK = ("INSERT INTO accounts_supportaccess (key, viewer_id, user_id, company_id, reason, started_at, ends_at) VALUES "
        "(gen_random_uuid(), {viewer}, {{a_user}}, {company}, {reason}, now(), now() + interval '{minutes} minutes')")  # fmt: skip
LOOKED = LOOK.format(viewer="{a_admin}", company="{a}", reason="'Ticket 4711: prices'", minutes=30)
ROLE = "UPDATE accounts_role SET {} WHERE group_id = {{reader_role}}"

REFUSED = [  # (constraint or trigger, statement, the name that the refusal bears where it is another)
    ("user_email_unique", USER.format(email="'A_ADMIN@example.test'"), ""),
    ("user_email_given", USER.format(email="''"), ""),
    ("user_has_group", USER.format(email="'x@example.test'"), ""),
    ("user_keeps_group", "DELETE FROM accounts_user_groups WHERE user_id = {a_user} AND group_id IN (SELECT group_id FROM accounts_role)",
     "user_has_group"),
    ("user_gets_group", "INSERT INTO accounts_user_groups (user_id, group_id) VALUES ({a_user}, {master_role})", "user_has_group"),
    ("staff_is_master", "UPDATE accounts_user SET is_superuser = true WHERE id = {a_user}", ""),
    ("tenant_group_law", "INSERT INTO accounts_user_groups (user_id, group_id) VALUES ({a_user}, {b_group})", ""),
    ("tenant_group_law", "DELETE FROM accounts_user_groups WHERE user_id = {a_user} AND group_id = {a_group}", ""),
    ("tenant_group_renamed", "UPDATE auth_group SET name = 'x' WHERE id = {a_group}", "tenant_group_fixed"),
    ("tenant_group_removed", "DELETE FROM auth_group WHERE id = {a_group}", "tenant_group_fixed"),
    ("role_not_on_tenant_group", "UPDATE accounts_role SET group_id = {a_group} WHERE group_id = {reader_role}", "tenant_group_fixed"),
    ("role_name_unique", ROLE.format("name = 'DORMANT'"), ""),
    ("role_default_crud", ROLE.format("default_boxes = '{{{{everything}}}}'"), ""),
    ("areaaccess_boxes_known", "UPDATE accounts_areaaccess SET boxes = '{{everything}}'", ""),
    ("areaaccess_one_row_per_area", "INSERT INTO accounts_areaaccess (role_id, area, boxes) SELECT role_id, area, boxes FROM accounts_areaaccess", ""),
    ("invitation_digest_unique", INVITATION, ""),
    ("invitation_term", "UPDATE accounts_invitation SET expires_at = created_at + interval '32 days'", ""),
    ("invitation_company_open", CLOSED + INVITATION.replace("SELECT email, name, company_id", "SELECT email, name, {a1}"), ""),
    ("invitation_stays_dead", "UPDATE accounts_invitation SET withdrawn_at = now(); UPDATE accounts_invitation SET withdrawn_at = NULL", ""),
    ("job_actor_company", "UPDATE accounts_job SET company_id = {b} WHERE actor_id = {a_admin}", ""),
    ("job_runs_under_lease", "UPDATE accounts_job SET state = 'running'", ""),
    ("company_parent_open", CLOSED + COMPANY.format(parent="{a1}", master="false", name="'Late'"), ""),
    ("company_master_is_root", COMPANY.format(parent="NULL", master="false", name="'Rootless'"), ""),
    ("company_one_master", COMPANY.format(parent="NULL", master="true", name="'Second'"), ""),
    ("company_name_unique_under_parent", COMPANY.format(parent="{master}", master="false", name="'COMPANY A'"), ""),
    ("company_name_given", COMPANY.format(parent="{master}", master="false", name="' '"), ""),
    ("company_currency_iso", "UPDATE resellers_company SET currency = 'usd'", ""),
    ("company_master_active", "UPDATE resellers_company SET status = 'suspended' WHERE id = {master}", ""),
    ("company_no_delete", "DELETE FROM resellers_company WHERE id = {a1}", ""),
    ("company_group_fixed", "UPDATE resellers_company SET tenant_group_id = {b_group} WHERE id = {a}", ""),
    ("closure_update", "UPDATE resellers_company SET parent_id = {a1} WHERE id = {a}", "company_no_circle"),
    ("company_shut_by", "UPDATE resellers_company SET status = 'suspended' WHERE id = {a1}; SELECT set_config('app.company', '{a}', true); "
                        "UPDATE resellers_company SET status = 'active' WHERE id = {a1}", ""),
    ("closure_depth", "UPDATE resellers_companyclosure SET depth = depth + 1", ""),
    ("closure_pair_unique", "INSERT INTO resellers_companyclosure (ancestor_id, descendant_id, depth) VALUES ({master}, {a}, 7)", ""),
    ("companynote_owner_is_parent", "INSERT INTO resellers_companynote (company_id, owner_id, text) VALUES ({a1}, {b}, '')", ""),
    ("company_grant_law", "UPDATE resellers_companygrant SET group_id = {b_group} WHERE group_id = {a_group}", ""),
    ("customer_template_name_unique", TEMPLATE % ("Sheet", "one") + TEMPLATE % ("SHEET", "two"), ""),
    ("customer_template_header_unique", TEMPLATE % ("Sheet", "one") + TEMPLATE % ("Other", "one"), ""),
    ("customer_template_name_given", TEMPLATE % (" ", "one"), ""),
    ("customer_company_open", CLOSED + CUSTOMER.format(company="{a1}", name="'Late'"), ""),
    ("customer_name_unique_in_company", CUSTOMER.format(company="{a}", name="'CUSTOMER A 0'"), ""),
    ("customer_name_given", CUSTOMER.format(company="{a}", name="''"), ""),
    ("customer_currency_iso", CUSTOMER.format(company="{a}", name="'X'").replace("USD", "usd"), ""),
    ("customer_currency_fixed", "UPDATE resellers_customer SET currency = 'EUR'", ""),
    ("customer_debit_limit", "UPDATE resellers_customer SET debit_limit = 'NaN'", ""),
    ("customer_no_delete", "DELETE FROM resellers_customer", ""),
    ("carrier_name_unique", "INSERT INTO ratecards_carrier (owner_id, name, status, currency, notes, created_at) "
                            "SELECT owner_id, upper(name), status, currency, '', now() FROM ratecards_carrier", ""),
    ("ratecard_code_unique", CARD.format(code="code", kind="kind"), ""),
    ("ratecard_kind_known", CARD.format(code="'abcd-efgh'", kind="'other'"), ""),
    ("assignment_law", "INSERT INTO ratecards_cardassignment (card_id, owner_id, company_id) VALUES ({card}, {a}, {b})", "assignment_to_child"),
    ("activation_not_backdated", UNGUARDED.format(table="ratecards_activation") + "INSERT INTO ratecards_activation (card_id, owner_id, revision_id, "
     "live_from, recorded_at) SELECT card_id, owner_id, revision_id, live_from - interval '1 day', recorded_at FROM ratecards_activation", ""),
    ("cancellation_activation_card", UNGUARDED.format(table="ratecards_cancellation") + CANCEL.format(card="{b_card}", owner="{b}"), ""),
    ("cancellation_card_owner", UNGUARDED.format(table="ratecards_cancellation") + CANCEL.format(card="card_id", owner="{b}"), ""),
    ("cancellation_append_only", UNGUARDED.format(table="ratecards_cancellation") + CANCEL.format(card="card_id", owner="owner_id")
     + "; ALTER TABLE ratecards_cancellation ENABLE TRIGGER USER; DELETE FROM ratecards_cancellation", ""),
    ("supportaccess_user_company", LOOK.format(viewer="{a_admin}", company="{b}", reason="'Ticket 4711: prices'", minutes=30), ""),
    ("supportaccess_of_another", LOOK.format(viewer="{a_user}", company="{a}", reason="'Ticket 4711: prices'", minutes=30), ""),
    ("supportaccess_reason_given", LOOK.format(viewer="{a_admin}", company="{a}", reason="'         x'", minutes=30), ""),
    ("supportaccess_term", LOOK.format(viewer="{a_admin}", company="{a}", reason="'Ticket 4711: prices'", minutes=31), ""),
    ("supportaccess_stays_ended", LOOKED + "; UPDATE accounts_supportaccess SET ended_at = now(); "
     "UPDATE accounts_supportaccess SET ended_at = NULL", ""),
    ("audit_append_only", "UPDATE accounts_auditentry SET label = ''", ""),
    ("audit_append_only", "TRUNCATE accounts_auditentry", ""),
    *PRICING,
]  # fmt: skip

GRANTS = "SELECT count(*) FROM ratecards_cardgrant WHERE content_object_id = {assigned} AND group_id = {a_group}"
ENDED = "UPDATE ratecards_cardassignment SET ended_at = '2099-01-01' WHERE card_id = {assigned} AND company_id = {a}"
ASSIGNED = "INSERT INTO ratecards_cardassignment (card_id, owner_id, company_id) VALUES ({assigned}, {master}, {a})"
MADE = COMPANY.format(parent="{a}", master="false", name="'Derived'")
OPEN_LOOKS = "SELECT count(*) FROM accounts_supportaccess WHERE ended_at IS NULL"
EFFECTS = [  # (trigger that derives, statement, question, answer)
    ("join_tenant_group", "UPDATE accounts_user SET company_id = {b} WHERE id = {a_user}",
     "SELECT array_agg(group_id) = ARRAY[{b_group}]::int[] FROM accounts_user_groups WHERE user_id = {a_user} AND group_id IN ({a_group}, {b_group})", True),
    ("company_tenant_group", MADE, "SELECT g.name LIKE 'tenant:%' FROM resellers_company c JOIN auth_group g ON g.id = c.tenant_group_id "
                                   "WHERE c.name = 'Derived'", True),
    ("company_grant", MADE, "SELECT count(*) FROM resellers_companygrant g JOIN resellers_company c ON c.id = g.content_object_id AND "
                            "c.tenant_group_id = g.group_id WHERE c.name = 'Derived'", 1),
    ("closure_insert", MADE, "SELECT count(*) FROM resellers_companyclosure x JOIN resellers_company c ON c.id = x.descendant_id "
                             "WHERE c.name = 'Derived'", 3),
    ("closure_update", "UPDATE resellers_company SET parent_id = {b} WHERE id = {a1}",
     "SELECT count(*) FROM resellers_companyclosure WHERE ancestor_id = {b} AND descendant_id = {a1} AND depth = 1", 1),
    ("company_shut_by", "UPDATE resellers_company SET status = 'suspended' WHERE id = {a}",
     "SELECT shut_by_id = {master} FROM resellers_company WHERE id = {a}", True),
    ("view_as_ends", f"{LOOKED}; UPDATE accounts_user SET password = 'x' WHERE id = {{a_user}}", OPEN_LOOKS, 0),
    ("company_view_as_ends", f"{LOOKED}; UPDATE resellers_company SET status = 'suspended' WHERE id = {{a}}", OPEN_LOOKS, 0),
    ("ratecard_own_assignment", CARD.format(code="'abcd-efgh'", kind="kind"),
     "SELECT count(*) FROM ratecards_cardassignment a JOIN ratecards_ratecard r ON r.id = a.card_id AND r.owner_id = a.company_id "
     "WHERE r.code = 'abcd-efgh'", 1),
    ("assignment_grant", f"{ENDED}; {ASSIGNED}", GRANTS, 1),
    ("assignment_ends", ENDED, GRANTS, 0),
    ("assignment_ended_now", ENDED, "SELECT ended_at < clock_timestamp() FROM ratecards_cardassignment WHERE card_id = {assigned} AND company_id = {a}", True),
]  # fmt: skip

# Uniques that a primary key implies: they only let a composite key point at the pair.
TARGETS = ("activation_id_card", "assignment_id_company", "carrier_id_owner", "company_id_parent", "customer_id_company", "prefixset_id_owner",
           "ratecard_id_owner", "revision_id_card", "revision_id_owner", "user_id_company")  # fmt: skip
