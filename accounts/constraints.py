"""A composite foreign key as a model constraint: the database refuses a row that names another tenant's row."""

from django.db.models.constraints import BaseConstraint


class CompositeForeignKey(BaseConstraint):
    """(fields) of this model must stand together in (to_fields) of `to`, which needs a unique constraint on them.

    Deferred to COMMIT like Django's own keys. A NULL in any of the fields makes the key silent (SQL's MATCH SIMPLE).
    """

    def __init__(self, *, name, fields, to, to_fields):
        super().__init__(name=name)
        self.fields, self.to, self.to_fields = tuple(fields), to, tuple(to_fields)

    def columns(self, model, names, quote):
        return ", ".join(quote(model._meta.get_field(name).column) for name in names)

    def constraint_sql(self, model, schema_editor):
        """Inside CREATE TABLE: nothing yet, the key follows when every table of the migration stands."""
        self.create_sql(model, schema_editor)

    def create_sql(self, model, schema_editor):
        target, quote = model._meta.apps.get_model(self.to), schema_editor.quote_name
        schema_editor.deferred_sql.append(
            f"ALTER TABLE {quote(model._meta.db_table)} ADD CONSTRAINT {quote(self.name)} "
            f"FOREIGN KEY ({self.columns(model, self.fields, quote)}) REFERENCES {quote(target._meta.db_table)} "
            f"({self.columns(target, self.to_fields, quote)}) DEFERRABLE INITIALLY DEFERRED"
        )

    def remove_sql(self, model, schema_editor):
        table, quote = model._meta.db_table, schema_editor.quote_name
        return f"ALTER TABLE {quote(table)} DROP CONSTRAINT IF EXISTS {quote(self.name)}"

    def validate(self, model, instance, exclude=None, using=None):
        """The database decides at COMMIT; forms narrow their choices before that."""

    def __eq__(self, other):
        return isinstance(other, CompositeForeignKey) and self.deconstruct() == other.deconstruct()

    def deconstruct(self):
        path, _, kwargs = super().deconstruct()
        return path, (), kwargs | {"fields": self.fields, "to": self.to, "to_fields": self.to_fields}
