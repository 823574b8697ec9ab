"""SQL that takes one thing out of the database, and fails where that thing is not there."""

GONE = "RAISE EXCEPTION 'the table of patches is out of date: {}'"


def block(body: str, declare: str = "") -> str:
    return f"DO $patch$ {declare} BEGIN {body} END $patch$;"


def without_trigger(table: str, name: str) -> str:
    found = (
        f"SELECT tgname FROM pg_trigger WHERE tgrelid = '{table}'::regclass AND tgname ~ '^pgtrigger_{name}_[0-9a-f]+$'"
    )
    return block(
        f"EXECUTE format('DROP TRIGGER %I ON {table}', ({found}));"
        f" EXCEPTION WHEN null_value_not_allowed THEN {GONE.format(f'no trigger {name} on {table}')};"
    )


def without_constraint(table: str, name: str) -> str:
    """A constraint, or the unique index that stands for one with a condition or an expression."""
    return block(
        f"IF EXISTS (SELECT FROM pg_constraint WHERE conrelid = '{table}'::regclass AND conname = '{name}')"
        f" THEN ALTER TABLE {table} DROP CONSTRAINT {name}; ELSE DROP INDEX {name}; END IF;"
    )


def within_function(signature: str, old: str, new: str) -> str:
    """A function with one piece of its text, which stands there exactly once, exchanged."""
    return block(
        f"IF length(f) - length(replace(f, o, '')) <> length(o) THEN {GONE.format(signature)}; END IF;"
        f" EXECUTE replace(f, o, $new${new}$new$);",
        f"DECLARE o text := $old${old}$old$; f text := pg_get_functiondef('{signature}'::regprocedure);",
    )


def open_policy(table: str, command: str, roles) -> str:
    clauses = {"select": "USING (true)", "insert": "WITH CHECK (true)", "update": "USING (true) WITH CHECK (true)",
               "delete": "USING (true)"}  # fmt: skip
    return " ".join(f'ALTER POLICY {role}_{command} ON "{table}" {clauses[command]};' for role in roles)
