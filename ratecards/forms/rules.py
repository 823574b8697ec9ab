"""A profit rule as it is typed. What match and value mean is checked by the service, with the engine's own rules."""

import re

from django import forms

from ratecards.models import ProfitRule
from resellers.forms import arranged

MATCH = "441481: this destination alone. ^44: 44 and everything below it. ^: everything."
VALUE = "Per cent, or the card's currency a minute: cost 0.0100 at markup 20 is 0.0120, at margin 20 is 0.0125."
STATUS = "Remove: not sold, so a shorter prefix applies. Blocked: in the card, no call is routed."


PLAIN = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,8})?")


class PlainDecimalField(forms.DecimalField):
    """A figure in plain decimal notation: no exponent, no comma, no digit of another script, at most 8 decimals."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "font-monospace"})

    def to_python(self, value):
        text = "" if value is None else str(value).strip()
        if text and not PLAIN.fullmatch(text):
            raise forms.ValidationError("Write a plain number such as 12 or -0.0050, with at most 8 decimals.")
        return super().to_python(text)


class RuleForm(forms.Form):
    """What it matches, what it does to the price, and whether it sells at all."""

    match = forms.CharField(
        max_length=40, required=False, help_text=MATCH, widget=forms.TextInput(attrs={"class": "font-monospace"})
    )
    type = forms.ChoiceField(choices=ProfitRule.TYPES, initial=ProfitRule.PERCENT)
    value = PlainDecimalField(initial=0, help_text=VALUE)
    status = forms.ChoiceField(choices=ProfitRule.STATUSES, initial=ProfitRule.PROFIT, help_text=STATUS)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = arranged(self, ("Profit rule", {"match": 3, "type": 3, "value": 3, "status": 3}))
