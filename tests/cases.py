"""The attacks that this panel must withstand, and the tests that prove it: `python3 -m tests.cases` prints the table.

Each case has a number, one sentence, and the tests that would turn red if it succeeded; tests/test_cases.py sees to it
that none is without a proof and that every test named here exists. Numbers A are the catalogue of attacks (those left out
are of mails and sessions and stand in their own folders), numbers L those on the two locks themselves.

A reseller's administrator is RA, his reader RV; B is another tenant, SR a sub-reseller of RA's company; AN is nobody, NG a
user whose groups give nothing, SU a support auditor, AD the carrier's administrator.
"""

EVERY_URL = "tests/test_every_url.py::"
ADDRESSES, METHODS = "tests/isolation/test_addresses.py::", "tests/isolation/test_methods.py::"
FORMS, LISTS = "tests/isolation/test_forms.py::", "tests/isolation/test_lists.py::"
LEAKS, FILES = "tests/isolation/test_nothing_leaks.py::", "tests/isolation/test_downloads.py::"
WRONG = "tests/isolation/test_one_wrong_thing.py::"
CARDS, USERS, GROUPS = (
    "tests/ratecards_screens/",
    "tests/accounts/test_change_user.py::",
    "tests/accounts/test_change_group.py::",
)
GROUP_ENDS = "tests/accounts/test_end_group.py::"
BEGIN, END, LOOK = "tests/view_as/test_begin.py::", "tests/view_as/test_end.py::", "tests/view_as/test_read_only.py::"
LAW, UNIT, JOBS = (
    "tests/ratecards/test_database_law.py::",
    "tests/access/test_unit_of_work.py::",
    "tests/jobs/test_job_screens.py::",
)
CUSTOMERS, HARM = "tests/resellers/test_customer_import.py::", "tests/resellers/test_customer_import_attacks.py::"
SHEETS, IMPORTS, BODIES = "tests/sheets/", "tests/ratecards/test_import_attacks.py::", "tests/setup/test_bodies.py::"
STATUS, AUDIT = "tests/resellers/test_reseller_status.py::", "tests/access/"

ALIKE = ADDRESSES + "test_foreign_and_unknown_ids_answer_alike_in_status_bytes_and_statements"
FOREIGN_ID = FORMS + "test_a_foreign_id_is_refused_as_one_that_never_was"
NO_BYTE = LEAKS + "test_what_others_have_changes_no_byte_of_any_page"
METHOD = METHODS + "test_every_method_of_every_route_is_answered_as_get_is"
EXTRA_FIELD = FORMS + "test_no_field_that_a_form_does_not_have_does_anything"
PERSONAS = EVERY_URL + "test_each_persona_gets_what_the_table_says_and_reading_changes_no_row"

