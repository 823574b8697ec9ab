"""Setup > Information > Support Access: when the carrier looked through somebody's eyes here, and why."""

from accounts import access
from accounts.grids_information import SupportAccessTable
from accounts.lists import listing
from accounts.models import SupportAccess
from accounts.queries import with_viewer

HELP = """The carrier's support can look at the panel through the eyes of a reseller's user, to see what he sees.
It gives a reason, sees for 30 minutes at most, and can change nothing. Every look stands here, while it lasts and after."""


@access.screen("user.view")
def support_access_list(request):
    rows = with_viewer(access.visible(request.user, SupportAccess, "user.view"))
    return listing(
        request, "accounts/support_access_list.html", SupportAccessTable, rows, title="Support access", help=HELP,
        empty_hint="When the carrier's support looks at the panel through somebody's eyes, it is written here.",
    )  # fmt: skip
