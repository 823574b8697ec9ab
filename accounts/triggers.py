"""Triggers as pgtrigger declares them, but as law: run with the owner's rights, and no session setting switches them off."""

import pgtrigger
from pgtrigger import compiler


class DefinerSql(compiler.UpsertTriggerSql):
    """A SECURITY DEFINER function with a fixed search path; the stock one obeys `pgtrigger.ignore` of the session."""

    def get_template(self) -> str:
        return """
            CREATE OR REPLACE FUNCTION {pgid}() RETURNS TRIGGER
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
                {declare}
                BEGIN
                    {func}
                END;
            $$;
            REVOKE ALL ON FUNCTION {pgid}() FROM PUBLIC;
            DROP TRIGGER IF EXISTS {pgid} ON {table};
            CREATE {constraint} TRIGGER {pgid} {when} {operation} ON {table}
                {timing} {referencing} FOR EACH {level} {condition} EXECUTE PROCEDURE {execute};
            COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';
        """


class Trigger(pgtrigger.Trigger):
    """Declared in a model's Meta.triggers; serialised into migrations, drift shows in `makemigrations --check`."""

    def compile(self, model):
        compiled = super().compile(model)
        arguments = {key: value for key, value in compiled.sql.kwargs.items() if key != "ignore_func_name"}
        return compiler.Trigger(name=self.name, sql=DefinerSql(**arguments))


def company_open(name: str, column: str) -> Trigger:
    """Nothing new for a closed company; the lock makes closing and adding wait for one another."""
    body = f"""
    IF NEW.{column} IS NOT NULL THEN
        PERFORM FROM resellers_company WHERE id = NEW.{column} AND status <> 'closed' FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'the company is closed' USING ERRCODE = '23514', CONSTRAINT = '{name}',
                HINT = 'A closed account gets nothing new: open it again first.';
        END IF;
    END IF;
    RETURN NEW;"""
    return Trigger(name=name, when=pgtrigger.Before, operation=pgtrigger.Insert, func=body)


def refuse(name: str, operation, condition, message: str) -> Trigger:
    """A row-level BEFORE trigger that refuses a change by name, with words a person can read."""
    text = message.replace("'", "''")
    body = f"RAISE EXCEPTION '{text}' USING ERRCODE = '23514', CONSTRAINT = '{name}', HINT = '{text}'; RETURN NULL;"
    return Trigger(name=name, when=pgtrigger.Before, operation=operation, condition=condition, func=body)