CASES = {
    # -- objects
    "A1": ("RA opens B's objects by id", ALIKE, EVERY_URL + "test_each_persona_gets_what_the_table_says_and_reading_changes_no_row"),
    "A2": ("RA posts the form of B's objects", ALIKE, "tests/resellers/test_foreign_tenant.py::test_foreign_reseller_gets_404"),
    "A3": ("RA deletes B's objects or reads the question before it", ALIKE, CARDS + "test_foreign_tenant.py::test_stranger_gets_404_for_get_and_post"),
    "A4": ("RA mixes an own parent with B's child in the address, and the reverse",
           ADDRESSES + "test_own_parent_with_a_foreign_child_and_the_reverse_do_not_exist",
           CARDS + "test_card_profits.py::test_rule_of_another_card_is_404",
           CARDS + "test_card_assignments.py::test_assignment_of_another_card_is_404",
           CARDS + "test_card_revisions.py::test_activation_of_another_card_is_404"),
    "A5": ("RA calls every action on B's objects", ALIKE, METHOD),
    "A6": ("RV calls every write of his own tenant", METHOD, METHODS + "test_each_refused_write_of_a_reader_stands_once_in_the_trail"),
    "A7": ("RA, who may use one card, does to it what only its owner may",
           CARDS + "test_foreign_tenant.py::test_company_that_has_the_card_gets_its_projection_and_404_for_the_rest",
           "tests/access_report/test_explain.py::test_assigned_card_is_only_read"),
    "A8": ("RA sends own and B's ids together", FOREIGN_ID, CARDS + "test_card_create.py::test_card_of_another_company_is_no_parent"),
    "A9": ("RA sends B's ids alone, none, twice, or in odd clothes", FOREIGN_ID, FORMS + "test_no_id_in_other_clothes_is_a_fault_or_a_key"),
    "A10": ("RA reads B's names on a page that asks before it acts", LEAKS + "test_no_answer_to_a_form_and_no_mail_shows_it"),
    # -- exports, files, jobs
    "A11": ("RA exports with B's ids among the parameters", FILES + "test_export_with_ids_of_others_in_its_parameters_holds_own_rows_alone",
            "tests/ratecards/test_exports.py::test_export_needs_right_and_reach"),
    "A12": ("RA downloads B's file, sheet or list of refused lines", ALIKE,
            "tests/ratecards/test_imports.py::test_refused_lines_of_another_company_are_not_given_out",
            CARDS + "test_card_import.py::test_upload_of_another_company_is_404"),
    "A13": ("RA gives away the address of his file, or uses it after logging out", FILES + "test_copied_address_opens_nothing_for_anybody_else"),
    "A14": ("RA asks for files by paths, and has a browser run one", FILES + "test_names_of_files_are_no_addresses",
            FILES + "test_file_is_an_attachment_that_no_browser_runs_or_keeps", CARDS + "test_card_import.py::test_upload_is_kept_under_a_name_of_our_own"),
    "A15": ("RA asks how B's job is doing", JOBS + "test_foreign_and_unknown_job_get_the_same_404", JOBS + "test_ids_are_no_addresses"),
    "A16": ("RA runs B's job again", JOBS + "test_foreign_job_cannot_be_sent_again"),
    "A17": ("RA makes a job of his fail and reads the words", "tests/jobs/test_run_job.py::test_unexpected_error_shows_neutral_words"),
    # -- choices, filters, order, counts
    "A18": ("AN, NG and RV call every fragment directly", PERSONAS, METHOD),
    "A19": ("RA asks every chooser for what B has", FORMS + "test_every_choice_of_rows_is_narrowed",
            LISTS + "test_a_search_for_what_others_have_finds_what_a_search_for_nothing_finds",
            "tests/access_report/test_reseller_access.py::test_foreign_and_unknown_objects_are_the_same_to_a_reseller"),
    "A20": ("RA changes the kind that a fragment asks for", ADDRESSES + "test_who_sees_takes_no_kind_but_those_it_knows"),
    "A21": ("RA posts B's id in a field of a form", FOREIGN_ID),
    "A22": ("RA posts a lookup instead of an id", FORMS + "test_no_id_in_other_clothes_is_a_fault_or_a_key"),
    "A25": ("RA narrows a list by B's ids", LISTS + "test_a_foreign_id_in_the_address_says_as_little_as_an_unknown_one"),
    "A26": ("RA filters by columns that are no filter", LISTS + "test_a_guess_at_a_hidden_column_gets_one_answer_right_or_wrong",
            "tests/admin/test_admin.py::test_lookups_over_columns_that_are_not_filters_are_refused"),
    "A27": ("RA gives a parameter twice, his own and B's", LISTS + "test_a_foreign_id_in_the_address_says_as_little_as_an_unknown_one"),
    "A29": ("RA sorts by a hidden column", LISTS + "test_no_hidden_column_orders_a_list", NO_BYTE),
    "A30": ("RA puts SQL into the order", LISTS + "test_no_hidden_column_orders_a_list"),
    "A31": ("RA searches for B's names, ids, addresses and prefixes", LISTS + "test_a_search_for_what_others_have_finds_what_a_search_for_nothing_finds",
            CARDS + "test_rate_search.py::test_stranger_finds_nothing"),
    "A32": ("RA reads counts, totals and pages of lists", NO_BYTE, "tests/resellers/test_dashboard.py::test_a_reseller_counts_what_is_its_own_and_below"),
    "A33": ("RA opens what SR has: people and customers, no prices", AUDIT + "test_two_locks_smoke.py::test_parent_reads_down_the_subtree",
            CARDS + "test_foreign_tenant.py::test_parent_does_not_reach_into_the_cards_of_its_sub_reseller"),
    "A34": ("RA compares what foreign and unknown ids answer, to the byte and the statement", ALIKE),
    "A35": ("RA sends ids that are none", ADDRESSES + "test_malformed_ids_are_not_found_and_never_a_fault",
            CARDS + "test_foreign_tenant.py::test_codes_that_are_none_are_404"),
    # -- sheets that are imported
    "A38": ("RA imports rows with columns of an id, a company, a card or an author",
            SHEETS + "test_refusals.py::test_a_column_cannot_say_whose_row_it_is",
            CARDS + "test_card_import.py::test_owner_column_of_a_sheet_says_nothing_about_whose_it_is",
            "tests/ratecards/test_imports.py::test_foreign_card_and_foreign_upload_are_out_of_reach",
            CUSTOMERS + "test_no_column_says_whose_a_customer_is", HARM + "test_no_column_can_be_read_as_what_decides_whose_a_customer_is",
            HARM + "test_id_of_another_companys_customer_changes_nothing_of_it",
            HARM + "test_corrected_list_with_columns_of_its_own_is_no_list_of_refused_lines",
            CUSTOMERS + "test_foreign_company_posted_is_refused_as_one_that_never_was", CUSTOMERS + "test_company_out_of_reach_is_refused_by_the_service_too"),
    "A39": ("RA, who may only import or only add, changes what is there", IMPORTS + "test_who_may_only_import_changes_no_price_that_is_live",
            IMPORTS + "test_who_may_only_create_cards_imports_nothing", CUSTOMERS + "test_who_may_only_create_cannot_change_by_a_sheet",
            CUSTOMERS + "test_existing_names_are_refused_unless_they_are_to_be_changed",
            CUSTOMERS + "test_right_that_is_lost_before_the_job_runs_ends_it"),
    "A40": ("RA imports a sheet whose last line but one is bad",
            IMPORTS + "test_one_bad_line_of_two_hundred_thousand_holds_all_back_until_it_is_corrected",
            IMPORTS + "test_list_of_errors_on_the_page_is_capped_and_the_file_has_all",
            "tests/ratecards/test_imports.py::test_worker_killed_before_its_last_transaction_leaves_nothing",
            HARM + "test_one_bad_line_near_the_end_is_refused_alone_and_loads_when_corrected",
            HARM + "test_list_of_refused_lines_on_the_page_is_capped_and_the_file_has_all",
            "tests/resellers/test_customer_imports_at_once.py::test_import_that_is_killed_goes_on_and_makes_nothing_twice"),
    "A41": ("RA sends every encoding, line end and delimiter, too many columns, nothing, a header alone, NUL",
            SHEETS + "test_encodings.py::test_every_encoding_reads_the_same", SHEETS + "test_encodings.py::test_every_delimiter_reads_the_same",
            SHEETS + "test_encodings.py::test_mixed_line_ends_keep_true_line_numbers", SHEETS + "test_encodings.py::test_nul_refuses_its_line_only",
            SHEETS + "test_layout.py::test_decimal_comma_is_told_by_sure_signs_only", SHEETS + "test_other_files.py::test_wrong_file_is_named",
            SHEETS + "test_refusals.py::test_sheet_without_rates_is_refused",
            SHEETS + "test_every_line_counts.py::test_any_bytes_end_in_a_result_or_a_clear_error",
            CARDS + "test_card_import.py::test_what_is_no_rate_sheet_is_refused_at_once", CARDS + "test_card_import.py::test_odd_letters_are_read_or_refused",
            *[f"tests/resellers/test_customer_import_files.py::test_{test}" for test in (
                "text_is_read_as_it_comes", "hostile_file_is_refused_in_words_and_not_kept", "hostile_cells_are_refused_lines_or_plain_text",
                "decimal_comma_is_read_where_no_thousand_can_be_meant", "header_alone_and_a_layout_without_currency_say_so")]),
    "A42": ("RA imports a prefix twice, for one time or for several", SHEETS + "test_refusals.py::test_second_of_two_equal_prefixes_is_refused_naming_the_first",
            SHEETS + "test_dates.py::test_a_prefix_may_have_a_price_now_and_another_later", SHEETS + "test_dates.py::test_two_dates_that_have_come_are_one_time",
            SHEETS + "test_decks.py::test_prefix_of_two_names_is_refused_for_both",
            IMPORTS + "test_prefix_that_a_sheet_lists_twice_is_refused_and_in_a_form_replaces_the_one_of_the_draft",
            HARM + "test_name_that_a_sheet_lists_twice_is_refused_as_the_form_refuses_it"),
    # -- bodies and archives
    "A88": ("AN sends bodies that are too large, lie about it, come in pieces, in chunks or never end",
            BODIES + "test_body_that_says_it_is_too_large_is_refused_before_it_is_sent", BODIES + "test_body_longer_than_it_says_is_cut",
            BODIES + "test_length_that_is_none_is_no_fault", BODIES + "test_body_in_chunks_is_read_or_refused",
            BODIES + "test_ten_thousand_parts_are_refused", BODIES + "test_five_thousand_fields_are_refused",
            BODIES + "test_body_that_never_ends_holds_a_thread_and_no_transaction",
            CARDS + "test_card_import.py::test_too_large_a_file_is_refused_and_not_kept",
            CUSTOMERS + "test_file_beyond_the_limit_is_cut_off_and_not_kept"),
    "A89": ("RA sends workbooks made to harm", SHEETS + "test_hostile_workbooks.py::test_workbook_is_read_or_refused_within_bounds",
            SHEETS + "test_hostile_files.py::test_file_is_refused_in_one_sentence", SHEETS + "test_hostile_files.py::test_external_entities_are_not_fetched",
            SHEETS + "test_hostile_files.py::test_process_that_opens_files_knows_no_secret",
            "tests/ratecards/test_commands.py::test_workbook_is_known_by_its_content_whatever_its_name",
            HARM + "test_harmful_workbook_is_opened_by_the_worker_alone_and_refused_in_one_sentence",
            HARM + "test_member_that_leaves_its_folder_goes_nowhere", HARM + "test_formula_and_link_of_a_workbook_are_text_that_nothing_runs"),
    # -- more than one has
    "A43": ("RA adds fields that a form does not have", EXTRA_FIELD, FORMS + "test_after_all_of_it_nobody_has_more_than_before",
            USERS + "test_other_columns_cannot_be_posted"),
    "A44": ("RA changes what a form shows as fixed", "tests/resellers/test_customer_edit.py::test_company_and_currency_are_shown_with_the_reason_and_cannot_be_posted",
            "tests/accounts/test_stale_form.py::test_form_without_what_it_showed_is_refused"),
    "A45": ("RA comes to the last step without the first, or by another's", CARDS + "test_card_import.py::test_upload_of_another_company_is_404",
            "tests/access_report/test_group_effect.py::test_nothing_is_saved_before_the_effect_was_seen"),
    "A46": ("RA gives a group a right he lacks", GROUPS + "test_nobody_gives_a_right_he_lacks", GROUPS + "test_reseller_changes_no_group",
            GROUPS + "test_database_lets_no_reseller_write_a_group"),
    "A47": ("RA puts himself or a colleague into a higher group", USERS + "test_groups_that_cannot_be_given_are_refused",
            USERS + "test_nobody_changes_his_own_groups", UNIT + "test_user_cannot_join_a_master_group_or_a_tenant_group"),
    "A49": ("RA makes a user without a group", USERS + "test_user_without_group_is_refused_on_the_field", USERS + "test_database_refuses_a_user_without_group"),
    "A50": ("AD empties or shuts the group of somebody at work", GROUPS + "test_change_holds_from_the_next_request_of_its_users",
            GROUP_ENDS + "test_deactivated_group_gives_nothing_from_the_next_request", GROUP_ENDS + "test_used_group_cannot_be_deleted"),
    "A51": ("SU makes himself a superuser in Django admin", "tests/admin/test_admin.py::test_support_cannot_make_himself_superuser",
            METHODS + "test_a_superuser_without_a_right_may_nothing"),
    # -- view-as
    "A52": ("SU or RA looks through the eyes of somebody above", BEGIN + "test_own_people_inactive_and_shut_out_ones_are_no_targets",
            BEGIN + "test_nobody_else_looks_through_anybodys_eyes", BEGIN + "test_database_refuses_to_begin_what_the_rule_forbids"),
    "A53": ("AD, looking, looks once more, opens the admin or the person's identity", BEGIN + "test_nobody_looks_through_a_second_pair_of_eyes",
            LOOK + "test_identity_pages_of_the_person_stay_shut", LOOK + "test_django_admin_stays_shut"),
    "A54": ("AD, looking, writes; or sees other than the person does", LOOK + "test_every_write_on_every_route_is_refused_in_words_and_writes_nothing",
            LOOK + "test_database_refuses_a_write_that_passed_every_view", "tests/view_as/test_same_pages.py::test_every_page_a_crawl_reaches_looks_the_same_to_both"),
    "A55": ("A look leaves a trail without one of both people", BEGIN + "test_trail_says_who_looked_through_whose_eyes_and_why",
            "tests/view_as/test_support_access.py::test_reseller_sees_that_support_was_inside_and_why"),
    "A56": ("A look or its cookies outlive its end", END + "test_cookies_of_before_and_of_within_are_dead", END + "test_half_an_hour_ends_it",
            END + "test_logout_ends_it", END + "test_ended_look_cannot_be_opened_again"),
    # -- the two locks
    "L1": ("A role group without the group of the company", WRONG + "test_role_group_without_the_group_of_the_company_sees_no_row"),
    "L2": ("Every route with every object of another company by every method", ALIKE, METHOD),
    "L3": ("A user without a role group by form, shell or SQL", USERS + "test_user_without_group_is_refused_on_the_field",
           USERS + "test_database_refuses_a_user_without_group",
           AUDIT + "test_people_law.py::test_user_without_a_group_of_the_right_audience_is_refused_at_commit"),
    "L4": ("An inactive user or superuser with a live session", WRONG + "test_inactive_people_and_shut_companies_resolve_to_nothing",
           WRONG + "test_inactive_superuser_with_a_live_session_is_out", USERS + "test_deactivated_user_is_out_at_the_next_request_and_stays_out"),
    "L5": ("A wrong grant, or a wrong membership", WRONG + "test_wrong_grant_shows_no_row_of_the_other_company",
           WRONG + "test_wrong_membership_shows_no_row_of_the_other_company",
           AUDIT + "test_audit_access_rows.py::test_wrong_grant_shows_on_guardians_side_alone"),
    "L6": ("Two tenants in turn on one connection, with faults between", WRONG + "test_tenants_take_turns_on_one_connection_and_faults_carry_nothing_over",
           AUDIT + "test_pgbouncer.py::test_two_tenants_share_connections_and_nothing_else"),
    "L7": ("A view that forgets the filter", WRONG + "test_query_that_forgets_the_filter_finds_own_rows_alone",
           AUDIT + "test_either_lock_alone.py::test_nothing_of_b_when_guardian_answers_everything",
           AUDIT + "test_either_lock_alone.py::test_nothing_of_b_when_row_security_is_off"),
    "L8": ("Owner, company or parent posted along", EXTRA_FIELD, WRONG + "test_key_of_another_company_is_not_smuggled_into_an_own_row",
           "tests/resellers/test_reseller_edit.py::test_parent_status_and_master_cannot_be_posted"),
    "L9": ("A foreign key smuggled into an own row", WRONG + "test_key_of_another_company_is_not_smuggled_into_an_own_row",
           "tests/law/test_every_reference.py::test_a_reference_to_a_companys_row_is_a_key_with_the_company"),
    "L10": ("A card taken away in an open session and a running download", "tests/ratecards/test_exports.py::test_taken_away_card_ends_a_running_download",
            CARDS + "test_card_rates.py::test_rates_are_gone_at_the_request_after_unassigning",
            "tests/ratecards/test_builds.py::test_taken_away_parent_orphans_the_child_which_keeps_its_prices"),
    "L11": ("A subtree moved, a circle closed", "tests/resellers/test_company_law.py::test_an_allowed_move_carries_the_subtree",
            "tests/resellers/test_company_law.py::test_a_circle_of_three_in_one_statement", "tests/resellers/test_two_moves_at_once.py::test_two_moves_at_once_close_no_circle"),
    "L12": ("A company in the middle of the tree suspended and resumed", UNIT + "test_suspension_of_a_middle_company_reaches_everybody_below",
            STATUS + "test_one_suspended_in_the_middle_of_the_tree_leaves_those_above_and_beside_at_work", STATUS + "test_resuming_lets_them_in_again"),
    "L13": ("View-as shows more or less than the person sees, or writes", "tests/view_as/test_same_pages.py::test_every_route_looks_the_same_to_both",
            LOOK + "test_every_write_on_every_route_is_refused_in_words_and_writes_nothing", BEGIN + "test_nobody_looks_through_a_second_pair_of_eyes"),
    "L14": ("A reseller's administrator hands out more than he has", USERS + "test_groups_that_cannot_be_given_are_refused",
            USERS + "test_database_refuses_what_the_service_would_not_do", "tests/accounts/test_invite_user.py::test_group_with_more_rights_than_ones_own_cannot_be_given",
            AUDIT + "test_people_law.py::test_nobody_gives_himself_a_group"),
    "L15": ("The database is not as it should be: roles, policies, views, pooled connections, rows copied in",
            AUDIT + "test_audit_access_law.py::test_each_fault_is_found_by_its_kind", "tests/test_migrations.py::test_a_changed_policy_is_noticed_and_put_right",
            "tests/setup/test_roles.py::test_the_login_role_is_refused", AUDIT + "test_pgbouncer.py::test_no_statement_of_the_apps_outlives_its_transaction",
            WRONG + "test_rows_copied_in_are_refused_under_a_policy", WRONG + "test_no_tenant_goes_round_the_policies"),
}  # fmt: skip
WANTED = {
    *(f"A{n}" for n in (*range(1, 23), 25, 26, 27, *range(29, 36), *range(38, 48), *range(49, 57), 88, 89)),
    *(f"L{n}" for n in range(1, 16)),
}


def table() -> str:
    """The cases and their proofs, one a line, in Markdown."""
    rows = [
        f"| {number} | {sentence} | {'<br>'.join(f'`{one}`' for one in proofs)} |"
        for number, (sentence, *proofs) in CASES.items()
    ]
    return "\n".join(["| case | attack | proved by |", "|---|---|---|", *rows])


if __name__ == "__main__":
    print(table())
