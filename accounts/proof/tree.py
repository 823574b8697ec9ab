"""The tree of companies and what hangs on it: closure, root, assignments, references within one company."""

from django.apps import apps

from accounts.constraints import CompositeForeignKey
from accounts.proof.finding import asked, done

COMPANY = "format('company %s (%s)', c.id, c.name)"
# The closure as the parents say it; a circle ends where it would begin again.
UP = """WITH RECURSIVE up AS (
    SELECT c.id AS descendant, c.id AS ancestor, c.parent_id AS next, 0 AS depth FROM resellers_company c
    UNION ALL SELECT up.descendant, p.id, p.parent_id, up.depth + 1 FROM up JOIN resellers_company p ON p.id = up.next
) CYCLE ancestor SET circle USING path, wanted AS MATERIALIZED (SELECT ancestor, descendant, depth FROM up WHERE NOT circle)
"""
SAME = "x.ancestor_id = w.ancestor AND x.descendant_id = w.descendant AND x.depth = w.depth"
LACKING = f"FROM wanted w WHERE NOT EXISTS (SELECT FROM resellers_companyclosure x WHERE {SAME})"
TOO_MUCH = f"resellers_companyclosure x WHERE NOT EXISTS (SELECT FROM wanted w WHERE {SAME})"

closure_missing = asked(
    f"{UP} SELECT 'company ' || w.descendant, format('not listed below company %s, %s up', w.ancestor, w.depth) {LACKING} ORDER BY 1, 2"
)
closure_extra = asked(
    f"{UP} SELECT 'company ' || x.descendant_id, format('listed below company %s, %s up', x.ancestor_id, x.depth) FROM {TOO_MUCH} ORDER BY 1, 2"
)
REDO = (
    f"{UP} DELETE FROM {TOO_MUCH}",
    f"{UP} INSERT INTO resellers_companyclosure (ancestor_id, descendant_id, depth) SELECT ancestor, descendant, depth {LACKING}",
)
redo_closure = done("SELECT pg_advisory_xact_lock(hashtext('resellers.closure'))", *REDO)
master_count = asked("""
    SELECT 'the tree', format('%s master companies and %s companies without a parent, not one of each',
        count(*) FILTER (WHERE is_master), count(*) FILTER (WHERE parent_id IS NULL)) FROM resellers_company
    HAVING count(*) > 0 AND (count(*) FILTER (WHERE is_master) <> 1 OR count(*) FILTER (WHERE parent_id IS NULL) <> 1
        OR count(*) FILTER (WHERE is_master AND parent_id IS NULL) <> 1)
""")
unrooted = asked(f"""
    {UP} SELECT {COMPANY}, 'its parents do not lead to the master company' FROM resellers_company c
    WHERE NOT EXISTS (SELECT FROM wanted w JOIN resellers_company m ON m.id = w.ancestor WHERE w.descendant = c.id AND m.is_master)
    ORDER BY c.id
""")
assignment_not_child = asked("""
    SELECT 'assignment ' || a.id, format('card %s of company %s, used by company %s, which does not stand directly below it',
        a.card_id, a.owner_id, a.company_id)
    FROM ratecards_cardassignment a JOIN resellers_company c ON c.id = a.company_id
    WHERE a.ended_at IS NULL AND a.company_id <> a.owner_id AND c.parent_id IS DISTINCT FROM a.owner_id ORDER BY a.id
""")
own_assignment_missing = asked("""
    SELECT 'card ' || r.id || ' (' || r.code || ')', 'its own company ' || r.owner_id || ' has no assignment of it' FROM ratecards_ratecard r
    WHERE NOT EXISTS (SELECT FROM ratecards_cardassignment a
        WHERE a.card_id = r.id AND a.company_id = r.owner_id AND a.ended_at IS NULL) ORDER BY r.id
""")


def foreign_references(cursor):
    """Rows that name a row of another company, for every composite foreign key that the models declare."""
    for model in apps.get_models():
        for key in model._meta.constraints:
            if isinstance(key, CompositeForeignKey):
                cursor.execute(mismatches(model, key))
                for pk, named in cursor.fetchall():
                    yield (
                        f"{model._meta.db_table} {pk}",
                        f"{', '.join(key.fields)} = {named}: no such pair ({key.name})",
                    )


def mismatches(model, key: CompositeForeignKey) -> str:
    target = apps.get_model(key.to)
    mine = [model._meta.get_field(name).column for name in key.fields]
    theirs = [target._meta.get_field(name).column for name in key.to_fields]
    given = " AND ".join(f'm."{column}" IS NOT NULL' for column in mine)
    same = " AND ".join(f't."{there}" = m."{here}"' for here, there in zip(mine, theirs, strict=True))
    named = ", ".join(f'm."{column}"' for column in mine)
    return (f'SELECT m."{model._meta.pk.column}", concat_ws(\', \', {named}) FROM "{model._meta.db_table}" m WHERE {given} '
            f'AND NOT EXISTS (SELECT FROM "{target._meta.db_table}" t WHERE {same}) ORDER BY 1 LIMIT 1000')  # fmt: skip
