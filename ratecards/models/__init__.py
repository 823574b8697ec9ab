"""Prices and what depends on them."""

from ratecards.models.assignment import CardAssignment, CardGrant
from ratecards.models.card import CardPrivate, Carrier, RateCard
from ratecards.models.currency import ExchangeRate
from ratecards.models.revision import Activation, Cancellation, Chunk, DraftRow, Revision, RevisionPrivate
from ratecards.models.rules import CardParent, PrefixSet, ProfitRule
from ratecards.models.template import ImportTemplate

__all__ = ["Activation", "Cancellation", "CardAssignment", "CardGrant", "CardParent", "CardPrivate", "Carrier", "Chunk",
           "DraftRow", "ExchangeRate", "ImportTemplate", "PrefixSet", "ProfitRule", "RateCard", "Revision",
           "RevisionPrivate"]  # fmt: skip
