"""What is looked for in the prices of all cards: a number, a prefix or a part of a name."""

import re

from django import forms

from ratecards.engine.numbers import Refused, parse_prefix
from ratecards.models import RateCard

CALL, BELOW, NAME = "", "below", "name"
NUMBER = re.compile(r"\+?[0-9 ]{1,40}")
LEAST_NAME = 3


class SearchForm(forms.Form):
    number = forms.CharField(
        label="Number, prefix or name",
        max_length=41,
        widget=forms.TextInput(attrs={"type": "search", "autofocus": True}),
    )
    how = forms.ChoiceField(
        choices=[(CALL, "Rates this number"), (BELOW, "Begins with this prefix"), (NAME, "Name contains")],
        required=False,
    )
    kind = forms.ChoiceField(choices=[("", "All cards"), *RateCard.KINDS], required=False)
    direction = forms.ChoiceField(choices=[("", "Any direction"), *RateCard.DIRECTIONS], required=False)

    def clean(self):
        values = super().clean()
        if "number" in values and "how" in values:
            try:
                values["number"] = READ[values["how"]](values["number"])
            except Refused as refused:
                self.add_error("number", refused.message)
            except ValueError as error:
                self.add_error("number", str(error))
        return values

    def scope(self) -> dict:
        return {"kind": self.cleaned_data["kind"], "direction": self.cleaned_data["direction"]}


def number_of(text: str) -> str:
    digits = text.removeprefix("+").replace(" ", "")
    if not NUMBER.fullmatch(text) or not digits:
        raise ValueError("Write digits alone, such as 442071234567, or choose “Name contains”.")
    return digits


def name_of(text: str) -> str:
    if len(text) < LEAST_NAME:
        raise ValueError(f"Write at least {LEAST_NAME} characters of the name.")
    return text


READ = {CALL: number_of, BELOW: lambda text: parse_prefix(text.replace(" ", "")), NAME: name_of}
