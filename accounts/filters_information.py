"""What the lists of jobs and of the trail can be narrowed by."""

import django_filters
from django.db.models import Q

from accounts import access, trail
from accounts.models import Job, User

RESULTS = [("ok", "Ok"), ("denied", "Denied"), ("failed", "Failed")]
PEOPLE = 100  # of those whose e-mail begins with what was typed


class JobFilter(django_filters.FilterSet):
    subject = django_filters.CharFilter(lookup_expr="icontains", label="Search subject")
    state = django_filters.ChoiceFilter(choices=Job.STATES, empty_label="Any state")


class AuditFilter(django_filters.FilterSet):
    """Actions and tables to choose from are those of the trail itself."""

    actor = django_filters.CharFilter(method="by_actor", label="Who (e-mail)")
    action = django_filters.ChoiceFilter(choices=trail.actions, empty_label="Any action")
    table = django_filters.ChoiceFilter(choices=trail.tables, empty_label="Any table")
    row = django_filters.CharFilter(label="Primary key")
    result = django_filters.ChoiceFilter(choices=RESULTS, empty_label="Any result")
    since = django_filters.DateFilter(field_name="at", lookup_expr="date__gte", label="From (YYYY-MM-DD)")
    until = django_filters.DateFilter(field_name="at", lookup_expr="date__lte", label="To (YYYY-MM-DD)")

    def by_actor(self, rows, name, value):
        """People by the beginning of their e-mail, as who acted or as who looked through somebody's eyes."""
        people = access.visible(self.request.user, User).filter(email__istartswith=value)
        ids = list(people.order_by().values_list("pk", flat=True)[:PEOPLE])
        return rows.filter(Q(actor__in=ids) | Q(real_actor__in=ids) | Q(actor=None, actor_label__istartswith=value))
