"""Statements against the laws of rate cards, and the name of the law that refuses each: {placeholders} are ids of the test's world."""

ASSIGN = "INSERT INTO ratecards_cardassignment (card_id, owner_id, company_id) VALUES "
ACTIVATE = "INSERT INTO ratecards_activation (card_id, owner_id, revision_id, live_from, recorded_at) VALUES "
PARENT = "INSERT INTO ratecards_cardparent (card_id, owner_id, assignment_id, position) VALUES "
RULE = "INSERT INTO ratecards_profitrule (columns, card_id, owner_id, position, match, type, value, status) VALUES ('{{cost}}', "
DRAFT_ROW = ("INSERT INTO ratecards_draftrow (revision_id, card_id, owner_id, prefix, name, cost, connect, mcd, pulse, grace, blocked, "
             "removed) VALUES ({draft}, {retail}, {master}, ")  # fmt: skip
REVISION = (
    "INSERT INTO ratecards_revision (card_id, owner_id, number, state, rows, directory, digest, created_at) VALUES "
)
CARD = "UPDATE ratecards_ratecard SET "
GRANT = ("INSERT INTO ratecards_cardgrant (permission_id, group_id, content_object_id) SELECT p.id, {group_b}, {retail} "
         "FROM auth_permission p WHERE codename = 'use_ratecard'")  # fmt: skip

