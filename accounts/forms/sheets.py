"""How an uploaded sheet is laid out, in fields that can be corrected: the half that every kind of sheet has."""

from django import forms
from django.template.defaultfilters import pluralize

from accounts.sheets import DELIMITERS, ENCODINGS, Opened


class FileForm(forms.Form):
    """What decides over the columns: after a change of it they are recognised anew."""

    part = forms.TypedChoiceField(label="Sheet", coerce=int)
    encoding = forms.ChoiceField(choices=[(name, name.upper()) for name in ENCODINGS])
    delimiter = forms.ChoiceField(choices=[(mark, name.capitalize()) for mark, name in DELIMITERS.items()])
    header = forms.IntegerField(min_value=0, max_value=10_000, label="Header in line", help_text="0: none.")

    FILE = ("part", "encoding", "delimiter", "header")

    def __init__(self, *args, opened: Opened | None = None, **kwargs):
        """`opened`: what a workbook holds; its sheet is chosen then, for it has no encoding and no delimiter to choose."""
        super().__init__(*args, **kwargs)
        if opened:
            self.fields["part"].choices = [
                (part.number, f"{part.name} ({part.lines} line{pluralize(part.lines)})") for part in opened.parts
            ]
            del self.fields["encoding"], self.fields["delimiter"]
        else:
            del self.fields["part"]

    @property
    def columns(self):
        """The select of every column, in the order of the file."""
        return [self[name] for name in self.fields if name.startswith("column_")]

    @property
    def mapping(self) -> tuple[str, ...]:
        """What was chosen for every column, once the form is clean."""
        return tuple(self.cleaned_data[name] for name in self.fields if name.startswith("column_"))


def column_fields(layout, targets) -> dict[str, forms.ChoiceField]:
    """A select for every column of a layout: {"column_0": field, …}."""
    return {
        f"column_{place}": forms.ChoiceField(
            choices=targets, initial=target, label=column or f"Column {place + 1}",
            widget=forms.Select(attrs={"class": "form-select form-select-sm"}),
        )
        for place, (column, target) in enumerate(zip(layout.columns, layout.mapping, strict=True))
    }  # fmt: skip


def shape_of(layout) -> str:
    """What a layout's columns depend on: the form says by it for which columns its selects were shown."""
    return f"{layout.part}|{layout.encoding}|{layout.delimiter}|{layout.header}"
