"""Management > Customers as a file: what the list shows, search and filter kept."""

from django.http import Http404, StreamingHttpResponse

from accounts import access
from resellers.filters import CustomerFilter
from resellers.models import Company
from resellers.services import customer_exports
from resellers.sheets.writing import FORMATS
from resellers.views.pages import asked_company

RIGHT = "customer.update"


@access.screen(RIGHT)
def customer_export(request):
    """`?format=` is csv (also without it) or xlsx, `?company=` one company alone; the rest of the address is that of the
    list."""
    form, asked = request.GET.get("format", "csv"), request.GET.copy()
    if form not in FORMATS:
        raise Http404("no such format")
    company = asked_company(request, access.visible(request.user, Company, RIGHT))

    def narrow(customers):
        rows = CustomerFilter(asked, queryset=customers).qs
        return rows.filter(company=company) if company else rows

    pieces = customer_exports.export(form, narrow, actor=request.user, request=request)
    return StreamingHttpResponse(pieces, content_type=FORMATS[form].content_type,
                                 headers={"Content-Disposition": f'attachment; filename="customers.{form}"'})  # fmt: skip
