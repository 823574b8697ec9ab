"""A migration operation for tables under row security."""

from django.db.migrations.operations.base import Operation


class CloseTable(Operation):
    """Drop the policies of a model's table and leave row security on and forced: closed to all but the owner.

    Put it first in a migration that changes the type of a column or drops one (a policy that names it would forbid that),
    and after CreateModel of a new tenant model, so that the table is closed from its first moment. What the register
    declares is put back after the migration; a model nobody declared stays closed, and `check` says so.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str):
        self.model_name = model_name

    def state_forwards(self, app_label, state):
        """Policies are no part of the models' state."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        state = from_state if (app_label, self.model_name.lower()) in from_state.models else to_state
        table = state.apps.get_model(app_label, self.model_name)._meta.db_table
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT policyname FROM pg_policies WHERE schemaname = 'public' AND tablename = %s", [table])
            names = [name for (name,) in cursor.fetchall()]
        quote = schema_editor.quote_name
        for name in names:
            schema_editor.execute(f"DROP POLICY {quote(name)} ON {quote(table)}")
        schema_editor.execute(f"ALTER TABLE {quote(table)} ENABLE ROW LEVEL SECURITY")
        schema_editor.execute(f"ALTER TABLE {quote(table)} FORCE ROW LEVEL SECURITY")

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        self.database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self):
        return f"Close the table of {self.model_name} until its declared policies are put back"
