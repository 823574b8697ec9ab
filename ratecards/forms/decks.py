"""A code deck as it is sent, and how it is read: which columns hold the names and the prefixes."""

from dataclasses import replace

from django import forms

from accounts.forms.sheets import FileForm, shape_of
from accounts.sheets import IGNORE
from ratecards.sheets import Layout, Opened, SheetError
from ratecards.sheets.layout import CODES, CUTS

KINDS = [(kind, words) for kind, words in CODES.items() if kind != "deck"]


class DeckUploadForm(forms.Form):
    file = forms.FileField(
        label="Code deck",
        help_text="CSV or other text, or an Excel workbook (.xlsx): one line for each code, or list of codes, with its name or id.",
    )


class DeckForm(FileForm):
    """How a deck is read. `shape` tells for which columns the selects were shown."""

    key = forms.ChoiceField(label="Name or id")
    prefix = forms.ChoiceField(label="Prefix")
    country_code = forms.ChoiceField(label="Country code before it", required=False)
    codes = forms.ChoiceField(choices=KINDS, label="A cell of prefixes holds")
    cut = forms.ChoiceField(choices=list(CUTS.items()), required=False, label="Cut off in front")
    lead = forms.RegexField("^[0-9]{0,5}$", required=False, label="Put in front")
    shape = forms.CharField(widget=forms.HiddenInput, required=False)

    COLUMNS = ("key", "prefix", "country_code")
    READING = ("codes", "cut", "lead")

    def __init__(self, data, *, layout: Layout, opened: Opened | None = None):
        self.layout = layout
        initial = {name: getattr(layout, name) for name in self.FILE + self.READING}
        initial |= {name: layout.column_of(name) for name in self.COLUMNS} | {"shape": shape_of(layout)}
        super().__init__(data, initial=initial, opened=opened)
        choices = [(str(place), column or f"Column {place + 1}") for place, column in enumerate(layout.columns)]
        for name in self.COLUMNS:
            self.fields[name].choices = [("", "None" if name == "country_code" else "Choose one"), *choices]

    @property
    def plain(self):
        """All choices, in their order."""
        return [self[name] for name in (*self.FILE, *self.COLUMNS, *self.READING) if name in self.fields]

    @property
    def heads(self):
        """(name of a column, what it is read as or "") in the order of the file."""
        names = dict.fromkeys(range(len(self.layout.columns)), "") | {
            self.layout.column_of(name): str(self.fields[name].label)
            for name in self.COLUMNS
            if name in self.layout.mapping
        }
        return [(column or f"Column {place + 1}", names[place]) for place, column in enumerate(self.layout.columns)]

    def clean(self):
        """The columns must be different ones and a layout together."""
        values = super().clean()
        if not self.errors:
            places = {int(values[name]): name for name in reversed(self.COLUMNS) if values[name]}
            if len(places) < sum(bool(values[name]) for name in self.COLUMNS):
                raise forms.ValidationError("Name, prefix and country code are different columns.")
            mapping = tuple(places.get(place, IGNORE) for place in range(len(self.layout.columns)))
            try:
                self.layout = replace(self.layout, mapping=mapping, **{name: values[name] for name in self.READING})
            except SheetError as error:
                raise forms.ValidationError(error.message) from error
        return values
