"""A sheet of customers as it is sent, and how it is read: what was recognised, in fields that can be corrected."""

from dataclasses import replace

from django import forms

from accounts.forms.chooser import ChooserField
from accounts.forms.people import COMPANIES, none_of
from accounts.forms.sheets import FileForm, column_fields, shape_of
from accounts.sheets import IGNORE, Opened, SheetError, remapped
from resellers.models import Company
from resellers.services.customer_imports import CHANGE, REFUSE
from resellers.sheets import FIELDS, CustomerLayout

TARGETS = [(IGNORE, "Not read"), ("Fields of a customer", list(FIELDS.items()))]
EXISTING = [(REFUSE, "Refuse these lines"), (CHANGE, "Change the customer")]


class CustomerFileForm(forms.Form):
    file = forms.FileField(
        label="Sheet of customers",
        help_text="CSV or other text, or an Excel workbook (.xlsx). It needs a name and a currency in every line. "
        "How it is laid out is recognised, shown, and can be corrected.",
    )


class CustomerCorrectionForm(forms.Form):
    file = forms.FileField(
        label="Corrected lines (CSV)",
        help_text="The list of refused lines, corrected and saved as CSV. Leave its first line as it is.",
    )


class CustomerLayoutForm(FileForm):
    """All of a layout, and into which company it is imported; the view narrows that. `shape` tells for which columns the
    selects were shown."""

    company = ChooserField(none_of(Company), route=COMPANIES, empty_label=None)
    existing = forms.ChoiceField(choices=EXISTING, initial=REFUSE, label="Names that exist already")
    decimal_comma = forms.BooleanField(required=False, label="Decimal comma")
    template = forms.CharField(
        required=False, max_length=100, label="Remember as", help_text="For the next sheet with this header."
    )
    shape = forms.CharField(widget=forms.HiddenInput, required=False)

    field_order = ("company", "existing", *FileForm.FILE)

    def __init__(self, data, *, layout: CustomerLayout, opened: Opened | None, initial: dict, updates: bool):
        """`updates`: whether the actor may change customers; without it there is no choice but to refuse."""
        self.layout = layout
        initial = {name: getattr(layout, name) for name in (*self.FILE, "decimal_comma")} | initial
        super().__init__(data, initial=initial | {"shape": shape_of(layout)}, opened=opened)
        if not updates:
            self.fields["existing"].choices = EXISTING[:1]
        self.fields |= column_fields(layout, TARGETS)

    @property
    def plain(self):
        """The fields about the file as a whole."""
        return [self[name] for name in (*self.field_order, "decimal_comma") if name in self.fields]

    def clean(self):
        """The parts must be a layout together; what is wrong with it is said in its own words."""
        values = super().clean()
        if not self.errors:
            try:
                self.layout = replace(remapped(self.layout, self.mapping), decimal_comma=values["decimal_comma"])
                self.layout.require()
            except SheetError as error:
                self.add_error(None, error.message)
        return values
