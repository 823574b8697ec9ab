"""A rate sheet as it is sent, and how it is read: what was recognised, in fields that can be corrected."""

import zoneinfo
from dataclasses import replace

from django import forms

from accounts.forms.sheets import FileForm, column_fields, shape_of
from accounts.jobs import digest
from accounts.sheets import IGNORE, remapped
from ratecards.models import RateCard
from ratecards.services.guard import meaning_of
from ratecards.sheets import FIELDS, RULES, Layout, Opened, SheetError
from ratecards.sheets.layout import ASK, CLOSED, CODES, CUTS, DATES, RATE_UNITS

TARGETS = [
    (IGNORE, "Not read"),
    (ASK, "Not clear"),
    ("Fields of a rate", list(FIELDS.items())),
    ("Must say nothing", [(name, rule.label) for name, rule in RULES.items()]),
]
ZONES = [(name, name) for name in sorted(zoneinfo.available_timezones()) if "/" in name or name == "UTC"]
WHOLE = [("full", "All: the rest is closed"), ("changes", "Changes: the rest stays")]


class UploadForm(forms.Form):
    file = forms.FileField(
        label="Rate sheet",
        help_text="CSV or other text, an Excel workbook (.xlsx), or an open-rate-card document (JSON). "
        "How it is laid out is recognised, shown, and can be corrected.",
    )


class CorrectionForm(forms.Form):
    file = forms.FileField(
        label="Corrected lines (CSV)",
        help_text="The list of refused lines, corrected. Leave its column “line” as it is; lines that you do not send stay open.",
    )


class LayoutForm(FileForm):
    """All of a layout. `shape` tells for which columns the selects were shown, `seen` what the prices of the card meant."""

    full = forms.ChoiceField(choices=WHOLE, label="The file is")
    codes = forms.ChoiceField(choices=list(CODES.items()), label="A cell of prefixes holds")
    cut = forms.ChoiceField(choices=list(CUTS.items()), required=False, label="Cut off in front")
    lead = forms.RegexField(
        "^[0-9]{0,5}$", required=False, label="Put in front", help_text="1 for US codes without it."
    )
    decimal_comma = forms.BooleanField(required=False, label="Decimal comma", help_text="0,0120 instead of 0.0120.")
    rate_unit = forms.ChoiceField(
        choices=[(unit, words.capitalize()) for unit, words in RATE_UNITS.items()], label="Prices are"
    )
    dates = forms.ChoiceField(choices=list(DATES.items()), required=False, label="Dates are")
    zone = forms.ChoiceField(choices=ZONES, label="Dates are on the clock of")
    closed = forms.ChoiceField(choices=list(CLOSED.items()), label="Closed and deleted lines")
    from_start = forms.BooleanField(required=False, label="Pulses count from the start of the call")
    mcd = forms.IntegerField(min_value=0, max_value=86_400, label="MCD without a column")
    pulse = forms.IntegerField(min_value=1, max_value=86_400, label="Pulse without a column")
    template = forms.CharField(
        required=False, max_length=100, label="Remember as", help_text="For the next sheet with this header."
    )
    shape = forms.CharField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    READING = (
        "codes",
        "cut",
        "lead",
        "decimal_comma",
        "rate_unit",
        "dates",
        "zone",
        "closed",
        "from_start",
        "mcd",
        "pulse",
    )

    def __init__(self, data, *, layout: Layout, card: RateCard, opened: Opened | None = None):
        self.layout, self.meaning = layout, digest(meaning_of(card))
        initial = {name: getattr(layout, name) for name in self.FILE + self.READING}
        initial |= {"full": "full" if layout.full else "changes", "shape": shape_of(layout)}
        initial["seen"] = self.meaning
        super().__init__(data, initial=initial, opened=opened)
        self.fields |= column_fields(layout, TARGETS)

    @property
    def plain(self):
        """The fields about the file as a whole."""
        return [self[name] for name in (*self.FILE, "full", *self.READING) if name in self.fields]

    def clean(self):
        """The parts must be a layout together; what is wrong with it is said in its own words."""
        values = super().clean()
        if values.get("seen") != self.meaning:
            self.add_error(None, "The card's properties changed since this page was shown: look again.")
        if not self.errors:
            chosen = {name: values[name] for name in self.READING} | {"full": values["full"] == "full"}
            try:
                self.layout = replace(remapped(self.layout, self.mapping), **chosen)
                self.layout.require()
            except SheetError as error:
                self.add_error("dates" if error.code == "dates" else None, error.message)
        return values
