"""Companies as suggestions for the field of a form: those the reader sees, by a part of their name."""

from django.http import HttpResponse
from django.utils.html import format_html_join

from accounts import access
from accounts.forms.chooser import described
from resellers.models import Company

SUGGESTED = 20
RIGHTS = ("reseller.view", "reseller.create", "customer.create", "user.create", "customer_card.assign")


@access.screen(*RIGHTS)
def company_choose(request):
    """At most SUGGESTED options of a datalist; `field` names the field of the address with what was typed. Whether the
    form takes one is decided by the form."""
    user = request.user
    right = next(one for one in RIGHTS if access.may(user, one))
    text = request.GET.get(request.GET.get("field", ""), "").replace("\0", "").strip()[:150]
    rows = access.visible(user, Company, right).filter(name__icontains=text).order_by("search_name", "pk")[:SUGGESTED]
    return HttpResponse(format_html_join("", '<option value="{}"></option>', ((described(row),) for row in rows)))
