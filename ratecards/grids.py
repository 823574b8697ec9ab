"""The tables of carriers, cards and profit rules."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django_tables2.utils import A

from accounts import access
from accounts.templatetags.panel import badge, thousands
from ratecards import overview, timeline
from ratecards.templatetags.rates import figure, moment, state_badge, sync_badge

NUMBER = {"th": {"class": "num"}, "td": {"class": "num"}}
CODE = {"td": {"class": "mono"}}
DASH = "—"
SUPPLIER = "Your carrier"  # all that a company below may know of whom a card comes from


def carrier_url(record, table) -> str | None:
    return reverse("ratecards:carrier_edit", args=[record.pk]) if table.may_edit else None


class CarrierTable(tables.Table):
    """Carriers with the number of their cards."""

    name = tables.Column(linkify=carrier_url, order_by=("name", "id"))
    status = tables.Column(order_by=("status", "name", "id"))
    currency = tables.Column(order_by=("currency", "name", "id"))
    card_count = tables.Column(verbose_name="Cards", orderable=False, attrs=NUMBER)
    created_at = tables.DateTimeColumn(verbose_name="Created", format="Y-m-d", order_by=("id",))

    class Meta:
        order_by = "name"
        empty_text = "No carriers yet"

    def before_render(self, request):
        self.may_edit = access.may(request.user, "carrier.update")

    def render_status(self, record):
        return badge(record.status, record.get_status_display())


class PrefixSetTable(tables.Table):
    """Prefix sets with their size and how many rules use them."""

    name = tables.Column(linkify=("ratecards:prefix_set_detail", [A("pk")]), order_by=("name", "id"))
    lines = tables.Column(empty_values=(), orderable=False, attrs=NUMBER)
    used = tables.Column(verbose_name="Rules that use it", order_by=("used", "name", "id"), attrs=NUMBER)
    created_at = tables.DateTimeColumn(verbose_name="Created", format="Y-m-d", order_by=("id",))

    class Meta:
        order_by = "name"
        empty_text = "No prefix sets yet"

    def render_lines(self, record):
        return thousands(record.data.count("\n") + 1)


class ExchangeRateTable(tables.Table):
    """What one currency is worth in another; `replaced` and `begun` say which row counts now."""

    one = tables.Column(verbose_name="One", order_by=("one", "other", "-valid_from", "-id"), attrs=CODE)
    rate = tables.Column(verbose_name="Is worth", orderable=False, attrs=NUMBER)
    other = tables.Column(verbose_name="In", order_by=("other", "one", "-valid_from", "-id"), attrs=CODE)
    valid_from = tables.Column(verbose_name="Valid from", order_by=("valid_from", "id"))
    state = tables.Column(empty_values=(), orderable=False)
    recorded_at = tables.Column(verbose_name="Added", order_by=("id",))

    class Meta:
        order_by = "one"
        empty_text = "No exchange rates yet"

    def render_rate(self, value):
        return figure(value)

    def render_valid_from(self, value):
        return moment(value)

    def render_recorded_at(self, value):
        return moment(value)

    def render_state(self, record):
        if not record.begun:
            return badge("announced", "Announced")
        return badge("superseded", "Superseded") if record.replaced else badge("current", "In use")


class CardTable(tables.Table):
    """What both lists of cards show. `lines` are gathered for the page, once it is known which cards are on it."""

    selection = tables.Column(empty_values=(), orderable=False)
    name = tables.Column(
        accessor="shown_name", linkify=("ratecards:card_detail", [A("code")]), order_by=("sort_name", "id")
    )
    code = tables.Column(order_by=("code",), attrs=CODE)
    currency = tables.Column(order_by=("currency", "sort_name", "id"))
    direction = tables.Column(order_by=("direction", "sort_name", "id"))
    rows = tables.Column(verbose_name="Rates", empty_values=(), orderable=False, attrs=NUMBER)
    active = tables.Column(verbose_name="Active rev.", empty_values=(), orderable=False, attrs=NUMBER)
    last_number = tables.Column(verbose_name="Max rev.", orderable=False, attrs=NUMBER)

    class Meta:
        order_by = "name"

    def before_render(self, request):
        if not access.may(request.user, self.update):
            self.columns.hide("selection")
        self.lines = overview.lines([row.record for row in self.paginated_rows], request.user.company_id)

    def render_rows(self, record):
        revision = self.lines[record.pk].revision
        return thousands(revision.rows) if revision else DASH

    def render_active(self, record):
        line = self.lines[record.pk]
        number = line.revision.number if line.revision else DASH
        if line.upcoming:
            words = f"{line.upcoming.revision.number} announced{', outdated' if line.is_outdated else ''}"
            return format_html("{} {}", number, badge("warning" if line.is_outdated else "announced", words))
        return number

    def render_name(self, record, value):
        return format_html("{} {}", value, badge("archived", "Archived")) if record.archived_at else value


class ProviderCardTable(CardTable):
    """Cards to buy by. A reseller never reads whose a card is."""

    update = "provider_card.update"

    carrier = tables.Column(accessor="carrier_name", orderable=False, empty_values=())

    class Meta(CardTable.Meta):
        sequence = ("selection", "name", "carrier", "...")
        empty_text = "No provider cards yet"

    def render_carrier(self, value):
        return value or SUPPLIER


class CustomerCardTable(CardTable):
    """Cards to sell by, and how they stand to what they are built from."""

    update = "customer_card.update"

    sync = tables.Column(verbose_name="Build", empty_values=(), orderable=False)

    class Meta(CardTable.Meta):
        sequence = ("selection", "name", "code", "currency", "direction", "sync", "...")
        empty_text = "No customer cards yet"

    def render_sync(self, record):
        sync = self.lines[record.pk].sync
        return sync_badge(sync) if sync else DASH


class RevisionTable(tables.Table):
    """The revisions of one own card, each with the state that follows from the log."""

    number = tables.Column(
        verbose_name="Revision",
        linkify=("ratecards:card_revision", [A("card__code"), A("number")]),
        order_by=("number",),
    )
    state = tables.Column(orderable=False)
    rows = tables.Column(verbose_name="Rates", order_by=("rows", "number"), attrs=NUMBER)
    source = tables.Column(
        accessor="private__source", orderable=False, attrs={"td": {"class": "cell-long"}}, empty_values=()
    )
    refused = tables.Column(accessor="private__refused", verbose_name="Refused", orderable=False, attrs=NUMBER)
    created_at = tables.Column(verbose_name="Created", order_by=("number",))
    actions = tables.TemplateColumn(
        template_name="ratecards/_revision_actions.html",
        verbose_name="",
        orderable=False,
        attrs={"td": {"class": "text-end"}},
    )

    class Meta:
        order_by = "-number"
        empty_text = "No revisions"

    def before_render(self, request):
        records = [row.record for row in self.paginated_rows]
        states = timeline.states_of(records)
        for record in records:
            record.derived = states[record.pk]

    def render_state(self, record):
        return state_badge(record.derived)

    def render_rows(self, value):
        return thousands(value)

    def render_refused(self, record, value):
        if not value:
            return DASH
        return format_html("{} {}", value, badge("yes" if record.private.waived_by else "refused",
                                                 "waived" if record.private.waived_by else "open"))  # fmt: skip

    def render_created_at(self, value):
        return moment(value)
