"""The tables of resellers, of customers, and of the people of one company."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django_tables2.utils import A

from accounts import access
from accounts.grids import InvitationTable, UserTable, reaches_several
from accounts.services.view_as import can_be_viewed
from accounts.templatetags.panel import badge, capped

NUMBER = {"cell": {"class": "num"}}
BUTTONS = {"td": {"class": "text-end text-nowrap"}}
BUTTON = '<a class="btn btn-sm btn-secondary" href="{}" aria-label="{} {}">{}</a>'
COUNT_RIGHTS = {
    "user_count": ("user.view",),
    "customer_count": ("customer.view",),
    "card_count": ("provider_card.view", "customer_card.view"),
}


def state(record) -> str:
    return badge(record.status, record.get_status_display())


class ResellerTable(tables.Table):
    """Reseller accounts with counts; a count whose rows the reader may not see is not shown at all."""

    name = tables.Column(linkify=("resellers:reseller_detail", [A("pk")]), order_by=("search_name", "id"))
    email = tables.Column(verbose_name="E-mail", order_by=("email", "id"))
    status = tables.Column(order_by=("status", "search_name", "id"))
    parent_name = tables.Column(verbose_name="Below", orderable=False)
    user_count = tables.Column(verbose_name="Users", orderable=False, attrs=NUMBER)
    customer_count = tables.Column(verbose_name="Customers", orderable=False, attrs=NUMBER)
    card_count = tables.Column(verbose_name="Cards", orderable=False, attrs=NUMBER)
    actions = tables.Column(verbose_name="", orderable=False, empty_values=(), attrs=BUTTONS)

    class Meta:
        order_by = "name"
        empty_text = "No reseller accounts yet"

    def before_render(self, request):
        for column, rights in COUNT_RIGHTS.items():
            if not any(access.may(request.user, right) for right in rights):
                self.columns.hide(column)

    def render_status(self, record):
        return state(record)

    def render_user_count(self, value):
        return capped(value)

    render_customer_count = render_card_count = render_user_count

    def render_actions(self, record):
        """Buttons that work for this reader on this row; nobody edits his own company."""
        user, buttons = self.request.user, []
        if access.may(user, "user.view"):
            buttons.append(("Users", "Users of", reverse("resellers:reseller_users", args=[record.pk])))
        if access.may(user, "reseller.update") and record.pk != user.company_id:
            buttons.append(("Edit", "Edit", reverse("resellers:reseller_edit", args=[record.pk])))
        return format_html_join(" ", BUTTON, ((url, words, record.name, label) for label, words, url in buttons))


class CustomerTable(tables.Table):
    """Customers; the company stands in it only for who sees more than one."""

    name = tables.Column(linkify=("resellers:customer_detail", [A("pk")]), order_by=("search_name", "id"))
    company = tables.Column(accessor="company__name", verbose_name="Company", orderable=False)
    status = tables.Column(order_by=("status", "search_name", "id"))
    currency = tables.Column(order_by=("currency", "search_name", "id"))
    debit_limit = tables.Column(order_by=("debit_limit", "id"), attrs=NUMBER)
    created_at = tables.DateTimeColumn(verbose_name="Created", format="Y-m-d", order_by=("id",))

    class Meta:
        order_by = "name"
        empty_text = "No customers yet"

    def before_render(self, request):
        if not reaches_several(request.user):
            self.columns.hide("company")

    def render_status(self, record):
        return state(record)


class CompanyCustomerTable(CustomerTable):
    """The customers of one company."""

    def before_render(self, request):
        self.columns.hide("company")


class CompanyUserTable(UserTable):
    """The users of one company."""

    def before_render(self, request):
        self.columns.hide("company")


class ViewableUserTable(CompanyUserTable):
    """The users of one company for who may look through the eyes of those that can be viewed."""

    view_as = tables.Column(verbose_name="", orderable=False, empty_values=(), attrs=BUTTONS)

    def render_view_as(self, record):
        url = reverse("accounts:view_as_start", args=[record.pk])
        return format_html(BUTTON, url, "View as", record.name, "View as") if can_be_viewed(record) else ""


class CompanyInvitationTable(InvitationTable):
    """Who was invited to one company and has not come yet."""

    def before_render(self, request):
        self.columns.hide("company")
