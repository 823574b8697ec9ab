"""A profit rule as it is typed. What match and value mean is checked by the service, with the engine's own rules."""

from django import forms

from accounts.forms.people import none_of
from accounts.forms.text import one_line
from ratecards.engine.classes import HEADINGS, SINGLE, SPLIT
from ratecards.forms.fields import PlainDecimalField
from ratecards.models import PrefixSet, ProfitRule, RateCard
from resellers.forms import arranged

MATCH = "441481: this destination alone. ^44: 44 and everything below it. ^: everything. ^44(1|2): an expression."
PREFIX_SET = "In place of a match. Each line of it draws what begins with it."
VALUE = "Per cent, or the card's currency a minute: cost 0.0100 at markup 20 is 0.0120, at margin 20 is 0.0125."
STATUS = "Remove: not sold, so a shorter prefix applies. Blocked: in the card, no call is routed."
UNCHANGED = "Empty: the worst case of the parents."


def seconds(label: str, least: int) -> forms.IntegerField:
    widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "font-monospace"})
    return forms.IntegerField(
        label=label, required=False, min_value=least, max_value=86_400, widget=widget, help_text=UNCHANGED
    )


class RuleForm(forms.Form):
    """What it draws, what it does to the price, whether it sells at all, and what it puts in place of the parents'."""

    match = forms.CharField(
        max_length=200, required=False, help_text=MATCH, widget=forms.TextInput(attrs={"class": "font-monospace"})
    )
    prefix_set = forms.ModelChoiceField(
        none_of(PrefixSet), label="Prefix set", required=False, empty_label="None: by match", help_text=PREFIX_SET
    )
    type = forms.ChoiceField(choices=ProfitRule.TYPES, initial=ProfitRule.PERCENT)
    value = PlainDecimalField(initial=0, help_text=VALUE)
    status = forms.ChoiceField(choices=ProfitRule.STATUSES, initial=ProfitRule.PROFIT, help_text=STATUS)
    columns = forms.MultipleChoiceField(
        label="Apply to", choices=(),
        widget=forms.CheckboxSelectMultiple,
        help_text="A column that no rule applies to is refused at the build, unless the card sells it at cost.",
    )  # fmt: skip
    mcd = seconds("MCD", 0)
    pulse = seconds("Pulse", 1)
    decimals = forms.TypedChoiceField(
        label="Price decimals", required=False, coerce=int, empty_value=None,
        choices=[("", "As the card"), *((n, n) for n in range(9))], help_text="Rounding of the price.",
    )  # fmt: skip
    name = forms.CharField(
        label="Destination", required=False, max_length=150, empty_value=None, validators=[one_line],
        help_text="Empty: the parent's name.",
    )  # fmt: skip
    connect = PlainDecimalField(
        label="Connection fee", required=False, min_value=0, max_value=100_000, help_text="Empty: the highest fee."
    )

    def __init__(self, *args, presentation=SINGLE, **kwargs):
        """`presentation` of the card: where it has several prices, a rule says to which of them it applies."""
        super().__init__(*args, **kwargs)
        self.presentation, choices = presentation, HEADINGS[presentation]
        self.fields["columns"].choices, self.fields["columns"].initial = list(choices.items()), list(choices)
        if presentation == SINGLE:
            del self.fields["columns"]
        self.helper = arranged(
            self,
            ("Profit rule", {"match": 8, "prefix_set": 4}, {"type": 3, "value": 3, "status": 6}, {"columns": 12}),
            ("In place of the parents’ (optional)", {"mcd": 3, "pulse": 3, "decimals": 3, "connect": 3}, {"name": 6}),
        )

    def clean_columns(self):
        """The price that follows from the others is never left without a rule."""
        return [*self.cleaned_data["columns"], *(["cost"] if self.presentation == SPLIT else [])]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("prefix_set") and cleaned.get("match", "").strip():
            self.add_error("match", "A rule has a match or a prefix set, not both.")
        return cleaned


class PrefixSetForm(forms.Form):
    """A name, and one prefix a line."""

    name = forms.CharField(max_length=100, validators=[one_line])
    data = forms.CharField(
        label="Prefixes", max_length=200_000, widget=forms.Textarea(attrs={"rows": 12, "class": "font-monospace"}),
        help_text="One a line: digits, or an expression such as 44(1|2) or 1[2-9]0. Each means “begins with”; "
        "$ at its end: this prefix alone.",
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = arranged(self, ("Prefix set", {"name": 6}, {"data": 8}))


class PreviewForm(forms.Form):
    """Against the prices of which card a prefix set is tried."""

    card = forms.ModelChoiceField(
        none_of(RateCard), label="Card", to_field_name="code", required=False, empty_label="Choose a card…"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["card"].label_from_instance = lambda card: f"{card.shown_name} · {card.code}"
