"""Who can see one object: the list behind a button on the object's own page."""

from functools import partial

from accounts import access, who
from accounts.filters import PersonFilter, SeerFilter
from accounts.grids import reaches_several
from accounts.grids_access import SeerTable
from accounts.lists import listing
from accounts.objects import kind_or_404, thing_or_404

HELP = """Everybody who can enter and open this object now: by his groups he may see such objects, and this one is in \
the reach of his company. Who is not active, has no active group or is shut out with his company is not listed."""


@access.screen("reseller.access")
def who_sees(request, kind, key):
    reader, kind = request.user, kind_or_404(kind)
    thing = thing_or_404(reader, kind, key)
    filters = SeerFilter if reaches_several(reader) else PersonFilter
    return listing(
        request, "accounts/who_sees.html", partial(SeerTable, kind=kind, thing=thing), who.who_sees(reader, thing), filters,
        title=f"Who can see {kind.words(thing)}", menu_here=kind.home, thing_url=kind.url(thing), thing_name=kind.words(thing),
        help=HELP, sees_all=reader.company.is_master, empty_hint="In your sight there is nobody who could open it.",
    )  # fmt: skip
