"""The lists of jobs and of the trail."""

import django_tables2 as tables
from django.template.defaultfilters import date
from django.utils.html import format_html
from django.utils.timezone import localtime
from django_tables2.utils import A

from accounts import access, trail
from accounts.models import AuditEntry, Job
from accounts.templatetags.panel import badge

WHEN = "Y-m-d H:i:s"
NUMBER, LONG, SHORT = {"cell": {"class": "num"}}, {"td": {"class": "cell-long"}}, {"td": {"class": "text-nowrap"}}
WIDE = {"cell": {"class": "text-nowrap wide-only"}}


def duration(job: Job) -> str:
    """How long the last attempt ran, in words; nothing while it has not ended."""
    if not (job.started_at and job.finished_at):
        return ""
    seconds = (job.finished_at - job.started_at).total_seconds()
    minutes, rest = divmod(round(seconds), 60)
    return f"{seconds:.1f} s" if seconds < 60 else f"{minutes} min {rest} s"


class JobTable(tables.Table):
    """Everybody's jobs, for the master; `OwnJobTable` where they are of one company."""

    state = tables.Column(order_by=("state", "-id"))
    kind = tables.Column(order_by=("kind", "-id"), attrs=WIDE)
    subject = tables.Column(linkify=("accounts:job_detail", {"key": A("key")}), orderable=False, attrs=LONG)
    company = tables.Column(accessor="company__name", verbose_name="Company", orderable=False)
    actor = tables.Column(accessor="actor__email", verbose_name="Started by", orderable=False)
    percent = tables.Column(verbose_name="Progress", orderable=False, attrs=NUMBER)
    started_at = tables.DateTimeColumn(format=WHEN, verbose_name="Started", orderable=False, attrs=SHORT)
    run_time = tables.Column(empty_values=(), verbose_name="Run time", orderable=False, attrs=NUMBER)
    error = tables.Column(verbose_name="Failed reason", orderable=False, attrs=LONG)

    class Meta:
        empty_text = "No jobs yet"

    def render_state(self, record):
        return badge(record.state, record.get_state_display())

    def render_kind(self, value):
        return value.replace("_", " ").capitalize()

    def render_percent(self, record, value):
        return "" if record.state in (Job.WAITING, Job.FAILED) else f"{value} %"

    def render_run_time(self, record):
        return duration(record) or "—"


class OwnJobTable(JobTable):
    class Meta(JobTable.Meta):
        exclude = ("company",)


class AuditTable(tables.Table):
    """The trail, newest first."""

    at = tables.DateTimeColumn(format=WHEN, verbose_name="When", order_by=("id",), attrs=SHORT)
    actor_label = tables.Column(verbose_name="Who", orderable=False, empty_values=())
    action = tables.Column(orderable=False)
    table = tables.Column(orderable=False)
    label = tables.Column(verbose_name="Record", orderable=False, attrs=LONG)
    company_name = tables.Column(verbose_name="Company", orderable=False)
    address = tables.Column(orderable=False, attrs={"cell": {"class": "mono wide-only"}})
    result = tables.Column(orderable=False)
    view = tables.Column(empty_values=(), verbose_name="", orderable=False, attrs=SHORT)

    class Meta:
        model = AuditEntry
        fields = ()
        empty_text = "Nothing was recorded yet"

    def render_actor_label(self, record):
        return trail.who(record)

    def render_action(self, value):
        return value.replace("_", " ")

    def render_table(self, value):
        return trail.table_words(value)

    def render_label(self, record):
        return trail.thing(record)

    def render_result(self, value):
        return badge("allowed" if value == "ok" else value, value)

    def render_view(self, record):
        words = "View difference" if record.changes else "Details"
        return format_html(
            '<a href="{}" aria-label="{} of entry {}">{}</a>', trail.address_of(record), words, record.pk, words
        )


class SupportAccessTable(tables.Table):
    """When the carrier looked through whose eyes. Who it was stands there for the carrier alone."""

    started_at = tables.DateTimeColumn(format=WHEN, verbose_name="Started", order_by=("id",), attrs=SHORT)
    until = tables.Column(verbose_name="Ended", orderable=False, attrs=SHORT, empty_values=())
    user = tables.Column(accessor="user__email", verbose_name="Through the eyes of", orderable=False)
    company = tables.Column(accessor="company__name", verbose_name="Company", orderable=False)
    viewer_label = tables.Column(verbose_name="Who", orderable=False)
    reason = tables.Column(orderable=False, attrs=LONG)

    class Meta:
        empty_text = "Support has not looked in"

    def before_render(self, request):
        if not access.scope(request.user).everything:
            self.columns.hide("company")
            self.columns.hide("viewer_label")

    def render_until(self, value):
        return date(localtime(value), WHEN) if value else badge("live", "goes on")
