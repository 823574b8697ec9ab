"""The number to be rated, and in which cards."""

from django import forms

from ratecards.models import RateCard


class SearchForm(forms.Form):
    number = forms.RegexField(
        r"^\+?[0-9 ]{1,40}$", strip=True, label="Number or prefix",
        error_messages={"invalid": "Write digits alone, such as 442071234567."},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "type": "search"}),
    )  # fmt: skip
    kind = forms.ChoiceField(choices=[("", "All cards"), *RateCard.KINDS], required=False)
    direction = forms.ChoiceField(choices=[("", "Any direction"), *RateCard.DIRECTIONS], required=False)

    def clean_number(self):
        digits = self.cleaned_data["number"].removeprefix("+").replace(" ", "")
        if not digits:
            raise forms.ValidationError("Write a number.")
        return digits

    def scope(self) -> dict:
        return {"kind": self.cleaned_data["kind"], "direction": self.cleaned_data["direction"]}
