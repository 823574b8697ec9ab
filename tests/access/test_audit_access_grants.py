"""The proof finds every planted fault in grants, groups and people, and nothing in a clean world."""

import pytest

from accounts import proof
from tests.access.proving import found, kinds, plant

A, B, MASTER = (f"(SELECT id FROM resellers_company WHERE name = 'Company {key}')" for key in ("a", "b", "master"))
GROUP_A, GROUP_B = (f"(SELECT tenant_group_id FROM resellers_company WHERE name = 'Company {key}')" for key in "ab")
ADMIN, A_USER, B_READER = (
    f"(SELECT id FROM accounts_user WHERE name = '{name}')" for name in ("admin", "a_user", "b_reader")
)
OPERATE, USE = (
    f"(SELECT id FROM auth_permission WHERE codename = '{right}')" for right in ("operate_company", "use_ratecard")
)
RETAIL_B, WHOLESALE_A = (
    f"(SELECT card_id FROM ratecards_cardprivate WHERE name = 'Private {n}')" for n in ("retail b", "wholesale a")
)
STRAY = "INSERT INTO auth_group (id, name) VALUES (999001, 'tenant:nobody');"

FAULTS = {
    # guardian's grants
    "a company without its grant": (f"DELETE FROM resellers_companygrant WHERE content_object_id = {B}", {"company_grant_missing"}),
    "a company granted to another's group": (
        f"INSERT INTO resellers_companygrant (permission_id, group_id, content_object_id) VALUES ({OPERATE}, {GROUP_A}, {B})",
        {"company_grant_extra"},
    ),
    "a company granted by the wrong right": (
        f"INSERT INTO resellers_companygrant (permission_id, group_id, content_object_id) VALUES ({USE}, {GROUP_B}, {B})",
        {"company_grant_extra"},
    ),
    "a company granted to a group of rights": (
        f"INSERT INTO resellers_companygrant (permission_id, group_id, content_object_id) "
        f"SELECT {OPERATE}, group_id, {B} FROM accounts_role LIMIT 1",
        {"company_grant_orphan"},
    ),
    "a grant on a company that is gone": (
        f"INSERT INTO resellers_companygrant (permission_id, group_id, content_object_id) VALUES ({OPERATE}, {GROUP_B}, 999001)",
        {"company_grant_extra"},
    ),
    "an assignment without its grant": (
        f"DELETE FROM ratecards_cardgrant WHERE content_object_id = {WHOLESALE_A} AND group_id = {GROUP_A}", {"card_grant_missing"},
    ),
    "a card granted without an assignment": (
        f"INSERT INTO ratecards_cardgrant (permission_id, group_id, content_object_id) VALUES ({USE}, {GROUP_A}, {RETAIL_B})",
        {"card_grant_extra"},
    ),
    "a grant that outlived its assignment": (
        f"UPDATE ratecards_cardassignment SET ended_at = now() WHERE card_id = {WHOLESALE_A} AND company_id = {A}", {"card_grant_extra"},
    ),
    "a card granted to a group that is gone": (
        f"INSERT INTO ratecards_cardgrant (permission_id, group_id, content_object_id) VALUES ({USE}, 999001, {RETAIL_B})",
        {"card_grant_orphan"},
    ),
    "a grant to a user": (
        "INSERT INTO guardian_userobjectpermission (permission_id, content_type_id, object_pk, user_id) "
        f"SELECT id, content_type_id, '1', {A_USER} FROM auth_permission WHERE codename = 'operate_company'",
        {"generic_grant"},
    ),
    "a grant in the general table": (
        "INSERT INTO guardian_groupobjectpermission (permission_id, content_type_id, object_pk, group_id) "
        f"SELECT id, content_type_id, '1', {GROUP_A} FROM auth_permission WHERE codename = 'operate_company'",
        {"generic_grant"},
    ),
    "a right to every object": (
        f"INSERT INTO auth_group_permissions (group_id, permission_id) VALUES ({GROUP_A}, {OPERATE})", {"model_permission"},
    ),
    # groups
    "a company whose group is gone": (
        f"DELETE FROM auth_group WHERE id = {GROUP_B}", {"tenant_group_missing"},
    ),
    "a tenant group of nobody": (STRAY, {"group_stray"}),
    "a company's group that gives rights": (
        "INSERT INTO accounts_role (group_id, name, audience, is_active, description, default_boxes, known_areas) "
        f"VALUES ({GROUP_B}, 'Both', 'reseller', true, '', '{{}}', '{{}}')",
        {"group_confused"},
    ),
    # people
    "a user outside his company's group": (
        f"DELETE FROM accounts_user_groups WHERE user_id = {A_USER} AND group_id = {GROUP_A}", {"member_missing"},
    ),
    "a user in another company's group too": (
        f"INSERT INTO accounts_user_groups (user_id, group_id) VALUES ({A_USER}, {GROUP_B})", {"member_extra"},
    ),
    "a user moved by hand to another company": (
        f"UPDATE accounts_user SET company_id = {B} WHERE id = {A_USER}", {"member_missing", "member_extra"},
    ),
    "a user without any group": (
        f"DELETE FROM accounts_user_groups WHERE user_id = {B_READER} AND group_id IN (SELECT group_id FROM accounts_role)",
        {"user_no_group"},
    ),
    "a reseller's user with a group of the master": (
        f"INSERT INTO accounts_user_groups (user_id, group_id) SELECT {B_READER}, group_id FROM accounts_role WHERE name = 'Administrators'",
        {"user_wrong_audience"},
    ),
    "a group whose audience was changed": ("UPDATE accounts_role SET audience = 'master' WHERE name = 'Reseller Reader'", {"user_wrong_audience"}),
    "staff in a reseller's company": (f"UPDATE accounts_user SET is_staff = true WHERE id = {B_READER}", {"user_staff"}),
    "a superuser in a reseller's company": (f"UPDATE accounts_user SET is_superuser = true WHERE id = {B_READER}", {"user_staff"}),
}  # fmt: skip


def test_a_clean_world_has_no_drift(database):
    findings = found(database)
    assert [one for one in findings if one.severity != proof.NOTICE] == []
    assert proof.Report(findings).ok


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_found_by_its_kind(database, fault):
    sql, expected = FAULTS[fault]
    plant(database, sql)
    findings = found(database)
    assert kinds(findings) == expected
    assert not proof.Report(findings).ok


def test_user_whose_groups_are_all_inactive_is_a_notice(database):
    """He sees nothing, and that is no drift: somebody deactivated the group."""
    notices = [(one.kind, "a_dormant" in one.thing) for one in found(database)]
    assert notices == [("user_inactive_groups", True)]


def test_the_case_names_who_and_what(database):
    plant(database, FAULTS["a user in another company's group too"][0])
    case = next(one for one in found(database) if one.kind == "member_extra")
    assert "a_user@example.test" in case.thing
    assert "Company b" in case.detail
    assert (case.severity, case.fixable) == (proof.LEAK, True)
