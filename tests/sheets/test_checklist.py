"""What senders send, one row each, and the test that reads it: none is without, and every test named here exists."""

import pytest

from tests.test_cases import collected

WIZARD = "tests/ratecards_screens/test_card_import_wizard.py::"
SENDERS = {
    "ASTPP origination": "test_formats.py::test_astpp_names_its_currency_and_refuses_free_seconds",
    "ASTPP termination": "test_formats.py::test_astpp_refuses_strip_even_in_curly_quotes",
    "MagnusBilling": "test_formats.py::test_magnus_without_header",
    "MagnusBilling, three columns": "test_formats.py::test_magnus_of_three_columns_says_which_increments_it_takes",
    "Yeti": "test_formats.py::test_yeti_refuses_what_has_no_field",
    "CGRateS tariff plan": "test_decks.py::test_cgrates_rates_and_destinations_of_a_tariff_plan",
    "CGRateS rates with prefixes": "test_senders.py::test_cgrates_seconds_with_a_unit_comments_and_interval_start",
    "PyFreeBilling": "test_formats.py::test_pyfb_minus_one_is_blocked",
    "A2Billing": "test_senders.py::test_a2billing_patterns_and_week_minutes",
    "JeraSoft": "test_formats.py::test_jerasoft_export",
    "JeraSoft, several sheets and dates": "test_odd_cells.py::test_several_sheets_with_the_dates_that_spreadsheets_show",
    "PortaBilling": "test_senders.py::test_portabilling_discontinued_and_dialling_prefix",
    "Switzernet": "test_senders.py::test_switzernet_prices_at_other_times_must_be_the_same",
    "46 Labs": "test_formats.py::test_46labs_price_of_an_increment_becomes_a_price_a_minute",
    "Freeside": "test_senders.py::test_freeside_country_code_once_and_then_a_list",
    "SyncSwitch": "test_senders.py::test_syncswitch_without_header_rate_first_code_last",
    "Bandwidth": "test_senders.py::test_bandwidth_country_in_the_description",
    "Kazoo": "test_formats.py::test_kazoo_free_below_three_seconds_is_a_grace_of_two",
    "interconn.it": "test_decks.py::test_interconn_names_with_commas_get_the_codes_of_a_deck",
    "IXC, changes alone": WIZARD + "test_changes_alone_leave_the_rest_and_flags_that_lie_are_said",
    "Neon-Soft, past dates count now": "test_dates.py::test_what_has_come_counts_from_now",
    "IvozProvider, start of the interval": "test_odd_cells.py::test_interval_start_other_than_0_is_refused",
    "ConnexCS": "test_formats.py::test_connexcs_rates",
    "open-rate-card": "test_documents.py::test_rates_are_exact_and_defaults_are_written_into_every_line",
}
POINTS = {
    "encodings": "test_encodings.py::test_every_encoding_reads_the_same",
    "delimiters": "test_encodings.py::test_every_delimiter_reads_the_same",
    "line ends": "test_encodings.py::test_every_line_end_reads_the_same",
    "quoted line ends": "test_encodings.py::test_quoted_newline_keeps_true_line_numbers",
    "decimal comma": "test_layout.py::test_decimal_comma_is_told_by_sure_signs_only",
    "thousand marks, currency signs": "test_senders.py::test_marks_of_currencies_and_of_thousands",
    "codes as numbers": "test_workbooks.py::test_numbers_keep_their_digits",
    "damaged codes": "test_refusals.py::test_bad_cell_refuses_its_line",
    "lost zeros of 011": "test_odd_cells.py::test_zero_that_a_spreadsheet_took_from_011_is_missed",
    "lost zeros of 00": "test_odd_cells.py::test_zeros_that_a_spreadsheet_took_from_00_leave_the_prefix",
    "apostrophe, plus, nbsp": "test_numbers.py::test_prefix_is_taken",
    "00 and 011": "test_codes.py::test_dialling_prefix_goes_where_the_layout_says_so",
    "dashes and spaces": "test_codes.py::test_spaces_and_dashes_of_one_number_go_when_told",
    "lists and ranges": "test_codes.py::test_lists_and_ranges",
    "ranges that are none": "test_codes.py::test_what_is_no_list_is_refused_with_its_reason",
    "country code column": "test_codes.py::test_country_code_in_a_column_of_its_own",
    "merged cells": "test_workbooks.py::test_merged_cells_hold_their_value_in_every_row",
    "hidden rows and sheets": "test_workbooks.py::test_hidden_rows_are_read_as_the_others_and_said",
    "titles, totals, footers": "test_workbooks.py::test_title_totals_and_footers_are_no_rates_and_every_line_is_a_row",
    "short, long and blank rows": "test_odd_cells.py::test_short_and_long_rows_and_empty_ones_between_are_told_apart",
    "repeated headers": "test_refusals.py::test_repeated_header_of_a_page_is_skipped",
    "several sheets": "test_workbooks.py::test_every_sheet_can_be_chosen_and_the_longest_seen_one_is_first",
    "formulas, increments made dates": "test_workbooks.py::test_formula_is_never_computed_and_an_increment_made_a_date_is_named",
    "serial dates, 1904": "test_workbooks.py::test_bare_serial_numbers_are_days_of_the_book_s_system",
    "text dates and zones": "test_dates.py::test_date_is_the_same_instant_however_it_is_written",
    "day or month first": "test_dates.py::test_order_is_told_by_proof_alone",
    "far and impossible dates": "test_dates.py::test_date_that_is_none_is_refused_with_its_reason",
    "end before start": "test_odd_cells.py::test_price_that_ends_is_refused",
    "increments in one cell": "test_senders.py::test_increments_in_one_cell",
    "zero": "test_odd_cells.py::test_zero_is_a_price_and_no_blank",
    "-1 and closed words": "test_blocked.py::test_word_or_minus_one_in_the_cost_blocks",
    "blank price": "test_blocked.py::test_empty_cost_is_not_blocked_but_refused",
    "flags and arrows": "test_senders.py::test_flags_are_kept_beside_the_prices",
    "flags that contradict": WIZARD + "test_changes_alone_leave_the_rest_and_flags_that_lie_are_said",
    "duplicates by price": "test_odd_cells.py::test_prefix_that_stands_twice_is_refused_whatever_its_price",
    "duplicates by date": "test_dates.py::test_a_prefix_may_have_a_price_now_and_another_later",
    "American codes": "test_odd_cells.py::test_american_codes_get_the_1_that_they_lack",
    "many decimals": "test_numbers.py::test_price_is_taken_exactly",
    "formula injection": "test_error_file.py::test_no_cell_of_an_error_file_can_run",
    "zip bomb": "test_hostile_workbooks.py::test_workbook_is_read_or_refused_within_bounds",
    "a million rows": "test_swift.py::test_both_ways_say_the_same_of_any_file",
}


@pytest.mark.parametrize("row", SENDERS | POINTS)
def test_row_is_proved_by_a_test_that_exists(row):
    file, _, name = (SENDERS | POINTS)[row].partition("::")
    assert name in collected(file if "/" in file else f"tests/sheets/{file}")
