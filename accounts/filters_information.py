"""What the lists of jobs and of the trail can be narrowed by."""

from datetime import datetime, time

import django_filters
from django.db.models import Q
from django.utils.timezone import make_aware

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
    since = django_filters.DateFilter(method="from_day", label="From (YYYY-MM-DD)")
    until = django_filters.DateFilter(method="to_day", label="To (YYYY-MM-DD)")

    def by_actor(self, rows, name, value):
        """People by the beginning of their e-mail, as who acted or as who looked through somebody's eyes."""
        people = access.visible(self.request.user, User).filter(email__istartswith=value)
        ids = list(people.order_by().values_list("pk", flat=True)[:PEOPLE])
        return rows.filter(Q(actor__in=ids) | Q(real_actor__in=ids) | Q(actor=None, actor_label__istartswith=value))

    # Days are the reader's; the column stays as it is, so that its index finds the rows.
    def from_day(self, rows, name, day):
        return rows.filter(at__gte=make_aware(datetime.combine(day, time.min)))

    def to_day(self, rows, name, day):
        return rows.filter(at__lte=make_aware(datetime.combine(day, time.max)))
