"""Forms of carriers and rate cards: they clean, they neither save nor know the request."""

from ratecards.forms.cards import CarrierForm, CustomerCardForm, PropertiesForm, ProviderCardForm
from ratecards.forms.imports import CorrectionForm, FileForm, LayoutForm, UploadForm
from ratecards.forms.rates import RateForm
from ratecards.forms.revisions import (
    ActivateForm,
    AssignForm,
    BuildForm,
    BulkBuildForm,
    InstantForm,
    RollBackForm,
    UnassignForm,
    WaiveForm,
)
from ratecards.forms.rules import PrefixSetForm, PreviewForm, RuleForm
from ratecards.forms.search import SearchForm

__all__ = [
    "ActivateForm",
    "AssignForm",
    "BuildForm",
    "BulkBuildForm",
    "CarrierForm",
    "CorrectionForm",
    "CustomerCardForm",
    "FileForm",
    "InstantForm",
    "LayoutForm",
    "PrefixSetForm",
    "PreviewForm",
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
