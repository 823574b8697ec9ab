"""Three statement-level triggers for a tracked table: every insert, update and delete, raw SQL included."""

import pgtrigger

from accounts.triggers import Trigger

HEAD = """INSERT INTO accounts_auditentry
    (actor, actor_label, real_actor, address, request_id, action, "table", row, company, label, changes)
    SELECT c.actor, c.label, c.real_actor, c.address, c.request_id, {action}, {table}, {pk}::text, {company}, {label}, {changes}
    FROM acl.context() c, {source}"""
# Planned anew for each statement: a plan kept from the update of one row would join thousands of rows each with each.
ANEW = "EXECUTE $audit${statement}$audit$; RETURN NULL;"
CHANGED = """(SELECT o.{pk} AS pk, jsonb_object_agg(a.key, jsonb_build_array(
            CASE WHEN a.key = ANY({masked}) THEN '"***"' ELSE b.value END,
            CASE WHEN a.key = ANY({masked}) THEN '"***"' ELSE a.value END)) AS changes
        FROM old_rows o JOIN new_rows n ON n.{pk} = o.{pk},
            jsonb_each(to_jsonb(n)) a JOIN jsonb_each(to_jsonb(o)) b ON a.key = b.key
        WHERE a.value IS DISTINCT FROM b.value AND a.key <> ALL({ignored}) GROUP BY o.{pk}) d
    JOIN new_rows n ON n.{pk} = d.pk"""


def tracked(table: str, *, company: str, label: str, pk: str = "id", masked=(), ignored=()) -> list[Trigger]:
    """Triggers that write an audit row with field-level before and after for each row a statement touched.

    `company` and `label` are a column of the row or an SQL expression over it in which {row} names the row.
    """

    def of(expression: str, row: str) -> str:
        return expression.format(row=row) if not expression.isidentifier() else f"{row}.{expression}"

    def body(action: str, row: str, source: str, changes: str) -> str:
        written = HEAD.format(action=f"'{action}'", table=f"'{table}'", pk=f"{row}.{pk}", company=of(company, row),
                           label=f"left(coalesce({of(label, row)}, ''), 300)", source=source, changes=changes)  # fmt: skip
        return ANEW.format(statement=written)

    def whole(row: str, before: bool) -> str:
        pair = "e.value, NULL" if before else "NULL, e.value"
        return (f"(SELECT jsonb_object_agg(e.key, jsonb_build_array({pair})) FROM jsonb_each("
                f"to_jsonb({row}) - {array([*masked, *ignored])}) e WHERE e.value <> 'null')")  # fmt: skip

    changed = CHANGED.format(pk=pk, masked=array(masked), ignored=array(ignored))
    new, old = "new_rows", "old_rows"
    return [
        statement("audit_insert", pgtrigger.Insert, pgtrigger.Referencing(new=new),
                  body("create", "n", f"{new} n", whole("n", before=False))),
        statement("audit_update", pgtrigger.Update, pgtrigger.Referencing(old=old, new=new),
                  body("update", "n", changed, "d.changes")),
        statement("audit_delete", pgtrigger.Delete, pgtrigger.Referencing(old=old),
                  body("delete", "o", f"{old} o", whole("o", before=True))),
    ]  # fmt: skip


def array(values) -> str:
    return "ARRAY[" + ", ".join(f"'{value}'" for value in values) + "]::text[]"


def statement(name, operation, referencing, body) -> Trigger:
    return Trigger(name=name, level=pgtrigger.Statement, when=pgtrigger.After, operation=operation,
                   referencing=referencing, func=body)  # fmt: skip
