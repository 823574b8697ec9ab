"""What one currency is worth in another, and from when on."""

from django import forms
from django.utils import timezone

from ratecards.forms.fields import PlainDecimalField
from resellers import currencies
from resellers.forms import arranged

INSTANTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]


class ExchangeRateForm(forms.Form):
    one = forms.ChoiceField(label="One unit of", choices=currencies.CHOICES, initial="EUR")
    rate = PlainDecimalField(
        label="Is worth", decimals=10, min_value=0, max_digits=20, decimal_places=10,
        help_text="Such as 1.085: as many units of the other. The way back is its exact reciprocal.",
    )  # fmt: skip
    other = forms.ChoiceField(label="Units of", choices=currencies.CHOICES, initial="USD")
    valid_from = forms.DateTimeField(
        label="Valid from", required=False, input_formats=INSTANTS,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        zone = timezone.get_current_timezone_name()
        self.fields["valid_from"].help_text = f"Empty: from now on. On your clock: {zone}."
        self.helper = arranged(self, ("Exchange rate", {"one": 3, "rate": 3, "other": 3}, {"valid_from": 4}))
