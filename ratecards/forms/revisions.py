"""What is asked before a revision goes live, a card is built or handed to a company."""

from datetime import datetime

from django import forms
from django.utils import timezone

from accounts.forms.chooser import ChooserField
from accounts.forms.people import COMPANIES, none_of
from resellers.forms import arranged
from resellers.models import Company

NOW, LATER = "now", "later"


class ActivateForm(forms.Form):
    """Now, or at a Date Live on the clock of whoever types it."""

    when = forms.ChoiceField(
        choices=[(NOW, "Now"), (LATER, "At its Date Live")], initial=NOW, widget=forms.RadioSelect, label="Goes live"
    )
    at = forms.DateTimeField(
        label="Date Live", required=False, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip

    reason = forms.CharField(
        max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text="Stands in the audit log."
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        zone = timezone.get_current_timezone_name()
        self.fields[
            "at"
        ].help_text = f"On your clock: {zone}. Companies that have the card see the announcement at once."
        self.helper = arranged(self, ("Activation", {"when": 12}, {"at": 6}, {"reason": 12}))

    def clean(self):
        values = super().clean()
        if values.get("when") == LATER and not values.get("at") and "at" not in self.errors:
            self.add_error("at", "Say when it goes live.")
        elif values.get("when") == LATER and values.get("at") and values["at"] <= timezone.now():
            self.add_error("at", "This moment has passed. Choose a later one, or “Now”.")
        return values

    def moment(self):
        """The Date Live, None for now."""
        return self.cleaned_data["at"] if self.cleaned_data["when"] == LATER else None


class RollBackForm(forms.Form):
    """Why the prices before come back."""

    reason = forms.CharField(
        max_length=300, widget=forms.Textarea(attrs={"rows": 2}), help_text="Stands in the audit log, with your name."
    )


class InstantForm(forms.Form):
    """An instant of which one wants to know the price list, on the clock of whoever asks."""

    at = forms.DateTimeField(
        label="Live at", required=False, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "form-control form-control-sm"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip


class WaiveForm(forms.Form):
    """Why refused lines do not matter."""

    reason = forms.CharField(
        max_length=300, widget=forms.Textarea(attrs={"rows": 2}), help_text="Stands in the audit log, with your name."
    )


class BuildForm(forms.Form):
    """`preview` is the key of the job whose figures are to be built, if any was looked at; `at` one of the `instants`
    for which prices of the parents are announced, if it is not built from what is live now."""

    activate = forms.BooleanField(label="and activate at once", required=False)
    preview = forms.UUIDField(required=False, widget=forms.HiddenInput)
    at = forms.TypedChoiceField(required=False, coerce=datetime.fromisoformat, empty_value=None, error_messages={
        "invalid_choice": "Nothing is announced for that moment any more."})  # fmt: skip

    def __init__(self, *args, instants=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["at"].choices = [("", "now"), *((at.isoformat(), at) for at in instants)]


class BulkBuildForm(forms.Form):
    """Which of the cards that wait for a build are built; `cards` of the constructor are those, named."""

    cards = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, error_messages={"required": "Choose at least one card."}
    )
    activate = forms.BooleanField(label="and activate each at once", required=False)

    def __init__(self, *args, cards, **kwargs):
        super().__init__(*args, **kwargs)
        self.by_code = {card.code: card for card in cards}
        self.fields["cards"].choices = [(card.code, card.shown_name) for card in cards]

    def chosen(self) -> list:
        return [self.by_code[code] for code in self.cleaned_data["cards"]]


class AssignForm(forms.Form):
    """The companies directly below that do not have the card."""

    company = ChooserField(none_of(Company), route=COMPANIES, empty_label="Choose a company…", label="Assign to")


class UnassignForm(forms.Form):
    reason = forms.CharField(
        max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text="Stands in the audit log."
    )
