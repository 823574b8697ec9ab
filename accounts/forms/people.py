"""Forms about people: invite, accept, change, one's own profile."""

from zoneinfo import available_timezones

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.db.models import QuerySet

from accounts.areas import MASTER, RESELLER
from accounts.forms.chooser import ChooserField
from accounts.forms.text import one_line
from accounts.models import Role, User

COMPANIES = "resellers:company_choose"  # suggests them
COMPANY = User._meta.get_field("company").related_model
ZONES = sorted(zone for zone in available_timezones() if zone == "UTC" or ("/" in zone and not zone.startswith("Etc/")))


def none_of(model) -> QuerySet:
    """No row to choose until a view has narrowed the field: a view that forgets it offers nothing."""
    return QuerySet(model).none()


def time_zone_field():
    return forms.ChoiceField(choices=[(zone, zone) for zone in ZONES], initial="UTC", label="Time zone")


def name_field():
    return forms.CharField(max_length=150, label="Name", validators=[one_line])


class InviteForm(forms.Form):
    """Whom to invite, where and as what; `company` fixes the company, `may_audit` offers the support auditor.

    The view narrows `role` to services.invitations.assignable_roles (of the fixed company) and `company` to
    queries.companies_of. `invitation()` is what the service takes beside actor and company.
    """

    name = name_field()
    email = forms.EmailField(label="E-mail", help_text="The login. The invitation goes to this address.")
    company = ChooserField(none_of(COMPANY), route=COMPANIES, empty_label=None)
    role = forms.ModelChoiceField(none_of(Role), label="Group", empty_label="Choose a group")
    time_zone = time_zone_field()
    is_staff = forms.BooleanField(
        required=False, label="Support auditor (read-only)",
        help_text="Reads whatever the group shows, in the panel and in the support site, and can change nothing.",
    )  # fmt: skip

    def __init__(self, *args, company=None, may_audit=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.company = company
        if company:
            del self.fields["company"]
        if not may_audit:
            del self.fields["is_staff"]
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Fieldset("Person", "name", "email", "time_zone"),
            Fieldset("Access", *(name for name in ("company", "role", "is_staff") if name in self.fields)),
        )

    def clean_email(self):
        email = self.cleaned_data["email"].strip().lower()
        if not email.isascii():
            raise forms.ValidationError("Use an address of plain letters, digits and signs.")
        return email

    def clean(self):
        values = super().clean()
        company = values["company"] = self.company or values.get("company")
        role = values.get("role")
        if company and role and role.audience != (MASTER if company.is_master else RESELLER):
            self.add_error("role", f"This group is not for users of {company}.")
        if company and values.get("is_staff") and not company.is_master:
            self.add_error("is_staff", "Support auditors belong to the master company.")
        return values

    def invitation(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("role", "email", "name", "time_zone", "is_staff")
                if name in self.fields}  # fmt: skip


class UserForm(forms.Form):
    """Name, time zone and groups of somebody else; with `is_own` (one's own account) the groups stay.

    The view narrows `groups` to those that may be given and those he is in.
    """

    name = name_field()
    time_zone = time_zone_field()
    groups = forms.ModelMultipleChoiceField(
        none_of(Role), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one group: a user without a group could do nothing."},
    )  # fmt: skip

    def __init__(self, *args, is_own=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout(Fieldset("Person", "name", "time_zone"))
        if is_own:
            del self.fields["groups"]
        else:
            self.helper.layout.append(Fieldset("Groups", "groups"))


class ProfileForm(forms.Form):
    """What everybody may change about himself."""

    name = name_field()
    time_zone = time_zone_field()


class AcceptForm(forms.Form):
    """The invited person's name and first password, which nobody else ever chooses."""

    name = forms.CharField(
        max_length=150, validators=[one_line], widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password1 = forms.CharField(
        label="Password", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html(),
    )  # fmt: skip
    password2 = forms.CharField(
        label="Password again", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args, email, **kwargs):
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self):
        values = super().clean()
        password, again = values.get("password1"), values.get("password2")
        if password and again and password != again:
            self.add_error("password2", "The two passwords differ.")
        if password:
            try:
                validate_password(password, User(email=self.email, name=values.get("name", "")))
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return values
