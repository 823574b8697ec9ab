"""What the lists of people and groups can be narrowed by."""

import django_filters
from django.db.models import Q

from accounts.areas import MASTER, RESELLER
from accounts.lists import NameFilter

STATUS = [("active", "Active"), ("inactive", "Inactive")]


class StatusFilter(django_filters.ChoiceFilter):
    """Active or inactive rows."""

    def __init__(self, **options):
        super().__init__(field_name="is_active", label="Status", choices=STATUS, empty_label="Any status", **options)

    def filter(self, rows, value):
        return rows.filter(is_active=value == "active") if value else rows


class PersonFilter(django_filters.FilterSet):
    """Search by name or e-mail, anywhere in the text."""

    search = django_filters.CharFilter(method="by_text", label="Search name or e-mail")

    def by_text(self, rows, name, value):
        return rows.filter(Q(name__icontains=value) | Q(email__icontains=value))


class OwnUserFilter(PersonFilter):
    status = StatusFilter()


class UserFilter(OwnUserFilter):
    """With the company, where more than one is in reach."""

    company = NameFilter("company__search_name", label="Company")


class SeerFilter(PersonFilter):
    """Those who see an object: all of them are active."""

    company = NameFilter("company__search_name", label="Company")


class InvitationFilter(PersonFilter):
    pass


class GroupFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(field_name="name", lookup_expr="icontains", label="Search name")
    status = StatusFilter()


class AllGroupFilter(GroupFilter):
    """With the audience, for those who see both."""

    audience = django_filters.ChoiceFilter(
        choices=[(RESELLER, "Resellers"), (MASTER, "Own staff")], label="For", empty_label="For anybody"
    )
