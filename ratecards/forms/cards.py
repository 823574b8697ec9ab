"""What people type about carriers and cards. The view narrows the choices of rows before validation."""

from django import forms

from accounts.forms.people import none_of
from ratecards.forms.fields import CountriesField, PlainDecimalField, PriceField
from ratecards.models import CardAssignment, CardPrivate, Carrier, ProfitRule, RateCard
from ratecards.models.card import COMPACTS, DOWNLOADS, ROUNDINGS, every_download
from resellers import currencies
from resellers.forms import arranged

PRICES = "Which prices a rate has. Single: one. Inter / intra: by the state of caller and destination in the US, others pay \
the dearer. Indeterminate: a price of its own for those others. EEA: local (one country), EEA (both in the lists), other."
SOURCES = "Callers of the EEA price: ISO codes such as AT, BE. Only for EEA prices."
DESTINATIONS = "Destinations of the EEA price, likewise."
DIALLING = "The number as dialled, or the one it was ported to (LRN)."
CAPPED = "A call whose price a minute is above it is not routed. It changes no price. Empty: no cap."
DOWNLOAD = "Which files of its prices an assigned company may download. It sees the prices on screen anyway."
NOTES = forms.Textarea(attrs={"rows": 3})
COMPACT = "Of several parents' prices for a destination. Maximum never sells below a parent."
PRIVATE_NAME = "Yours alone: a company that the card is assigned to never sees it."
PUBLIC_NAME = "What companies that it is assigned to see; without one they see the code."


def decimals_field(label: str, initial: int, help_text: str):
    choices = [(n, n) for n in range(9)]
    return forms.TypedChoiceField(label=label, choices=choices, coerce=int, initial=initial, help_text=help_text)


class CarrierForm(forms.Form):
    """A supplier of the master company."""

    name = forms.CharField(max_length=150)
    status = forms.ChoiceField(choices=Carrier.STATUSES, initial=Carrier.ACTIVE)
    currency = forms.ChoiceField(choices=currencies.CHOICES, initial="USD")
    notes = forms.CharField(required=False, max_length=10000, widget=NOTES)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = arranged(self, ("Carrier", {"name": 6, "currency": 3, "status": 3}, {"notes": 12}))


class ParentsField(forms.ModelMultipleChoiceField):
    """The cards that a card may be built from, each by the assignment through which its company may use it."""

    def __init__(self, **options):
        super().__init__(none_of(CardAssignment), widget=forms.CheckboxSelectMultiple, required=False, **options)

    def label_from_instance(self, assignment):
        return f"{assignment.card_name} · {assignment.card.code} · {assignment.card.currency}"


class CardForm(forms.Form):
    """What both kinds of cards have. The prices of calls are rounded twice: a minute's, and a call's charge."""

    name = forms.CharField(label="Name (private)", max_length=150, help_text=PRIVATE_NAME)
    public_name = forms.CharField(label="Name (public)", max_length=150, required=False, help_text=PUBLIC_NAME)
    currency = forms.ChoiceField(
        choices=currencies.CHOICES,
        initial="USD",
        help_text="Of every price and fee. Fixed once a revision is published.",
    )
    direction = forms.ChoiceField(
        choices=RateCard.DIRECTIONS, initial="termination",
        help_text="Termination: calls to these prefixes. Origination: calls that come in on them.",
    )  # fmt: skip
    presentation = forms.ChoiceField(label="Prices", choices=RateCard.PRESENTATIONS, initial="single", help_text=PRICES)
    source_countries = CountriesField(label="Source EEA countries", help_text=SOURCES)
    destination_countries = CountriesField(label="Destination EEA countries", help_text=DESTINATIONS)
    dialling = forms.ChoiceField(label="Rated by", choices=RateCard.DIALLING, initial="dn", help_text=DIALLING)
    price_precision = decimals_field("Price decimals", 6, "Of a price a minute: a build rounds to so many.")
    price_rounding = forms.ChoiceField(
        choices=ROUNDINGS, initial="half_up", help_text="Of a built price. Up: never below."
    )
    charge_precision = decimals_field("Charge decimals", 4, "Of what one call costs.")
    charge_rounding = forms.ChoiceField(
        choices=ROUNDINGS, initial="half_up", help_text="Once a call, after price and fee were added."
    )
    duration_rounding = forms.ChoiceField(
        choices=ROUNDINGS, initial="up", help_text="To whole seconds, before MCD and pulse."
    )
    capped_rate = PriceField(label="Capped rate", help_text=CAPPED)

    MONEY = (
        "Prices",
        {"currency": 3, "direction": 3, "dialling": 3, "capped_rate": 3},
        {"presentation": 12},
        {"source_countries": 6, "destination_countries": 6},
    )
    ROUNDING = (
        "Rounding",
        {"price_precision": 3, "price_rounding": 3, "charge_precision": 3, "charge_rounding": 3},
        {"duration_rounding": 3},
    )

    def clean(self):
        values = super().clean()
        given = [name for name in ("source_countries", "destination_countries") if values.get(name)]
        if values.get("presentation") == "eea":
            for name in {"source_countries", "destination_countries"} - set(given) - self.errors.keys():
                self.add_error(
                    name, "A card with EEA prices needs the countries: without them no call is within the EEA."
                )
        elif given and "presentation" not in self.errors:
            values |= dict.fromkeys(given, "")  # the lists belong to the EEA prices alone
        return values


