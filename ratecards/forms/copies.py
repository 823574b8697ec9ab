"""What is asked before a card is cloned, and before many are changed."""

from django import forms

from ratecards.forms.cards import PUBLIC_NAME
from ratecards.forms.fields import PriceField
from ratecards.models import CardPrivate, RateCard
from ratecards.models.card import COMPACTS, ROUNDINGS
from resellers.forms import arranged

STAY = ("", "Stay as they are")
YES_NO = [STAY, ("yes", "Yes"), ("no", "No")]
FILES = [STAY, ("csv,xlsx,json", "All"), ("csv", "CSV alone"), ("csv,xlsx", "CSV and Excel"), ("none", "None")]


class CloneForm(forms.Form):
    """The clone's names, and what comes along with the properties."""

    name = forms.CharField(label="Name (private)", max_length=150)
    public_name = forms.CharField(label="Name (public)", max_length=150, required=False, help_text=PUBLIC_NAME)
    parents = forms.BooleanField(
        label="Built from the same cards",
        required=False,
        initial=True,
        help_text="As far as they are still yours to use.",
    )
    rules = forms.BooleanField(label="The same profit rules", required=False, initial=True)
    rates = forms.BooleanField(
        label="The active revision’s rates, as a draft",
        required=False,
        help_text="Nothing of the clone is live before you say so.",
    )

    def __init__(self, *args, offered, **kwargs):
        """`offered`: which of parents, rules and rates there are to copy, and he may."""
        super().__init__(*args, **kwargs)
        for name in {"parents", "rules", "rates"} - set(offered):
            del self.fields[name]
        self.helper = arranged(
            self, ("Clone", {"name": 6, "public_name": 6}), ("Comes along", {"parents": 4, "rules": 4, "rates": 4})
        )


def unchanged_or(label: str, choices, **options) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[STAY, *choices], required=False, **options)


def decimals(label: str) -> forms.ChoiceField:
    return unchanged_or(label, [(str(n), n) for n in range(9)])


class ManyForm(forms.Form):
    """Properties that several cards may have alike; what is left empty stays."""

    price_precision = decimals("Price decimals")
    price_rounding = unchanged_or("Price rounding", ROUNDINGS)
    charge_precision = decimals("Charge decimals")
    charge_rounding = unchanged_or("Charge rounding", ROUNDINGS)
    duration_rounding = unchanged_or("Duration rounding", ROUNDINGS)
    capped_rate = PriceField(label="Capped rate", help_text="Empty: stays as it is.")
    no_cap = forms.BooleanField(label="Remove the cap", required=False)
    public_options = forms.ChoiceField(label="Downloads", choices=FILES, required=False)
    compact = unchanged_or("Rate compact", COMPACTS)
    collapse = unchanged_or("Collapse using", COMPACTS)
    increments = unchanged_or("Increments", CardPrivate.INCREMENTS)
    shrink = forms.ChoiceField(label="Leave out rows equal to their shorter prefix", choices=YES_NO, required=False)
    covered_by_all = forms.ChoiceField(label="Sell only what every parent has", choices=YES_NO, required=False)

    NUMBERS, SWITCHES = ("price_precision", "charge_precision"), ("shrink", "covered_by_all")
    BUILD = ("compact", "collapse", "increments", *SWITCHES)

    def __init__(self, *args, kind, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self.BUILD if kind == RateCard.PROVIDER else ():
            del self.fields[name]
        self.helper = arranged(
            self,
            ("Rounding", {"price_precision": 3, "price_rounding": 3, "charge_precision": 3, "charge_rounding": 3},
             {"duration_rounding": 3}),
            ("Prices and files", {"capped_rate": 3, "no_cap": 3, "public_options": 3}),
            ("Build", {"compact": 4, "collapse": 4, "increments": 4}, {"shrink": 6, "covered_by_all": 6}),
        )  # fmt: skip

    def clean(self):
        values = super().clean()
        if values.get("no_cap") and values.get("capped_rate") is not None:
            self.add_error("no_cap", "Either a cap or none.")
        if not self.errors and not self.changes():
            raise forms.ValidationError("Choose at least one change.")
        return values

    def changes(self) -> dict:
        """{field: value} of what is to change, as the service takes it."""
        given = {name: value for name, value in self.cleaned_data.items() if value not in ("", None, False)}
        found = {name: given[name] for name in given if name not in ("no_cap", "public_options")}
        found |= {name: int(given[name]) for name in self.NUMBERS if name in given}
        found |= {name: given[name] == "yes" for name in self.SWITCHES if name in given}
        if "no_cap" in given:
            found["capped_rate"] = None
        if "public_options" in given:
            found["public_options"] = [] if given["public_options"] == "none" else given["public_options"].split(",")
        return found

    def words_of(self, name: str, value) -> str:
        """A value of a field in words."""
        if name in self.SWITCHES:
            return "yes" if value else "no"
        if name == "public_options":
            return ", ".join(value) or "none"
        if name == "capped_rate":
            return "no cap" if value is None else self.fields[name].prepare_value(value)
        return str(dict(self.fields[name].choices).get(str(value), value))
