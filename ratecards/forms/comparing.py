"""Which two revisions are compared, how, and what of the difference is listed."""

from django import forms

from ratecards.engine.numbers import Refused, parse_prefix

AS_CALLED, BY_ROW = "calls", "rows"
KINDS = [("", "All changes"), ("new", "New"), ("increased", "Increased"), ("decreased", "Decreased"), ("closed", "Closed"),
         ("other", "Other terms")]  # fmt: skip
SORTS = [("", "By prefix"), ("rises", "Largest rise first"), ("falls", "Largest fall first")]


class CompareForm(forms.Form):
    """All of it stands in the address. Each field has a value that is taken when the address says none, or nonsense."""

    old = forms.TypedChoiceField(coerce=int, label="From")
    new = forms.TypedChoiceField(coerce=int, label="To")
    how = forms.ChoiceField(choices=[(AS_CALLED, "What calls cost"), (BY_ROW, "Row by row")], label="Compare")
    column = forms.ChoiceField(label="Price")
    kind = forms.ChoiceField(choices=KINDS, label="Changes", required=False)
    sort = forms.ChoiceField(choices=SORTS, label="Order", required=False)
    q = forms.CharField(max_length=15, label="Prefix", required=False)

    def __init__(self, data, *, revisions, columns, initial):
        """`revisions`: pairs (number, words); `columns`: {price column: heading}; `initial`: what stands for a field the address does not fill."""
        super().__init__(initial | {name: data[name] for name in self.base_fields if name in data})
        self.fields["old"].choices = self.fields["new"].choices = revisions
        self.fields["column"].choices = list(columns.items())
        if len(columns) < 2:
            self.fields["column"].widget = forms.HiddenInput()

    @property
    def sides(self):
        """What is compared; the other fields narrow what is listed of it."""
        return [self[name] for name in ("old", "new", "how", "column")]

    def clean_q(self):
        text = self.cleaned_data["q"].strip()
        try:
            return parse_prefix(text) if text else ""
        except Refused as refused:
            raise forms.ValidationError(refused.message) from None
