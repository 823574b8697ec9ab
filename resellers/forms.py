"""What people type about companies and customers, cleaned. The view narrows what rows can be chosen."""

import re

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms

from accounts.forms.chooser import ChooserField
from accounts.forms.people import COMPANIES, none_of, time_zone_field
from accounts.forms.text import one_line
from accounts.models import Role
from resellers import currencies
from resellers.models import Company, Customer

PLAIN_SUM = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,4})?")


class SumField(forms.DecimalField):
    """An amount in plain decimal notation: no exponent, no digit of another script, at most four decimals."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})  # a number input would drop what it cannot read

    def to_python(self, value):
        text = "" if value is None else str(value).strip()
        if text and not PLAIN_SUM.fullmatch(text):
            raise forms.ValidationError("Write a plain number such as 250 or -12.50, with at most four decimals.")
        return super().to_python(text)


def arranged(form, *sections) -> FormHelper:
    """Sections (title, row, row…) of a form; a row is {field: width of 12}. Fields the form lacks are left out."""
    helper = FormHelper()
    helper.layout = Layout()
    for title, *rows in sections:
        rows = [Row(*(Column(name, css_class=f"col-md-{width}") for name, width in row.items() if name in form.fields))
                for row in rows]  # fmt: skip
        if any(row.fields for row in rows):
            helper.layout.append(Fieldset(title, *rows))
    return helper


class CompanyForm(forms.Form):
    """A reseller account as the company above it writes it."""

    name = forms.CharField(max_length=150, validators=[one_line])
    email = forms.EmailField(label="E-mail", max_length=254, help_text="Of the office. Users have their own.")
    currency = forms.ChoiceField(choices=currencies.CHOICES, initial="USD")
    time_zone = time_zone_field()
    note = forms.CharField(
        label="Private note", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Yours alone: the reseller never sees it.",
    )  # fmt: skip

    def __init__(self, *args, keeps_note=True, **kwargs):
        super().__init__(*args, **kwargs)
        if not keeps_note:  # a note belongs to the company directly above
            del self.fields["note"]
        rows = {"name": 6, "email": 6}, {"currency": 3, "time_zone": 5}, {"note": 12}
        self.helper = arranged(self, ("Account", *rows))


class NewCompanyForm(CompanyForm):
    """A new account, and in the same step the invitation of its first user.

    The view narrows `parent` and `user_role`; `invites` says whether the actor may invite anybody.
    """

    parent = ChooserField(
        none_of(Company),
        route=COMPANIES,
        label="Below",
        empty_label=None,
        help_text="The company that sells to this reseller.",
    )
    user_name = forms.CharField(label="User’s name", max_length=150, required=False, validators=[one_line])
    user_email = forms.EmailField(label="User’s e-mail", max_length=254, required=False)
    user_role = forms.ModelChoiceField(
        none_of(Role), label="User’s group", required=False, empty_label="Choose a group"
    )

    FIRST_USER = ("user_name", "user_email", "user_role")

    def __init__(self, *args, invites=True, **kwargs):
        super().__init__(*args, **kwargs)
        for name in () if invites else self.FIRST_USER:
            del self.fields[name]
        self.helper = arranged(
            self,
            ("Account", {"name": 6, "email": 6}, {"parent": 4, "currency": 3, "time_zone": 5}, {"note": 12}),
            ("First user (optional)", {"user_name": 4, "user_email": 4, "user_role": 4}),
        )

    def clean(self):
        """All of the first user or nothing of him."""
        cleaned = super().clean()
        fields = [name for name in self.FIRST_USER if name in self.fields]
        if any(cleaned.get(name) or name in self.errors for name in fields):
            for name in fields:
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, "Needed to invite the first user; or leave all three fields empty.")
        return cleaned

    def first_user(self) -> dict | None:
        """What the service takes: {"name", "email", "role"}, or None."""
        if not self.cleaned_data.get("user_email"):
            return None
        return {name.removeprefix("user_"): self.cleaned_data[name] for name in self.FIRST_USER}

    def company(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("parent", "name", "email", "currency", "time_zone", "note")}


class ReasonForm(forms.Form):
    """Why: it stands in the audit log."""

    reason = forms.CharField(
        max_length=300, widget=forms.Textarea(attrs={"rows": 2}), help_text="Stands in the audit log."
    )


class CustomerForm(forms.Form):
    """A customer as far as it can change."""

    name = forms.CharField(max_length=150, validators=[one_line])
    email = forms.EmailField(label="E-mail", max_length=254, required=False)
    status = forms.ChoiceField(choices=Customer.STATUSES, initial=Customer.ACTIVE)
    debit_limit = SumField(
        max_digits=16, decimal_places=4, initial=0,
        help_text="0: prepaid. Positive: post-paid up to this sum. Negative: prepaid, stops with this much left.",
    )  # fmt: skip
    notes = forms.CharField(required=False, max_length=10000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = {"name": 6, "email": 6}, {"status": 4, "debit_limit": 4}, {"notes": 12}
        self.helper = arranged(self, ("Customer", *rows))


class NewCustomerForm(CustomerForm):
    """A new customer: its company, which the view narrows, and its currency are chosen once."""

    company = ChooserField(
        none_of(Company),
        route=COMPANIES,
        empty_label=None,
        help_text="Fixed once it is saved; a later move is a transfer.",
    )
    currency = forms.ChoiceField(choices=currencies.CHOICES, initial="USD", help_text="Can never be changed later.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = {"name": 6, "email": 6}, {"company": 6, "currency": 3}, {"status": 4, "debit_limit": 4}, {"notes": 12}
        self.helper = arranged(self, ("Customer", *rows))
