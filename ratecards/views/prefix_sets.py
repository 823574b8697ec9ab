"""Setup > Advanced > Prefix Set: named lists of prefixes, what they draw of a card, and which rules use them."""

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import redirect, render

from accounts import access
from accounts.lists import listing
from accounts.saving import answer_status, done, locked, saved, watched
from ratecards import overview, queries, store, timeline
from ratecards.engine.matches import lines_of
from ratecards.engine.numbers import Refused
from ratecards.filters import PrefixSetFilter
from ratecards.forms import PrefixSetForm, PreviewForm
from ratecards.grids import PrefixSetTable
from ratecards.models import PrefixSet, ProfitRule
from ratecards.services import prefix_sets
from resellers.views.pages import url_if_may

HELP = """A prefix set is a list of prefixes that profit rules use in place of a match. Each line draws what begins with
it. A card whose rule uses a set is stale once the set has changed."""
FIRST = 20


def own_sets(user, right):
    return access.visible(user, PrefixSet, right).filter(owner=user.company_id)


def own_set(request, pk, right):
    return access.get_or_404(request.user, PrefixSet, right, pk=pk, owner=request.user.company_id)


@access.screen("prefix_set.view")
def prefix_set_list(request):
    rows = own_sets(request.user, "prefix_set.view").annotate(used=Count("rules"))
    return listing(
        request, "ratecards/prefix_set_list.html", PrefixSetTable, rows, PrefixSetFilter, title="Prefix sets",
        help=HELP, create_url=url_if_may(request.user, "prefix_set.create", "ratecards:prefix_set_create"),
        create_label="New prefix set", empty_hint="Write destinations that belong together once, and use them in rules.",
    )  # fmt: skip


@access.screen("prefix_set.create")
def prefix_set_create(request):
    form = PrefixSetForm(request.POST or None)
    if form.is_valid():
        made = saved(form, prefix_sets.create_prefix_set, actor=request.user, **form.cleaned_data)
        if made:
            messages.success(request, f"Prefix set “{made.name}” was made.")
            return redirect("ratecards:prefix_set_detail", made.pk)
    context = {"form": form, "title": "New prefix set"}
    return render(request, "ratecards/prefix_set_create.html", context, status=answer_status(form))


@access.screen("prefix_set.view")
def prefix_set_detail(request, pk):
    user = request.user
    prefix_set = own_set(request, pk, "prefix_set.view")
    cards = overview.named(queries.provider_cards(user) | queries.customer_cards(user), user.company_id)
    form = access.narrow(PreviewForm(request.GET or None), user, card=cards.order_by("sort_name", "id"))
    lines = tuple(prefix_set.data.split("\n"))
    card = form.cleaned_data["card"] if form.is_valid() else None
    context = {
        "prefix_set": prefix_set, "title": prefix_set.name, "form": form, "lines": lines, "card": card,
        "users": using(user, prefix_set), "may_update": access.may(user, "prefix_set.update"),
        "may_delete": access.may(user, "prefix_set.delete"),
    }  # fmt: skip
    return render(request, "ratecards/prefix_set_detail.html", context | (tried(lines, card) if card else {}))


def tried(lines, card) -> dict:
    """What the lines draw of a card's active prices, or why that cannot be said."""
    revision = timeline.active_revision(card)
    if revision is None:
        return {"problem": "Nothing of this card is live."}
    try:
        return {"found": store.drawn(revision, lines_of(lines), FIRST)}
    except (Refused, store.Damaged) as error:
        return {"problem": str(error)}


def using(user, prefix_set):
    """The cards whose rules use a set, with their profit tables."""
    rules = access.visible(user, ProfitRule).filter(prefix_set=prefix_set)
    cards = queries.customer_cards(user).filter(pk__in=rules.values("card"))
    return overview.named(cards, user.company_id).order_by("sort_name", "id")


@access.screen("prefix_set.update")
def prefix_set_edit(request, pk):
    prefix_set = own_set(request, pk, "prefix_set.update")
    if request.method == "POST":
        prefix_set = locked(prefix_set)
    form = watched(PrefixSetForm(request.POST or None, initial={"name": prefix_set.name, "data": prefix_set.data}))
    if form.is_valid() and saved(
        form, prefix_sets.change_prefix_set, prefix_set, actor=request.user, **form.cleaned_data
    ):
        messages.success(request, "Saved. Cards whose rules use it are stale until they are built again.")
        return redirect("ratecards:prefix_set_detail", pk)
    context = {"form": form, "title": f"Edit {prefix_set.name}", "prefix_set": prefix_set}
    return render(request, "ratecards/prefix_set_edit.html", context, status=answer_status(form))


@access.screen("prefix_set.delete")
def prefix_set_delete(request, pk):
    prefix_set = own_set(request, pk, "prefix_set.delete")
    if request.method == "POST":
        words = f"Prefix set “{prefix_set.name}” was deleted."
        if done(request, words, prefix_sets.delete_prefix_set, prefix_set, actor=request.user):
            return redirect("ratecards:prefix_set_list")
        return redirect("ratecards:prefix_set_detail", pk)
    context = {"title": f"Delete {prefix_set.name}", "question": f"Delete the prefix set “{prefix_set.name}”?",
               "prefix_set": prefix_set, "confirm_label": "Delete"}  # fmt: skip
    return render(request, "ratecards/prefix_set_delete.html", context)
