"""The proof finds every planted fault in the tree of companies and what hangs on it."""

import pytest

from tests.access.proving import found, kinds, plant

A, A1, B, MASTER = (
    f"(SELECT id FROM resellers_company WHERE name = 'Company {key}')" for key in ("a", "a1", "b", "master")
)
CARD = "(SELECT card_id FROM ratecards_cardprivate WHERE name = 'Private %s')"
RETAIL_A, RETAIL_B, WHOLESALE_A = (CARD % name for name in ("retail a", "retail b", "wholesale a"))

FAULTS = {
    "a closure row is missing": (
        f"DELETE FROM resellers_companyclosure WHERE ancestor_id = {A} AND descendant_id = {A1}", {"closure_missing"},
    ),
    "a company listed below a stranger": (
        f"INSERT INTO resellers_companyclosure (ancestor_id, descendant_id, depth) VALUES ({B}, {A1}, 1)", {"closure_extra"},
    ),
    "a wrong depth": (
        f"UPDATE resellers_companyclosure SET depth = 7 WHERE ancestor_id = {A} AND descendant_id = {A1}",
        {"closure_missing", "closure_extra"},
    ),
    "a company moved without its closure": (
        f"UPDATE resellers_company SET parent_id = {B} WHERE id = {A1}", {"closure_missing", "closure_extra"},
    ),
    "two companies below one another": (
        f"UPDATE resellers_company SET parent_id = {A1} WHERE id = {A}", {"company_unrooted", "closure_extra", "closure_missing", "assignment_not_child"},
    ),
    "two masters": (
        "ALTER TABLE resellers_company DROP CONSTRAINT company_master_is_root; DROP INDEX company_one_master; "
        f"UPDATE resellers_company SET is_master = true WHERE id = {B}",
        {"master_count", "constraint_missing", "user_wrong_audience"},
    ),
    "no master": (
        "ALTER TABLE resellers_company DROP CONSTRAINT company_master_is_root; UPDATE resellers_company SET is_master = false",
        {"master_count", "company_unrooted", "constraint_missing", "user_wrong_audience", "user_staff"},
    ),
    "a card in the hands of a grandchild": (
        f"UPDATE ratecards_cardassignment SET company_id = {A1} WHERE card_id = {WHOLESALE_A} AND company_id = {A}",
        {"assignment_not_child", "card_grant_missing", "card_grant_extra"},
    ),
    "a card its company cannot use": (
        f"DELETE FROM ratecards_cardassignment WHERE card_id = {RETAIL_B} AND company_id = owner_id",
        {"own_assignment_missing", "card_grant_extra"},
    ),
    "a parent card of another company": (
        "INSERT INTO ratecards_cardparent (card_id, owner_id, assignment_id, position) "
        f"SELECT {RETAIL_A}, {A}, id, 1 FROM ratecards_cardassignment WHERE card_id = {RETAIL_B} AND company_id = {B}",
        {"foreign_reference"},
    ),
    "a rule in the name of another company": (
        f"UPDATE ratecards_profitrule SET owner_id = {A} WHERE card_id = {RETAIL_B}", {"foreign_reference"},
    ),
    "a job that names an actor of another company": (
        f"UPDATE accounts_job SET company_id = {B} WHERE company_id = {A}", {"foreign_reference"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_found_by_its_kind(database, fault):
    sql, expected = FAULTS[fault]
    plant(database, sql)
    assert kinds(found(database)) == expected


def test_foreign_reference_names_the_row_and_the_law(database):
    plant(database, FAULTS["a rule in the name of another company"][0])
    case = next(one for one in found(database) if one.kind == "foreign_reference")
    assert case.thing.startswith("ratecards_profitrule ")
    assert "rule_card_owner" in case.detail
