"""How the lists of resellers and customers are narrowed by the address."""

from django import forms
from django_filters import ChoiceFilter, FilterSet

from accounts.lists import NameFilter
from resellers.models import Company, Customer


class ResellerFilter(FilterSet):
    name = NameFilter(widget=forms.SearchInput)
    status = ChoiceFilter(choices=Company.STATUSES, empty_label="Any status")


class CustomerFilter(FilterSet):
    name = NameFilter(widget=forms.SearchInput)
    status = ChoiceFilter(choices=Customer.STATUSES, empty_label="Any status")
