"""guardian's grants against what they are derived from: companies, and assignments that have not ended."""

from accounts.proof.finding import asked, done

# What ought to be: one row a company, one row a card and company that may use it.
WANTED = {
    "company": "SELECT id AS object, tenant_group_id AS holder FROM resellers_company",
    "card": """SELECT DISTINCT a.card_id AS object, c.tenant_group_id AS holder FROM ratecards_cardassignment a
               JOIN resellers_company c ON c.id = a.company_id WHERE a.ended_at IS NULL""",
}
NAMES = {
    "company": {"table": "resellers_companygrant", "app": "resellers", "model": "company", "right": "operate_company"},
    "card": {"table": "ratecards_cardgrant", "app": "ratecards", "model": "ratecard", "right": "use_ratecard"},
}
HEAD = """WITH wanted AS MATERIALIZED ({wanted}), right_to AS (
    SELECT p.id FROM auth_permission p JOIN django_content_type t ON t.id = p.content_type_id
    WHERE t.app_label = '{app}' AND t.model = '{model}' AND p.codename = '{right}'),
good AS MATERIALIZED (SELECT g.id, g.content_object_id AS object, g.group_id AS holder FROM {table} g
    JOIN right_to r ON r.id = g.permission_id JOIN wanted w ON w.object = g.content_object_id AND w.holder = g.group_id)
"""
LACKING = "FROM wanted w WHERE NOT EXISTS (SELECT FROM good WHERE good.object = w.object AND good.holder = w.holder)"
TOO_MUCH = "NOT EXISTS (SELECT FROM good WHERE good.id = g.id)"
OWNED = "EXISTS (SELECT FROM resellers_company c WHERE c.tenant_group_id = g.group_id)"

MISSING = (
    HEAD
    + """SELECT '{kind} ' || w.object, format('company %s (%s) holds no {right} on it',
    (SELECT id FROM resellers_company WHERE tenant_group_id = w.holder),
    (SELECT name FROM resellers_company WHERE tenant_group_id = w.holder)) """
    + LACKING
    + " ORDER BY w.object"
)
EXTRA = (
    HEAD
    + """SELECT '{kind} ' || g.content_object_id, format('granted to company %s (%s), which has no claim to it',
    c.id, c.name) FROM {table} g JOIN resellers_company c ON c.tenant_group_id = g.group_id WHERE """
    + TOO_MUCH
    + " ORDER BY g.id"
)
ORPHAN = """SELECT '{kind} ' || g.content_object_id, format('granted to group %s, which is no company''s', g.group_id)
    FROM {table} g WHERE NOT """ + OWNED + " ORDER BY g.id"  # fmt: skip
ADD = HEAD + "INSERT INTO {table} (permission_id, group_id, content_object_id) SELECT r.id, w.holder, w.object " + LACKING.replace(
    "FROM wanted w", "FROM wanted w, right_to r")  # fmt: skip
DROP_EXTRA = HEAD + "DELETE FROM {table} g WHERE " + TOO_MUCH + " AND " + OWNED
DROP_ORPHAN = "DELETE FROM {table} g WHERE NOT " + OWNED


def of(sql: str, kind: str) -> str:
    return sql.format(kind=kind, wanted=WANTED[kind], **NAMES[kind])


def missing(kind: str):
    return asked(of(MISSING, kind)), done(of(ADD, kind))


def unclaimed(kind: str):
    return asked(of(EXTRA, kind)), done(of(DROP_EXTRA, kind))


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
