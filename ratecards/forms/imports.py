"""A rate sheet as it is sent, and how it is read: what was recognised, in fields that can be corrected."""

from dataclasses import replace

from django import forms

from ratecards.sheets import FIELDS, RULES, Layout, SheetError
from ratecards.sheets.layout import DELIMITERS, ENCODINGS, IGNORE, RATE_UNITS

TARGETS = [
    (IGNORE, "Not read"),
    ("Fields of a rate", list(FIELDS.items())),
    ("Must say nothing", [(name, rule.label) for name, rule in RULES.items()]),
]


class UploadForm(forms.Form):
    file = forms.FileField(
        label="Rate sheet (CSV)",
        help_text="Comma, semicolon, tab or bar; its columns are recognised, and can be corrected.",
    )


class FileForm(forms.Form):
    """What decides over the columns: after a change of it they are recognised anew."""

    encoding = forms.ChoiceField(choices=[(name, name.upper()) for name in ENCODINGS])
    delimiter = forms.ChoiceField(choices=[(mark, name.capitalize()) for mark, name in DELIMITERS.items()])
    header = forms.IntegerField(min_value=0, max_value=10_000, label="Header in line", help_text="0: none.")


class LayoutForm(FileForm):
    """All of a layout. `shape` tells for which columns the selects were shown."""

    decimal_comma = forms.BooleanField(required=False, label="Decimal comma", help_text="0,0120 instead of 0.0120.")
    rate_unit = forms.ChoiceField(
        choices=[(unit, words.capitalize()) for unit, words in RATE_UNITS.items()], label="Prices are"
    )
    from_start = forms.BooleanField(required=False, label="Pulses count from the start of the call")
    mcd = forms.IntegerField(min_value=0, max_value=86_400, label="MCD without a column")
    pulse = forms.IntegerField(min_value=1, max_value=86_400, label="Pulse without a column")
    shape = forms.CharField(widget=forms.HiddenInput, required=False)

    READING = ("decimal_comma", "rate_unit", "from_start", "mcd", "pulse")
    FILE = ("encoding", "delimiter", "header")

    def __init__(self, data, *, layout: Layout):
        self.layout = layout
        initial = {name: getattr(layout, name) for name in self.FILE + self.READING}
        super().__init__(data, initial=initial | {"shape": shape_of(layout)})
        for place, (column, target) in enumerate(zip(layout.columns, layout.mapping, strict=True)):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                choices=TARGETS, initial=target, label=column or f"Column {place + 1}",
                widget=forms.Select(attrs={"class": "form-select form-select-sm"}),
            )  # fmt: skip

    @property
    def plain(self):
        """The fields about the file as a whole."""
        return [self[name] for name in self.FILE + self.READING]

    @property
    def columns(self):
        """The select of every column, in the order of the file."""
        return [self[name] for name in self.fields if name.startswith("column_")]

    def clean(self):
        """The parts must be a layout together; what is wrong with it is said in its own words."""
        values = super().clean()
        if not self.errors:
            mapping = tuple(values[name] for name in self.fields if name.startswith("column_"))
            try:
                self.layout = replace(self.layout, mapping=mapping, **{name: values[name] for name in self.READING})
                self.layout.require()
            except SheetError as error:
                self.add_error(None, error.message)
        return values


def shape_of(layout: Layout) -> str:
    return f"{layout.encoding}|{layout.delimiter}|{layout.header}"
