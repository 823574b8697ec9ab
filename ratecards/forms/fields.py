"""Figures as people type them: every one is read by the engine's own parsers, as sheets and commands are."""

import re
from decimal import Decimal

from django import forms

from ratecards.countries import EEA, parse_countries
from ratecards.engine.numbers import Refused, format_units, from_units, parse_price, to_units


class ParsedField(forms.CharField):
    """Text that one of the engine's parsers reads; what it refuses is said in its words."""

    def __init__(self, *, parse, mode="decimal", **options):
        self.parse = parse
        widget = forms.TextInput(attrs={"inputmode": mode, "class": "font-monospace"})
        super().__init__(max_length=40, widget=widget, **options)

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        try:
            return self.parse(text)
        except Refused as refused:
            raise forms.ValidationError(refused.message) from None


class PriceField(ParsedField):
    """A price or a fee as Decimal; empty is None."""

    def __init__(self, **options):
        super().__init__(parse=lambda text: from_units(parse_price(text)), required=False, **options)

    def prepare_value(self, value):
        return format_units(to_units(value)) if isinstance(value, Decimal) else value

    def has_changed(self, initial, data):
        return self.prepare_value(initial) != (data or None)


class PlainDecimalField(forms.DecimalField):
    """A figure that may be a percentage or below 0, in plain decimal notation: no exponent, no comma, no digit of another
    script. It may be higher than any price, so it has bounds of its own."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "font-monospace"})

    def __init__(self, *, decimals=8, **options):
        self.plain, self.decimals = re.compile(rf"-?[0-9]{{1,9}}(\.[0-9]{{1,{decimals}}})?"), decimals
        super().__init__(**options)

    def to_python(self, value):
        text = "" if value is None else str(value).strip()
        if text and not self.plain.fullmatch(text):
            words = f"Write a plain number such as 12 or -0.0050, with at most {self.decimals} decimals."
            raise forms.ValidationError(words)
        return super().to_python(text)


class CountriesField(forms.CharField):
    """Two-letter codes of countries; begins with the EEA, whose prices it is for."""

    def __init__(self, **options):
        widget = forms.Textarea(attrs={"rows": 2, "class": "font-monospace", "spellcheck": "false"})
        super().__init__(required=False, max_length=2000, initial=EEA.replace(",", ", "), widget=widget, **options)

    def prepare_value(self, value):
        return value.replace(",", ", ").replace("  ", " ") if isinstance(value, str) else value

    def clean(self, value):
        try:
            return parse_countries(super().clean(value))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None


def parse_amount(text: str) -> Decimal:
    """A plain decimal with an optional sign and at most eight decimals, by the parser of prices."""
    size = text.strip().removeprefix("-").removeprefix("+").strip()
    units = from_units(parse_price(size))
    return -units if text.strip().startswith("-") else units
