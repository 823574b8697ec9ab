"""guardian's grants against what they are derived from: companies, and assignments that have not ended."""

from accounts.proof.finding import asked, done

# What ought to be: one row a company, one row a card and company that may use it.
WANTED = {
    "company": "SELECT id AS object, tenant_group_id AS holder FROM resellers_company",
    "card": """SELECT a.card_id AS object, c.tenant_group_id AS holder FROM ratecards_cardassignment a
               JOIN resellers_company c ON c.id = a.company_id WHERE a.ended_at IS NULL""",
}
NAMES = {
    "company": {"table": "resellers_companygrant", "app": "resellers", "model": "company", "right": "operate_company"},
    "card": {"table": "ratecards_cardgrant", "app": "ratecards", "model": "ratecard", "right": "use_ratecard"},
}
HEAD = """WITH wanted AS ({wanted}), right_to AS (
    SELECT p.id FROM auth_permission p JOIN django_content_type t ON t.id = p.content_type_id
    WHERE t.app_label = '{app}' AND t.model = '{model}' AND p.codename = '{right}')
"""
# Shapes in which PostgreSQL hashes each side once.
LACKING = """FROM wanted w LEFT JOIN right_to r ON true WHERE NOT EXISTS (SELECT FROM {table} g
    WHERE g.content_object_id = w.object AND g.group_id = w.holder AND g.permission_id = r.id)"""
UNCLAIMED = """g.id IN (SELECT x.id FROM {table} x LEFT JOIN wanted w ON w.object = x.content_object_id AND w.holder = x.group_id
    WHERE w.object IS NULL OR x.permission_id IS DISTINCT FROM (SELECT id FROM right_to))"""
OWNED = "EXISTS (SELECT FROM resellers_company c WHERE c.tenant_group_id = g.group_id)"

MISSING = f"""{HEAD} SELECT '{{kind}} ' || w.object, format('company %s (%s) holds no {{right}} on it',
    (SELECT id FROM resellers_company WHERE tenant_group_id = w.holder),
    (SELECT name FROM resellers_company WHERE tenant_group_id = w.holder)) {LACKING} ORDER BY w.object"""
EXTRA = f"""{HEAD} SELECT '{{kind}} ' || g.content_object_id, format('granted to company %s (%s), which has no claim to it',
    c.id, c.name) FROM {{table}} g JOIN resellers_company c ON c.tenant_group_id = g.group_id WHERE {UNCLAIMED} ORDER BY g.id"""
ORPHAN = f"""SELECT '{{kind}} ' || g.content_object_id, format('granted to group %s, which is no company''s', g.group_id)
    FROM {{table}} g WHERE NOT {OWNED} ORDER BY g.id"""
ADD = f"""{HEAD} INSERT INTO {{table}} (permission_id, group_id, content_object_id)
    SELECT r.id, w.holder, w.object {LACKING} ON CONFLICT DO NOTHING"""
DROP_UNCLAIMED = f"{HEAD} DELETE FROM {{table}} g WHERE {UNCLAIMED} AND {OWNED}"
DROP_ORPHAN = f"DELETE FROM {{table}} g WHERE NOT {OWNED}"


def of(sql: str, kind: str) -> str:
    return sql.format(kind=kind, wanted=WANTED[kind], **NAMES[kind])


def missing(kind: str):
    return asked(of(MISSING, kind)), done(of(ADD, kind))


def unclaimed(kind: str):
    return asked(of(EXTRA, kind)), done(of(DROP_UNCLAIMED, kind))


def orphaned(kind: str):
    return asked(of(ORPHAN, kind)), done(of(DROP_ORPHAN, kind))


# guardian's tables for grants to any object, and for grants to users: the panel has no use for either.
generic = asked("""
    SELECT 'group ' || group_id, format('permission %s on object %s of content type %s', permission_id, object_pk, content_type_id)
    FROM guardian_groupobjectpermission
    UNION ALL
    SELECT 'user ' || user_id, format('permission %s on object %s of content type %s', permission_id, object_pk, content_type_id)
    FROM guardian_userobjectpermission ORDER BY 1, 2
""")
# A model-level right would count as a right to every object.
model_level = asked("""
    SELECT 'group ' || g.id || ' (' || g.name || ')', 'holds ' || p.codename || ' on every object'
    FROM auth_group_permissions gp JOIN auth_group g ON g.id = gp.group_id JOIN auth_permission p ON p.id = gp.permission_id
    ORDER BY 1, 2
""")
