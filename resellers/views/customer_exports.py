"""Management > Customers as a file: what the list shows, search and filter kept."""

from django.http import Http404, StreamingHttpResponse

from accounts import access
from resellers.filters import CustomerFilter
from resellers.services import customer_exports
from resellers.sheets.writing import FORMATS


@access.screen("customer.update")
def customer_export(request):
    """`?format=` is csv (also without it) or xlsx; the rest of the address is that of the list."""
    form, asked = request.GET.get("format", "csv"), request.GET.copy()
    if form not in FORMATS:
        raise Http404("no such format")
    pieces = customer_exports.export(
        form, lambda rows: CustomerFilter(asked, queryset=rows).qs, actor=request.user, request=request
    )
    return StreamingHttpResponse(pieces, content_type=FORMATS[form].content_type,
                                 headers={"Content-Disposition": f'attachment; filename="customers.{form}"'})  # fmt: skip
