"""Setup > Information > Mail Outbox: the mails of a demo, which are written to files instead of being sent."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import render

from accounts import access, outbox


@access.screen("outbox.view")
def outbox_list(request):
    if not settings.OUTBOX_DIR:
        raise Http404("mails are sent, not kept")
    return render(
        request, "accounts/outbox_list.html", {"title": "Mail outbox", "mails": outbox.mails(settings.OUTBOX_DIR)}
    )
