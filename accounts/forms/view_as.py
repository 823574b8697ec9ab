"""The one question before somebody looks through a reseller user's eyes."""

from django import forms

from accounts.forms.text import one_line


class ViewAsForm(forms.Form):
    reason = forms.CharField(
        min_length=10, max_length=300, validators=[one_line],
        help_text="At least 10 characters. It is kept in the audit log, and the reseller reads it.",
        widget=forms.TextInput(attrs={"autofocus": True, "placeholder": "Ticket 4711: prices of Germany look wrong"}),
    )  # fmt: skip
