"""Many rates of a draft: rows as pasted, and one change by a pattern."""

from decimal import Decimal

from django import forms

from ratecards.engine.classes import HEADINGS
from ratecards.engine.matches import draws_of
from ratecards.engine.numbers import parse_price, parse_seconds
from ratecards.forms.fields import ParsedField, parse_amount
from ratecards.services.bulk import ADD, KEEP, PERCENT, SET, Change
from resellers.forms import arranged

MOST_TEXT = 2_000_000
ALL = "all"


class PasteForm(forms.Form):
    """Rows copied from a spreadsheet."""

    rows = forms.CharField(
        label="Rows", max_length=MOST_TEXT, strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "class": "font-monospace", "spellcheck": "false", "wrap": "off"}),
    )  # fmt: skip
    partly = forms.BooleanField(
        required=False, label="Take the good lines even if others are refused",
        help_text="Refused lines then stay in the field, to be corrected.",
    )  # fmt: skip

    def clean_rows(self):
        text = self.cleaned_data["rows"]
        if not text.strip():
            raise forms.ValidationError("Paste at least one row.")
        return text if text.endswith("\n") else text + "\n"


def parse_match(text: str) -> str:
    draws_of(text)
    return text.strip()


class ChangeForm(forms.Form):
    """What is changed, and of which rates."""

    PRICE = [(KEEP, "Stay as they are"), (SET, "Become"), (ADD, "Plus (or minus)"), (PERCENT, "Plus per cent")]

    match = ParsedField(
        parse=parse_match, required=False, mode="text", label="Prefixes",
        help_text="44: that one destination. ^44: everything that begins so. ^44(1|2): an expression. Empty: all.",
    )  # fmt: skip
    name = forms.CharField(max_length=150, required=False, label="Name contains")
    price = forms.ChoiceField(choices=PRICE, label="Prices", initial=PERCENT)
    value = ParsedField(parse=parse_amount, required=False, label="By", help_text="Such as 0.005, or 10 for 10 %.")
    column = forms.ChoiceField(label="Which price")
    mcd = ParsedField(parse=lambda text: parse_seconds(text, 0), mode="numeric", required=False, label="New MCD")
    pulse = ParsedField(parse=lambda text: parse_seconds(text, 1), mode="numeric", required=False, label="New pulse")
    connect = ParsedField(parse=parse_price, required=False, label="New connect cost")

    def __init__(self, *args, presentation, **kwargs):
        """`presentation` of the card says which prices there are and what they are called."""
        super().__init__(*args, **kwargs)
        self.columns = tuple(HEADINGS[presentation])
        self.fields["column"].choices = [(ALL, "All of them"), *HEADINGS[presentation].items()]
        if len(self.columns) == 1:
            del self.fields["column"]
        self.helper = arranged(
            self, ("Which rates", {"match": 6, "name": 6}), ("What changes", {"price": 4, "value": 4, "column": 4},
            {"mcd": 4, "pulse": 4, "connect": 4}),
        )  # fmt: skip

    def clean(self):
        values = super().clean()
        if values.get("price") not in (None, KEEP) and values.get("value") is None and "value" not in self.errors:
            self.add_error("value", "Say by how much.")
        if values.get("price") == SET and values.get("value") is not None and values["value"] < 0:
            self.add_error("value", "A price is not negative.")
        nothing = all(values.get(name) is None for name in ("mcd", "pulse", "connect"))
        if values.get("price") == KEEP and nothing and not self.errors:
            self.add_error("price", "Choose at least one change.")
        return values

    def change(self) -> Change:
        given = self.cleaned_data
        column = given.get("column", ALL)
        return Change(match=given["match"] or "", name=given["name"], price=given["price"], value=given["value"] or Decimal(0),
                      columns=self.columns if column == ALL else (column,), mcd=given["mcd"], pulse=given["pulse"],
                      connect=given["connect"])  # fmt: skip
