"""The tables of resellers and customers."""

import django_tables2 as tables
from django_tables2.utils import A

from accounts import access
from accounts.templatetags.panel import badge, thousands

NUMBER = {"cell": {"class": "num"}}
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
    actions = tables.TemplateColumn(
        template_name="resellers/_reseller_actions.html", verbose_name="", orderable=False,
        attrs={"td": {"class": "text-end text-nowrap"}},
    )  # fmt: skip

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
        return thousands(value)

    render_customer_count = render_card_count = render_user_count


class CustomerTable(tables.Table):
    """Customers; the company stands in it only for who sees more than one."""

    name = tables.Column(linkify=("resellers:customer_detail", [A("pk")]), order_by=("search_name", "id"))
    company = tables.Column(accessor="company__name", orderable=False)
    status = tables.Column(order_by=("status", "search_name", "id"))
    currency = tables.Column(order_by=("currency", "search_name", "id"))
    debit_limit = tables.Column(order_by=("debit_limit", "id"), attrs=NUMBER)
    created_at = tables.DateTimeColumn(verbose_name="Created", format="Y-m-d", order_by=("id",))

    class Meta:
        order_by = "name"
        empty_text = "No customers yet"

    def before_render(self, request):
        reach = access.scope(request.user)
        if not reach.everything and len(reach.companies) < 2:
            self.columns.hide("company")

    def render_status(self, record):
        return state(record)


class CompanyCustomerTable(CustomerTable):
    """The customers of one company."""

    company = None
