"""How a screen asks a service: what is refused is said in the form, leaves nothing, and the unit goes on."""

import pytest
from django import forms
from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.saving import done, saved
from resellers.models import Customer


class Form(forms.Form):
    name = forms.CharField()


def refused(user):
    Customer.objects.filter(company=user.company_id).update(notes="half")
    raise ValidationError({"name": "Not this one."})


def against_deferred_law(user):
    Customer.objects.filter(company=user.company_id).update(notes="half")
    User.groups.through.objects.filter(user__name="a_user", group__role__isnull=False).delete()


@pytest.mark.parametrize(("service", "field", "words"), [
    (refused, "name", "Not this one."),
    (against_deferred_law, "__all__", "Choose at least one group that fits the company of this user."),
])  # fmt: skip
def test_a_refused_service_leaves_nothing_and_the_unit_goes_on(world, acting, service, field, words):
    form = Form({"name": "X"})
    with acting(world.a_admin):
        assert form.is_valid() and saved(form, service, world.a_admin) is None
        assert form.errors[field] == [words]
        assert not Customer.objects.filter(notes="half").exists()
        assert world.a_user.groups.filter(role__isnull=False).exists()


def test_a_refused_button_leaves_nothing(world, acting, rf, monkeypatch):
    said = []
    monkeypatch.setattr("accounts.saving.messages.error", lambda request, text: said.append(text))
    with acting(world.a_admin):
        assert done(rf.post("/"), "Done.", refused, world.a_admin) is None
        assert said == ["Not this one."] and not Customer.objects.filter(notes="half").exists()
