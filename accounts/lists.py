"""The one way to show a list: filter, sort, page. Every list screen calls `listing` and adds nothing to it."""

from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.shortcuts import render
from django.utils.functional import cached_property
from django_filters import CharFilter, FilterSet

CAP, PER_PAGE = 10_000, 50


class CappedPaginator(Paginator):
    """Counts exactly up to a cap: beyond it nobody turns pages, and an exact count reads every row."""

    exact = False

    @cached_property
    def count(self):
        rows = getattr(self.object_list, "data", self.object_list)  # of a table: its rows …
        rows = getattr(rows, "data", rows)  # … and behind them the queryset
        return rows.count() if self.exact else rows.order_by()[: CAP + 1].count()

    @property
    def capped(self):
        return not self.exact and self.count > CAP


class ExactPaginator(CappedPaginator):
    exact = True


class NameFilter(CharFilter):
    """Names that begin with what was typed: a range on the C-collated column, which stays an index condition behind
    row security, unlike LIKE."""

    def __init__(self, field_name="search_name", label="Search name", **options):
        super().__init__(field_name=field_name, label=label, **options)

    def filter(self, rows, value):
        text = (value or "").strip().lower()
        if not text:
            return rows
        return rows.filter(**{f"{self.field_name}__gte": text, f"{self.field_name}__lt": text + "\U0010ffff"})


def listing(request, template: str, table_class, rows, filter_class: type[FilterSet] | None = None, **context):
    """Render a list screen: `rows` as a table, narrowed by the filter, sorted and paged by the address.

    Only columns of the table can be sorted by, only filters of the set are read; anything else in the address is ignored.
    """
    chosen = filter_class(request.GET, queryset=rows, request=request) if filter_class else None
    table = table_class(chosen.qs if chosen else rows)
    show_page(request, table)
    return render(request, template, context | {"table": table, "filter": chosen})


def show_page(request, table) -> None:
    """Sort and page a table by the address; what the address says wrongly is the first or the last page.

    The library's own reading of the address lets it choose the size of a page, down to below nothing.
    """
    table.request = request
    if order := request.GET.getlist(table.prefixed_order_by_field):
        table.order_by = order
    paginator = ExactPaginator if request.GET.get("count") == "exact" else CappedPaginator
    wanted = {"per_page": PER_PAGE, "paginator_class": paginator}
    try:
        table.paginate(page=request.GET.get(table.prefixed_page_field, 1), **wanted)
    except PageNotAnInteger:
        table.paginate(page=1, **wanted)
    except EmptyPage:
        table.paginate(page=table.paginator.num_pages, **wanted)
