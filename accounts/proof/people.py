"""Groups and users: tenant groups against companies, users against the group of their company and the groups they chose."""

from accounts.proof.finding import asked, done

WHO = "'user ' || u.id || ' (' || u.email || ')'"
GROUP = "'group ' || g.id || ' (' || g.name || ')'"
COMPANY = "format('company %s (%s)', c.id, c.name)"
FITS = "r.audience = CASE WHEN c.is_master THEN 'master' ELSE 'reseller' END"
CHOSEN = """accounts_user_groups ug JOIN accounts_role r ON r.group_id = ug.group_id WHERE ug.user_id = u.id"""

# -- groups ------------------------------------------------------------------------------------------------------------

tenant_group_missing = asked(f"""
    SELECT {COMPANY}, 'its group ' || c.tenant_group_id || ' does not exist' FROM resellers_company c
    WHERE NOT EXISTS (SELECT FROM auth_group g WHERE g.id = c.tenant_group_id) ORDER BY c.id
""")
add_tenant_groups = done("""
    INSERT INTO auth_group (id, name) SELECT c.tenant_group_id, 'tenant:' || gen_random_uuid() FROM resellers_company c
    WHERE NOT EXISTS (SELECT FROM auth_group g WHERE g.id = c.tenant_group_id)
""")
group_stray = asked(f"""
    SELECT {GROUP}, 'belongs to no company and gives no rights' FROM auth_group g
    WHERE NOT EXISTS (SELECT FROM resellers_company c WHERE c.tenant_group_id = g.id)
        AND NOT EXISTS (SELECT FROM accounts_role r WHERE r.group_id = g.id) ORDER BY g.id
""")
# Only what looks like a company's and is used by nobody; anything else may be somebody's work.
drop_stray_groups = done("""
    DELETE FROM auth_group g WHERE g.name LIKE 'tenant:%'
        AND NOT EXISTS (SELECT FROM resellers_company c WHERE c.tenant_group_id = g.id)
        AND NOT EXISTS (SELECT FROM accounts_role r WHERE r.group_id = g.id)
        AND NOT EXISTS (SELECT FROM accounts_user_groups ug WHERE ug.group_id = g.id)
        AND NOT EXISTS (SELECT FROM auth_group_permissions p WHERE p.group_id = g.id)
        AND NOT EXISTS (SELECT FROM resellers_companygrant p WHERE p.group_id = g.id)
        AND NOT EXISTS (SELECT FROM ratecards_cardgrant p WHERE p.group_id = g.id)
""")
group_confused = asked(f"""
    SELECT {GROUP}, 'gives rights as “' || r.name || '” and is the key of ' || {COMPANY}
    FROM auth_group g JOIN accounts_role r ON r.group_id = g.id JOIN resellers_company c ON c.tenant_group_id = g.id ORDER BY g.id
""")

# -- users -------------------------------------------------------------------------------------------------------------

member_missing = asked(f"""
    SELECT {WHO}, 'does not stand in the group of ' || {COMPANY} FROM accounts_user u JOIN resellers_company c ON c.id = u.company_id
    WHERE NOT EXISTS (SELECT FROM accounts_user_groups ug WHERE ug.user_id = u.id AND ug.group_id = c.tenant_group_id)
    ORDER BY u.id
""")
# Whoever has no group that fits would be refused by the law at the end of the transaction: a person has to choose one.
add_members = done(f"""
    INSERT INTO accounts_user_groups (user_id, group_id) SELECT u.id, c.tenant_group_id
    FROM accounts_user u JOIN resellers_company c ON c.id = u.company_id JOIN auth_group g ON g.id = c.tenant_group_id
    WHERE EXISTS (SELECT FROM {CHOSEN} AND {FITS}) AND NOT EXISTS (SELECT FROM {CHOSEN} AND NOT {FITS})
    ON CONFLICT DO NOTHING
""")
member_extra = asked(f"""
    SELECT {WHO}, 'stands in the group of ' || {COMPANY} || ' but belongs to company ' || u.company_id
    FROM accounts_user_groups ug JOIN accounts_user u ON u.id = ug.user_id
    JOIN resellers_company c ON c.tenant_group_id = ug.group_id WHERE c.id <> u.company_id ORDER BY u.id
""")
drop_members = done(f"""
    DELETE FROM accounts_user_groups x USING accounts_user u, resellers_company other, resellers_company c
    WHERE x.user_id = u.id AND other.tenant_group_id = x.group_id AND other.id <> u.company_id AND c.id = u.company_id
        AND EXISTS (SELECT FROM {CHOSEN} AND {FITS}) AND NOT EXISTS (SELECT FROM {CHOSEN} AND NOT {FITS})
""")
no_group = asked(f"""
    SELECT {WHO}, 'has no group at all: sees nothing' FROM accounts_user u
    WHERE NOT EXISTS (SELECT FROM {CHOSEN}) ORDER BY u.id
""")
only_inactive = asked(f"""
    SELECT {WHO}, 'every group of this user is inactive: sees nothing' FROM accounts_user u
    WHERE u.is_active AND EXISTS (SELECT FROM {CHOSEN}) AND NOT EXISTS (SELECT FROM {CHOSEN} AND r.is_active) ORDER BY u.id
""")
wrong_audience = asked(f"""
    SELECT {WHO}, format('has the group “%s”, which is for %s, and belongs to company %s', r.name,
        CASE r.audience WHEN 'master' THEN 'the carrier''s own staff' ELSE 'resellers' END, c.id)
    FROM accounts_user u JOIN resellers_company c ON c.id = u.company_id
    JOIN accounts_user_groups ug ON ug.user_id = u.id JOIN accounts_role r ON r.group_id = ug.group_id
    WHERE NOT {FITS} ORDER BY u.id
""")
staff_outside_master = asked(f"""
    SELECT {WHO}, format('is %s and belongs to company %s', CASE WHEN u.is_superuser THEN 'superuser' ELSE 'staff' END, c.id)
    FROM accounts_user u JOIN resellers_company c ON c.id = u.company_id
    WHERE (u.is_staff OR u.is_superuser) AND NOT c.is_master ORDER BY u.id
""")
