"""The law inside the database: every trigger and constraint that the models declare stands, unchanged and switched on."""

import re

import pgtrigger
from django.apps import apps
from django.db.models import UniqueConstraint

from accounts.proof.finding import asked

BODY = re.compile(r"AS \$\$(.*?)\$\$", re.DOTALL)
TRIGGERS = """
    SELECT t.tgname, c.relname, obj_description(t.oid), p.prosrc, p.prosecdef
        AND EXISTS (SELECT FROM unnest(p.proconfig) s WHERE s LIKE 'search_path=%')
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace
"""
trigger_disabled = asked("""
    SELECT 'table ' || c.relname, CASE WHEN t.tgisinternal THEN 'a foreign key''s own trigger ' || t.tgname || ' is '
        ELSE 'the trigger ' || t.tgname || ' is ' END
        || CASE t.tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'for replicas only' ELSE 'set to always' END
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = 'public'::regnamespace AND t.tgenabled <> 'O' ORDER BY 1, 2
""")
DISABLED = """
    SELECT DISTINCT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = 'public'::regnamespace AND t.tgenabled <> 'O' AND NOT t.tgisinternal
"""


def declared():
    """(compiled trigger, table) of all that the models declare."""
    for model, trigger in pgtrigger.registered():
        yield trigger.compile(model), model._meta.db_table


def wrong_triggers(cursor):
    """(compiled trigger, table, what is wrong) for each that does not stand as declared."""
    cursor.execute(TRIGGERS)
    stands = {(name, table): rest for name, table, *rest in cursor.fetchall()}
    for trigger, table in declared():
        if (trigger.sql.pgid, table) not in stands:
            yield trigger, table, "is missing"
            continue
        digest, body, definer = stands[trigger.sql.pgid, table]
        if digest != trigger.hash or not definer or body.strip() != BODY.search(trigger.install_sql)[1].strip():
            yield trigger, table, "is not the declared one"


def triggers(cursor):
    for trigger, table, wrong in wrong_triggers(cursor):
        yield f"table {table}", f"the trigger {trigger.name} ({trigger.sql.pgid}) {wrong}"


def install_triggers(cursor):
    for trigger, _, _ in list(wrong_triggers(cursor)):
        cursor.execute(trigger.install_sql)


def enable_triggers(cursor):
    """Those of the models; switching on a foreign key's own takes a superuser."""
    cursor.execute(DISABLED)
    for table, name in cursor.fetchall():
        cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER "{name}"')


# -- constraints -------------------------------------------------------------------------------------------------------

NAMED = """
    SELECT c.relname, k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE c.relnamespace = 'public'::regnamespace
    UNION SELECT c.relname, i.relname FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
    WHERE c.relnamespace = 'public'::regnamespace AND x.indisunique AND x.indisvalid
"""
# One column alone: filled, unique, a reference.
COLUMNS = """
    SELECT c.relname, a.attname, a.attnotnull,
        EXISTS (SELECT FROM pg_index x WHERE x.indrelid = c.oid AND x.indisunique AND x.indisvalid AND x.indnkeyatts = 1
                AND x.indpred IS NULL AND x.indkey[0] = a.attnum),
        EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.conkey = ARRAY[a.attnum])
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
"""
# The second word is PostgreSQL 18's; before it every constraint was enforced.
constraint_asleep = asked("""
    SELECT 'table ' || c.relname, format('the constraint %s was never checked against the rows, or is not enforced', k.conname)
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE c.relnamespace = 'public'::regnamespace
        AND (NOT k.convalidated OR to_jsonb(k)->>'conenforced' = 'false') ORDER BY 1, 2
""")


def constraints(cursor):
    """Constraints, keys and filled columns that the models declare and the database lacks."""
    cursor.execute(NAMED)
    named = set(cursor.fetchall())
    cursor.execute(COLUMNS)
    columns = {(table, column): rest for table, column, *rest in cursor.fetchall()}
    ours = [model for app in ("accounts", "resellers", "ratecards", "guardian", "auth")
            for model in apps.get_app_config(app).get_models(include_auto_created=True) if not model._meta.proxy]  # fmt: skip
    for model in ours:
        table = model._meta.db_table
        wanted = [rule.name for rule in model._meta.constraints]
        yield from (
            (f"table {table}", f"the constraint {name} is missing") for name in wanted if (table, name) not in named
        )
        for field in model._meta.local_concrete_fields:
            yield from ((f"table {table}", f"the column {field.column} {lacks}")
                        for lacks in lacking(model, field, columns.get((table, field.column))))  # fmt: skip


def lacking(model, field, stands):
    """What one column lacks, in words."""
    if stands is None:
        yield "does not exist"
        return
    filled, unique, refers = stands
    if not field.null and not field.generated and not filled:
        yield "may be empty"
    if field.unique and not unique and not covered(model, field):
        yield "is not unique"
    if field.is_relation and field.db_constraint and not refers:
        yield "has no foreign key"


def covered(model, field) -> bool:
    return any(isinstance(rule, UniqueConstraint) and rule.fields == (field.name,) for rule in model._meta.constraints)
