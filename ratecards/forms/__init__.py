"""Forms of carriers and rate cards: they clean, they neither save nor know the request."""

from ratecards.forms.cards import CarrierForm, CustomerCardForm, PropertiesForm, ProviderCardForm
from ratecards.forms.imports import CorrectionForm, FileForm, LayoutForm, UploadForm
from ratecards.forms.rates import RateForm
from ratecards.forms.revisions import (
    ActivateForm,
    AssignForm,
    BuildForm,
    InstantForm,
    RollBackForm,
    UnassignForm,
    WaiveForm,
)
from ratecards.forms.rules import RuleForm
from ratecards.forms.search import SearchForm

__all__ = [
    "ActivateForm",
    "AssignForm",
    "BuildForm",
    "CarrierForm",
    "CorrectionForm",
    "CustomerCardForm",
    "FileForm",
    "InstantForm",
    "LayoutForm",
    "PropertiesForm",
    "ProviderCardForm",
    "RateForm",
    "RollBackForm",
    "RuleForm",
    "SearchForm",
    "UnassignForm",
    "UploadForm",
    "WaiveForm",
]