LAWS = [
    # cards
    ("ratecard_no_delete", "DELETE FROM ratecards_ratecard WHERE id = {retail}"),
    ("ratecard_fixed", CARD + "owner_id = {a} WHERE id = {retail}"),
    ("ratecard_fixed", CARD + "kind = 'provider' WHERE id = {retail}"),
    ("ratecard_fixed", CARD + "code = 'abcd-efgh' WHERE id = {retail}"),
    ("ratecard_published", CARD + "presentation = 'full' WHERE id = {retail}"),
    ("ratecard_published", CARD + "charge_precision = 2 WHERE id = {retail}"),
    ("ratecard_published", CARD + "currency = 'EUR' WHERE id = {retail}"),
    ("ratecard_drafted", CARD + "presentation = 'full' WHERE id = {drafted}"),
    ("ratecard_drafted", CARD + "currency = 'JPY' WHERE id = {drafted}"),
    ("ratecard_drafted", CARD + "direction = 'origination' WHERE id = {drafted}"),
    ("ratecard_drafted", CARD + "dialling = 'lrn' WHERE id = {drafted}"),
    ("ratecard_drafted", CARD + "destination_countries = 'AT' WHERE id = {drafted}"),
    ("ratecard_archived", CARD + "archived_at = NULL WHERE id = {shelved}"),
    ("ratecard_archived_unused", CARD + "archived_at = now() WHERE id = {retail}"),
    ("ratecard_archived_announced", ACTIVATE + "({retail}, {master}, {ready}, {soon}, now()); "
                                    "UPDATE ratecards_ratecard SET archived_at = now() WHERE id = {retail}"),
    ("ratecard_archived_unused", CARD + "archived_at = now() WHERE id = {source}"),
    ("ratecard_direction_known", CARD + "direction = 'up' WHERE id = {loose}"),
    ("ratecard_presentation_known", CARD + "presentation = 'many' WHERE id = {loose}"),
    ("ratecard_dialling_known", CARD + "dialling = 'xx' WHERE id = {loose}"),
    ("ratecard_currency_iso", CARD + "currency = 'us1' WHERE id = {loose}"),
    ("ratecard_published", CARD + "source_countries = 'AT' WHERE id = {retail}"),
    ("ratecard_countries_iso", CARD + "presentation = 'eea', source_countries = 'AT', destination_countries = 'at' WHERE id = {loose}"),
    ("ratecard_countries_of_eea", CARD + "presentation = 'eea', source_countries = 'AT' WHERE id = {loose}"),
    ("ratecard_countries_of_eea", CARD + "destination_countries = 'AT' WHERE id = {loose}"),
    ("ratecard_cap_bounds", CARD + "capped_rate = 100000.1 WHERE id = {loose}"),
    ("ratecard_cap_bounds", CARD + "capped_rate = -0.1 WHERE id = {loose}"),
    ("ratecard_downloads_known", CARD + "public_options = '{{csv,pdf}}' WHERE id = {loose}"),
    ("ratecard_precision", CARD + "price_precision = 9 WHERE id = {loose}"),
    ("ratecard_rounding_known", CARD + "price_rounding = 'even' WHERE id = {loose}"),
    ("cardprivate_modes_known", "UPDATE ratecards_cardprivate SET compact = 'most' WHERE card_id = {retail}"),
    ("card_name_given", "UPDATE ratecards_cardprivate SET name = ' ' WHERE card_id = {retail}"),
    ("card_name_unique", "UPDATE ratecards_cardprivate SET name = 'CARRIER prices' WHERE card_id = {retail}"),
    ("cardprivate_owner", "UPDATE ratecards_cardprivate SET owner_id = {a} WHERE card_id = {retail}"),
    ("cardprivate_carrier_owner", "UPDATE ratecards_cardprivate SET carrier_id = (SELECT min(id) FROM ratecards_carrier)"
                                  " WHERE card_id = {resold}"),
    ("carrier_no_delete", "DELETE FROM ratecards_carrier"),
    ("carrier_status_known", "UPDATE ratecards_carrier SET status = 'gone'"),
    ("carrier_currency_iso", "UPDATE ratecards_carrier SET currency = 'usd'"),
    ("carrier_name_given", "UPDATE ratecards_carrier SET name = ''"),
    # assignments and grants
    ("assignment_to_child", ASSIGN + "({retail}, {master}, {a1})"),
    ("assignment_to_child", ASSIGN + "({resold}, {a}, {b})"),
    ("assignment_to_child", ASSIGN + "({resold}, {a}, {master})"),
    ("assignment_customer_card", ASSIGN + "({source}, {master}, {b})"),
    ("assignment_live_once", ASSIGN + "({retail}, {master}, {a})"),
    ("assignment_live_once", ASSIGN + "({retail}, {master}, {master})"),
    ("assignment_card_owner", ASSIGN + "({retail}, {a}, {a1})"),
    ("assignment_no_delete", "DELETE FROM ratecards_cardassignment WHERE id = {assignment}"),
    ("assignment_fixed", "UPDATE ratecards_cardassignment SET company_id = {b} WHERE id = {assignment}"),
    ("assignment_fixed", "UPDATE ratecards_cardassignment SET card_id = {loose} WHERE id = {assignment}"),
    ("assignment_own_never_ends", "UPDATE ratecards_cardassignment SET ended_at = now() + interval '1 s' WHERE id = {own}"),
    ("assignment_ends_after_start", "UPDATE ratecards_cardassignment SET started_at = now() + interval '1 day', ended_at = now() "
                                    "WHERE id = {assignment}"),
    ("card_grant_law", GRANT),
    # revisions
    ("revision_state_known", "UPDATE ratecards_revision SET state = 'live' WHERE id = {draft}"),
    ("revision_number_unique", REVISION + "({retail}, {master}, 1, 'draft', 0, '', '', now())"),
    ("revision_card_owner", REVISION + "({retail}, {a}, 99, 'draft', 0, '', '', now())"),
    ("revision_begins", REVISION + "({retail}, {master}, 99, 'ready', 1, '', '', now())"),
    ("revision_immutable", "UPDATE ratecards_revision SET rows = 7 WHERE id = {ready}"),
    ("revision_immutable", "UPDATE ratecards_revision SET state = 'draft' WHERE id = {live}"),
    ("revision_immutable", "UPDATE ratecards_revision SET directory = '' WHERE id = {archived}"),
    ("revision_immutable", "DELETE FROM ratecards_revision WHERE id = {live}"),
    ("revision_immutable", "DELETE FROM ratecards_revision WHERE id = {ready}"),
    ("revision_in_use", "UPDATE ratecards_revision SET state = 'archived' WHERE id = {live}"),
    ("revision_in_use", ACTIVATE + "({retail}, {master}, {ready}, {soon}, now()); "
                        "UPDATE ratecards_revision SET state = 'archived' WHERE id = {ready}"),
    ("chunk_listed", "DELETE FROM ratecards_chunk WHERE card_id = {retail}"),
    ("chunk_listed", "UPDATE ratecards_chunk SET payload = '' WHERE card_id = {shelved}"),
    ("revision_private_law", "UPDATE ratecards_revisionprivate SET refused = 0 WHERE revision_id = {doubtful}"),
    ("revision_private_law", "UPDATE ratecards_revisionprivate SET refused = 0 WHERE revision_id = {dirty}"),
    ("revision_private_law", "UPDATE ratecards_revisionprivate SET report = '{{}}' WHERE revision_id = {live}"),
    ("revision_private_law", "UPDATE ratecards_revisionprivate SET build_key = 'x' WHERE revision_id = {archived}"),
    ("revision_private_law", "DELETE FROM ratecards_revisionprivate WHERE revision_id = {ready}"),
    ("revision_private_stays", "DELETE FROM ratecards_revisionprivate WHERE revision_id = {draft}"),
    ("revisionprivate_owner", "UPDATE ratecards_revisionprivate SET owner_id = {a} WHERE revision_id = {draft}"),
    # activations
    ("activation_law", ACTIVATE + "({retail}, {master}, {draft}, now(), now())"),
    ("activation_law", ACTIVATE + "({retail}, {master}, {archived}, now(), now())"),
    ("activation_law", ACTIVATE + "({retail}, {master}, {doubtful}, now(), now())"),
    ("activation_too_far", ACTIVATE + "({retail}, {master}, {ready}, now() + interval '5 years 1 day', now())"),
    ("activation_card_in_use", ACTIVATE + "({shelved}, {master}, {shelved_ready}, now(), now())"),
    ("activation_revision_card", ACTIVATE + "({loose}, {master}, {ready}, now(), now())"),
    ("activation_card_owner", ACTIVATE + "({retail}, {a}, {ready}, now(), now())"),
    ("activation_one_at_an_instant", ACTIVATE + "({retail}, {master}, {ready}, {soon}, now()), "
                                                "({retail}, {master}, {live}, {soon}, now())"),
    ("activation_append_only", "UPDATE ratecards_activation SET live_from = live_from + interval '1 s' WHERE id = {past}"),
    ("activation_append_only", "DELETE FROM ratecards_activation WHERE id = {past}"),
    ("cancellation_law", "INSERT INTO ratecards_cancellation (activation_id, card_id, owner_id) VALUES ({past}, {retail}, {master})"),
    # chunks and draft rows
    ("chunk_card_owner", "INSERT INTO ratecards_chunk (card_id, owner_id, digest, payload) VALUES ({retail}, {a}, 'x', 'x')"),
    ("chunk_address", "INSERT INTO ratecards_chunk (card_id, owner_id, digest, payload) SELECT card_id, owner_id, digest, 'x' "
                      "FROM ratecards_chunk WHERE card_id = {retail}"),
    ("draftrow_prefix_digits", DRAFT_ROW + "'44a', '', 0, 0, 1, 1, 0, false, false)"),
    ("draftrow_price_bounds", DRAFT_ROW + "'44', '', -1, 0, 1, 1, 0, false, false)"),
    ("draftrow_seconds_bounds", DRAFT_ROW + "'44', '', 0, 0, 1, 0, 0, false, false)"),
    ("draftrow_price_bounds", DRAFT_ROW + "'44', '', 0, 10000000000001, 1, 1, 0, false, false)"),
    ("draftrow_price_bounds", "UPDATE ratecards_draftrow SET inter = -1"),
    ("draftrow_seconds_bounds", DRAFT_ROW + "'44', '', 0, 0, 86401, 1, 0, false, false)"),
    ("draftrow_prefix_unique", DRAFT_ROW + "'7', '', 0, 0, 1, 1, 0, false, false)"),
    ("draft_row_law", DRAFT_ROW.replace("{draft}", "{ready}") + "'44', '', 0, 0, 1, 1, 0, false, false)"),
    ("draftrow_revision_card", DRAFT_ROW.replace("{retail}", "{loose}") + "'44', '', 0, 0, 1, 1, 0, false, false)"),
    ("draftrow_card_owner", DRAFT_ROW.replace("{master}", "{a}") + "'44', '', 0, 0, 1, 1, 0, false, false)"),
    # parents and rules
    ("parent_once", PARENT + "({retail}, {master}, {own_source}, 2)"),
    ("parent_assignment_company", PARENT + "({loose}, {master}, {assignment}, 1)"),
    ("parent_card_owner", PARENT + "({resold}, {master}, {own_source}, 2)"),
    ("parent_law", PARENT + "({source}, {master}, {own}, 1)"),
    ("parent_law", PARENT + "({shelved}, {master}, {own_source}, 1)"),
    ("parent_law", PARENT + "({loose}, {master}, {own_shelved}, 1)"),
    ("parent_no_circle", PARENT + "({retail}, {master}, {own}, 2)"),
    ("parent_no_circle", PARENT + "({retail}, {master}, {resold_own}, 2)"),
    ("parent_fixed", "UPDATE ratecards_cardparent SET assignment_id = {own} WHERE id = {parent}"),
    ("rule_position_unique", RULE + "{retail}, {master}, 1, '^', 'percent', 1, 'profit')"),
    ("rule_card_owner", RULE + "{retail}, {a}, 7, '^', 'percent', 1, 'profit')"),
    ("rule_type_known", RULE + "{retail}, {master}, 7, '^', 'double', 1, 'profit')"),
    ("rule_status_known", RULE + "{retail}, {master}, 7, '^', 'percent', 1, 'maybe')"),
    ("rule_margin_below_100", RULE + "{retail}, {master}, 7, '^', 'margin', 100, 'profit')"),
    ("rule_value_bounds", RULE + "{retail}, {master}, 7, '^', 'relative', -1000001, 'profit')"),
    ("rule_value_bounds", RULE + "{retail}, {master}, 7, '^', 'percent', 'NaN', 'profit')"),
    ("rule_absolute_not_negative", RULE + "{retail}, {master}, 7, '^', 'absolute', -1, 'profit')"),
]  # fmt: skip
