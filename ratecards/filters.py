"""How the lists of carriers and cards are narrowed by the address."""

from django.db.models import Q
from django_filters import CharFilter, ChoiceFilter, FilterSet, ModelChoiceFilter

from accounts import access
from ratecards.models import Carrier, RateCard
from resellers.models import Company

IN_USE, ARCHIVED, ALL = "", "archived", "all"


class CarrierFilter(FilterSet):
    name = CharFilter(lookup_expr="icontains", label="Search name")
    status = ChoiceFilter(choices=Carrier.STATUSES, empty_label="Any status")


class PrefixSetFilter(FilterSet):
    name = CharFilter(lookup_expr="icontains", label="Search name")


class ExchangeRateFilter(FilterSet):
    currency = CharFilter(method="by_currency", label="Search currency")

    def by_currency(self, rows, name, value):
        code = value.strip().upper()
        return rows.filter(Q(one__startswith=code) | Q(other__startswith=code))


class CardFilter(FilterSet):
    """Cards in use, unless the archived ones are asked for."""

    name = CharFilter(method="by_name", label="Search name or code")
    direction = ChoiceFilter(choices=RateCard.DIRECTIONS, empty_label="Any direction")
    state = ChoiceFilter(
        choices=[(ARCHIVED, "Archived"), (ALL, "All cards")], method="by_state", empty_label="Cards in use"
    )

    def by_name(self, rows, name, value):
        return rows.filter(Q(shown_name__icontains=value) | Q(code__startswith=value))

    def by_state(self, rows, name, value):
        return rows

    def filter_queryset(self, rows):
        state = self.form.cleaned_data.get("state") or IN_USE
        rows = super().filter_queryset(rows)
        return rows if state == ALL else rows.filter(archived_at__isnull=state == IN_USE)


def companies(request):
    return access.visible(request.user, Company, "reseller.view").filter(is_master=False).order_by("search_name")


class OwnerFilter(CardFilter):
    """For the master, which may look at the cards of every company below it; without a choice: its own."""

    owner = ModelChoiceFilter(queryset=companies, empty_label="Own cards", label="Owner")

    def filter_queryset(self, rows):
        rows = super().filter_queryset(rows)
        return rows if self.form.cleaned_data.get("owner") else rows.filter(owner=self.request.user.company_id)
