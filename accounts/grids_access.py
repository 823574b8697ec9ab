"""Tables of the access report: who sees an object, and the users of a company with what they can do."""

from urllib.parse import urlencode

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from accounts import report, rights
from accounts.areas import RIGHTS
from accounts.grids import WHEN, reaches_several
from accounts.models import User
from accounts.templatetags.panel import badge
from accounts.who import Way

NUMBER = {"cell": {"class": "num"}}
WIDE = {"td": {"class": "cell-long"}}


def report_url(user, **query) -> str:
    """The access report of one user."""
    return f"{reverse('resellers:reseller_access', args=[user.company_id])}?{urlencode({'user': user.pk} | query)}"


def person_link(user, url: str) -> str:
    return format_html('<a href="{}">{}</a><br><span class="muted">{}</span>', url, user.name, user.email)


class SeerTable(tables.Table):
    """Users who see `thing`, by which way and by which group; the name leads to his report with the same question."""

    name = tables.Column()
    company = tables.Column(accessor="company__name", verbose_name="Company")
    way = tables.Column(verbose_name="Because", empty_values=(), orderable=False, attrs=WIDE)
    groups = tables.Column(verbose_name="Group that gives it", empty_values=(), orderable=False, accessor="pk")

    class Meta:
        model = User
        fields = ("name", "company", "way", "groups")
        order_by = ("company", "name")
        empty_text = "Nobody"

    def __init__(self, *args, kind, thing, **options):
        super().__init__(*args, **options)
        self.kind, self.thing = kind, thing

    def before_render(self, request):
        self.ways = Way(self.thing, [row.record for row in self.paginated_rows])
        if not reaches_several(request.user):
            self.columns.hide("company")

    def render_name(self, record):
        held = self.ways.rights(record)
        query = {"do": f"{self.kind.key} {held[0]}", "object": self.kind.value(self.thing)} if held else {}
        return person_link(record, report_url(record, **query))

    def render_way(self, record):
        return self.ways.of(record)

    def render_groups(self, record):
        return format_html_join(" ", "{}", ((badge("", name),) for name in self.ways.groups(record)))


class ReportUserTable(tables.Table):
    """The users of one company and how much each can do; `held` are the rights of all of them."""

    name = tables.Column()
    is_active = tables.Column(verbose_name="Status")
    groups = tables.Column(empty_values=(), orderable=False, accessor="pk")
    held_count = tables.Column(verbose_name="Rights", empty_values=(), orderable=False, accessor="pk", attrs=NUMBER)
    last_login = tables.DateTimeColumn(**WHEN, verbose_name="Last login", default="never")
    warnings = tables.Column(empty_values=(), orderable=False, accessor="pk", attrs=WIDE)

    class Meta:
        model = User
        fields = ("name", "is_active", "groups", "held_count", "last_login", "warnings")
        order_by = ("name",)
        empty_text = "No users"

    def __init__(self, *args, held, **options):
        super().__init__(*args, **options)
        self.held = held

    def render_name(self, record):
        return person_link(record, report_url(record))

    def render_is_active(self, value):
        return badge("active" if value else "inactive")

    def render_groups(self, record):
        groups = self.of(record).groups
        return format_html_join(" ", "{}", ((badge("" if on else "warning", name),) for name, on in groups)) or "–"

    def render_held_count(self, record):
        return f"{len(self.of(record).held)} of {len(RIGHTS)}"

    def render_warnings(self, record):
        return (
            format_html_join("", "<div>{}</div>", ((line,) for line in report.user_warnings(record, self.of(record))))
            or "–"
        )

    def of(self, record) -> rights.Rights:
        return self.held.get(record.pk, rights.NONE)
