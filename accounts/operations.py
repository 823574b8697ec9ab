"""Operations of migrations: a table is closed, and many small changes are made from one drawing of the models."""

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


class Together(Operation):
    """Make several changes between one drawing of the models before them and one after.

    Django draws a changed model and all its neighbours anew after every operation, which took four fifths of the time of
    making a database here. Only for what needs no state in between: fields, constraints, indexes and triggers of models
    that are there; never CreateModel. Backwards it goes step by step, as Django does.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, operations: list[Operation]):
        self.operations = operations

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)  # drawn when it is next asked for, from what all of them say
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        steps = []  # each with the states around it: what takes a constraint away must still know its columns
        for operation in self.operations:
            before, to_state = to_state, to_state.clone()
            operation.state_forwards(app_label, to_state)
            steps.append((operation, to_state, before))
        for operation, after, before in reversed(steps):
            operation.database_backwards(app_label, schema_editor, after, before)

    def describe(self):
        return "; ".join(operation.describe() for operation in self.operations)
