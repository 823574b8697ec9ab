"""Cases of the laws of import templates, prefix sets, rules and exchange rates; see tests/law/cases.py."""

SET = "INSERT INTO ratecards_prefixset (owner_id, name, data, created_at) VALUES (%s, '%s', '%s', now()); "
RULE = "UPDATE ratecards_profitrule SET "
NAMED = "match = '%s', prefix_set_id = (SELECT id FROM ratecards_prefixset WHERE name = '%s') WHERE owner_id = {a}"
RATE = ("INSERT INTO ratecards_exchangerate (owner_id, one, other, rate, valid_from, recorded_at) "
        "VALUES ({master}, '%s', '%s', %s, '2030-01-01', now()); ")  # fmt: skip

TEMPLATE = ("INSERT INTO ratecards_importtemplate (owner_id, name, header, layout, created_at) "
            "VALUES ({a}, '%s', '%s', '{{}}', now()); ")  # fmt: skip

PRICING = [
    ("import_template_name_unique", TEMPLATE % ("Sheet", "one") + TEMPLATE % ("SHEET", "two"), ""),
    ("import_template_header_unique", TEMPLATE % ("Sheet", "one") + TEMPLATE % ("Other", "one"), ""),
    ("import_template_name_given", TEMPLATE % (" ", "one"), ""),
    ("prefixset_name_unique", SET % ("{a}", "Twice", "44") + SET % ("{a}", "TWICE", "49"), ""),
    ("prefixset_name_given", SET % ("{a}", " ", "44"), ""),
    ("prefixset_data_given", SET % ("{a}", "Empty", ""), ""),
    ("prefixset_owner_fixed", SET % ("{a}", "Mine", "44") + "UPDATE ratecards_prefixset SET owner_id = {b} WHERE name = 'Mine'", ""),
    ("rule_prefixset_owner", SET % ("{b}", "Foreign", "44") + RULE + NAMED % ("", "Foreign"), ""),
    ("rule_match_or_set", SET % ("{a}", "Own", "44") + RULE + NAMED % ("44", "Own"), ""),
    ("rule_columns_known", RULE + "columns = '{{}}'", ""),
    ("rule_columns_known", RULE + "columns = '{{mcd}}'", ""),
    ("rule_mcd_a_day", RULE + "mcd = 86401", ""),
    ("rule_pulse_a_day", RULE + "pulse = 0", ""),
    ("rule_decimals", RULE + "decimals = 9", ""),
    ("rule_connect", RULE + "connect = -1", ""),
    ("exchangerate_once_at_an_instant", RATE % ("EUR", "CHF", 1) + RATE % ("EUR", "CHF", 2), ""),
    ("exchangerate_iso", RATE % ("eur", "CHF", 1), ""),
    ("exchangerate_two_currencies", RATE % ("CHF", "CHF", 1), ""),
    ("exchangerate_positive", RATE % ("EUR", "CHF", 0), ""),
    ("exchangerate_append_only", RATE % ("EUR", "CHF", 1) + "DELETE FROM ratecards_exchangerate", ""),
]  # fmt: skip