class ProviderCardForm(CardForm):
    """A new price list of a carrier."""

    carrier = forms.ModelChoiceField(none_of(Carrier), empty_label="Choose…", help_text="Whose price list it is.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["price_precision"].initial = self.fields["charge_precision"].initial = 8
        self.helper = arranged(self, ("Card", {"name": 6, "carrier": 6}, {"public_name": 6}), self.MONEY, self.ROUNDING)


class BuildOptionsForm(CardForm):
    """What a customer card has beside: the cards it is built from, and how they become one."""

    parents = ParentsField(label="Built from", help_text="None: a card that is filled by imports alone.")
    compact = forms.ChoiceField(label="Rate compact", choices=COMPACTS, initial="maximum", help_text=COMPACT)
    collapse = forms.ChoiceField(
        label="Collapse using", choices=COMPACTS, initial="maximum",
        help_text="Of the prices of one parent's row, where this card has a single one.",
    )  # fmt: skip
    increments = forms.ChoiceField(
        choices=CardPrivate.INCREMENTS,
        initial="safe",
        help_text="MCD and pulse where the parents differ. Never below cost: the least that bills no second less than any of them.",
    )
    shrink = forms.BooleanField(
        label="Leave out rows equal to their shorter prefix", required=False, help_text="Smaller, with the same prices."
    )
    uncovered_at_cost = forms.BooleanField(
        label="Sell price columns that no rule applies to at cost",
        required=False,
        help_text="Else the build is refused.",
    )
    covered_by_all = forms.BooleanField(
        label="Sell only what every parent has", required=False, help_text="Else what any parent has."
    )

    BUILD = ("Build", {"parents": 12}, {"compact": 3, "collapse": 3, "increments": 3, "markup": 3},
             {"shrink": 4, "uncovered_at_cost": 4, "covered_by_all": 4})  # fmt: skip


class CustomerCardForm(BuildOptionsForm):
    """A new price list for customers or resellers, with its first profit rule where it is built from others."""

    markup = PlainDecimalField(
        label="Markup % on everything", required=False, min_value=-100, max_value=1_000_000,
        help_text="The first profit rule: ^ at this markup. 12 makes 0.0100 into 0.0112. Empty: add rules later.",
    )  # fmt: skip

    def __init__(self, *args, may_add_rules=True, may_build=True, **kwargs):
        """`may_build`: whether he may choose parents; `may_add_rules`: and at what profit."""
        super().__init__(*args, **kwargs)
        for name, is_offered in (("parents", may_build), ("markup", may_build and may_add_rules)):
            if not is_offered:
                del self.fields[name]
        self.helper = arranged(self, ("Card", {"name": 6, "public_name": 6}), self.BUILD, self.MONEY, self.ROUNDING)

    def rule(self) -> dict | None:
        """The first profit rule, or None."""
        markup = self.cleaned_data.pop("markup", None)
        return None if markup is None else {"match": "^", "type": ProfitRule.PERCENT, "value": markup}


class PropertiesForm(BuildOptionsForm):
    """Everything of a card that can change, public and private in sections of their own."""

    carrier = forms.ModelChoiceField(none_of(Carrier), empty_label="Choose…", help_text="Whose price list it is.")
    public_notes = forms.CharField(
        label="Notes (public)",
        required=False,
        max_length=10000,
        widget=NOTES,
        help_text="Read by the companies that have the card.",
    )
    notes = forms.CharField(
        label="Notes (private)", required=False, max_length=10000, widget=NOTES, help_text="Yours alone."
    )
    public_options = forms.MultipleChoiceField(
        label="Downloads", choices=DOWNLOADS, initial=every_download, required=False,
        widget=forms.CheckboxSelectMultiple, help_text=DOWNLOAD,
    )  # fmt: skip

    vanish_limit = forms.IntegerField(
        label="Rows that may vanish (%)", min_value=0, max_value=100,
        help_text="Of the active list; beyond it an import is held.",
    )  # fmt: skip
    jump_limit = forms.IntegerField(
        label="Median price change (%)", min_value=0, max_value=1000, help_text="Beyond it an import is held."
    )

    IMPORTS = ("Imports", {"vanish_limit": 3, "jump_limit": 3})
    PROVIDER, CUSTOMER = (
        ("carrier",),
        ("parents", "compact", "collapse", "increments", "shrink", "uncovered_at_cost", "covered_by_all"),
    )

    def __init__(self, *args, kind, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self.CUSTOMER if kind == RateCard.PROVIDER else self.PROVIDER:
            del self.fields[name]
        private = ("Private", {"name": 6, "carrier": 6}, {"notes": 12})
        public = ("What others see", {"public_name": 6, "public_options": 6}, {"public_notes": 12})
        self.helper = arranged(self, private, public, self.MONEY, self.ROUNDING, self.BUILD, self.IMPORTS)

    def changes(self) -> dict:
        """What the service takes. Parents only when the choice was changed: one that was taken away is not among the
        choices, and must not drop out because somebody corrects a note."""
        untouched = {"parents"} - set(self.changed_data)
        return {name: value for name, value in self.cleaned_data.items() if name not in untouched}
