"""One rate, typed by hand and read by the parsers that read sheets."""

from django import forms

from accounts.forms.text import one_line
from ratecards.engine.classes import HEADINGS
from ratecards.engine.numbers import format_units, parse_prefix, parse_price, parse_seconds
from ratecards.engine.table import Row
from ratecards.forms.fields import ParsedField
from resellers.forms import arranged


class RateForm(forms.Form):
    """A rate of a draft. A Blocked one carries no figures."""

    prefix = ParsedField(parse=parse_prefix, mode="numeric")
    name = forms.CharField(max_length=150, required=False, validators=[one_line])
    cost = ParsedField(parse=parse_price, required=False, label="Price a minute")
    intra = ParsedField(parse=parse_price, required=False)
    inter = ParsedField(parse=parse_price, required=False)
    connect = ParsedField(parse=parse_price, required=False, label="Connect")
    mcd = ParsedField(
        parse=lambda text: parse_seconds(text, 0), mode="numeric", initial="1", required=False, label="MCD"
    )
    pulse = ParsedField(parse=lambda text: parse_seconds(text, 1), mode="numeric", initial="1", required=False)
    grace = ParsedField(parse=lambda text: parse_seconds(text, 0), mode="numeric", required=False)
    blocked = forms.BooleanField(required=False, help_text="No call is routed, and no shorter prefix takes over.")

    PRICES = ("cost", "intra", "inter")

    def __init__(self, *args, presentation, **kwargs):
        """`presentation` of the card says which prices there are and what they are called."""
        super().__init__(*args, **kwargs)
        self.columns = tuple(HEADINGS[presentation])
        for name in set(self.PRICES) - set(self.columns):
            del self.fields[name]
        for name, heading in HEADINGS[presentation].items():
            self.fields[name].label = heading
        widths = dict.fromkeys((*self.columns, "connect"), 3)
        self.helper = arranged(
            self, ("Rate", {"prefix": 4, "name": 8}, widths, {"mcd": 3, "pulse": 3, "grace": 3}, {"blocked": 12})
        )

    def clean(self):
        values = super().clean()
        for name in self.columns:
            if not values.get("blocked") and values.get(name) is None and name not in self.errors:
                self.add_error(name, "A rate that is not Blocked needs this price.")
        return values

    def row(self) -> Row:
        """The rate, in price units and seconds."""
        given = self.cleaned_data
        if given["blocked"]:
            return Row(given["prefix"], given["name"], blocked=True)
        seconds = {"mcd": or_else(given["mcd"], 1), "pulse": or_else(given["pulse"], 1), "grace": given["grace"] or 0}
        prices = {name: given[name] for name in self.columns}
        return Row(given["prefix"], given["name"], connect=given["connect"] or 0, **prices, **seconds)


def or_else(value, otherwise):
    return otherwise if value is None else value


def initial_of(row: Row) -> dict:
    """A rate as the form shows it."""
    prices = {
        name: format_units(units)
        for name in ("cost", "intra", "inter", "connect")
        if (units := getattr(row, name)) is not None
    }
    return row._asdict() | prices
