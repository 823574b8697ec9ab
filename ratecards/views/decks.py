"""The code deck of a sheet that is imported: send it, see how it is read, correct that, or do without."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts import access
from accounts.saving import answer_status, done, saved
from accounts.views.sheets import layout_form
from ratecards.forms.decks import DeckForm, DeckUploadForm
from ratecards.services import decks, uploads
from ratecards.sheets import Layout
from ratecards.views._card import card_or_404, card_page

IMPORT = ("provider_card.import_rates", "customer_card.import_rates")


@access.screen(*IMPORT)
def import_deck(request, code, upload):
    user = request.user
    card = card_or_404(user, code, "import_rates")
    linked_or_404(user, upload)
    form = DeckUploadForm(request.POST or None, request.FILES or None)
    if form.is_valid() and (deck := saved(form, uploads.take_upload, form.cleaned_data["file"], actor=user)):
        name = form.cleaned_data["file"].name[:150]
        decks.link_deck(upload, deck, actor=user, name=name)
        here = address("ratecards:deck_preview", request, code, upload)
        if not uploads.is_closed(deck, actor=user):
            return redirect(here)
        if job := saved(form, uploads.start_opening, card, actor=user, upload=deck, filename=name, goes_on=here):
            return redirect("ratecards:card_job", code, job.key)
    back = address("ratecards:import_preview", request, code, upload)
    context = card_page(user, card, "Code deck", form=form, back=back)
    return render(request, "ratecards/import_deck.html", context, status=answer_status(form))


@access.screen(*IMPORT)
def deck_preview(request, code, upload):
    user = request.user
    card = card_or_404(user, code, "import_rates")
    deck = linked_or_404(user, upload, needed=True)
    back, other = (address(f"ratecards:{route}", request, code, upload) for route in ("import_preview", "import_deck"))
    try:
        form = deck_form(request, deck)
        lines = decks.first_lines(deck["upload"], form.layout, actor=user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(other)
    if form.is_valid() and "use" in request.POST:
        chosen = {"name": deck["name"], "layout": form.layout}
        if saved(form, decks.choose_deck, upload, deck["upload"], actor=user, **chosen):
            return redirect(back)
    context = card_page(user, card, "Code deck", form=form, deck=deck, lines=lines, back=back, other=other)
    return render(request, "ratecards/deck_preview.html", context, status=422 if form.is_bound and form.errors else 200)


@access.screen(*IMPORT)
@require_POST
def deck_drop(request, code, upload):
    """Read the sheet without the deck."""
    card_or_404(request.user, code, "import_rates")
    linked_or_404(request.user, upload)
    done(request, "The code deck was taken away.", decks.unlink_deck, upload, actor=request.user)
    return redirect(address("ratecards:import_preview", request, code, upload))


def linked_or_404(user, upload, *, needed=False) -> dict | None:
    """The deck of a sheet; 404 for a sheet that is not the company's, and without a deck that can be read where it is
    `needed`."""
    try:
        deck = decks.linked_deck(upload, actor=user)
        if needed and (deck is None or uploads.is_closed(deck["upload"], actor=user)):
            raise Http404("no code deck")
    except ValidationError:
        raise Http404("no upload") from None
    return deck


def address(route, request, *args) -> str:
    """The address of a page of an upload, which goes by the name of its file."""
    name = request.GET.get("name", "")
    return reverse(route, args=args) + (f"?{urlencode({'name': name})}" if name else "")


def deck_form(request, deck) -> DeckForm:
    """The deck's layout as it was chosen or is recognised, or as corrected. Raises ValidationError for a deck of which
    nothing can be recognised."""

    def recognise(upload, *, actor, **said):
        chosen = deck["layout"] if not said else None
        return Layout.from_dict(chosen) if chosen else decks.recognise_deck(upload, actor=actor, **said)

    return layout_form(request, deck["upload"], DeckForm, recognise)
