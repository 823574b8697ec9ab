"""The code deck of a sheet: a second upload that says which prefixes its names stand for, and how it is read.

A sheet's deck is written down beside its upload as {"upload", "name", "layout"} (Layout.to_dict); an import takes that
along, so what was tried is what is done.
"""

from django.core.exceptions import ValidationError

from accounts import files, jobs
from accounts.services.uploads import chosen_part, is_closed, reading
from ratecards import sheets
from ratecards.services.uploads import preview_upload, recognise_upload
from ratecards.sheets import Deck, Layout, Preview
from ratecards.sheets.convert import NO_DECK

CLOSED = "The code deck is a workbook that was not opened yet."


def link_deck(upload: str, deck: str, *, actor, name: str = "", layout: Layout | None = None) -> None:
    """Make an upload the code deck of another one, in place of the one it had. Both are of the actor's company.

    `layout` says how it is read; None: as recognised. Raises ValidationError for an upload that is not here.
    """
    files.upload_path(deck, company=actor.company_id)
    before = linked_deck(upload, actor=actor)
    said = {"upload": str(deck), "name": name[:200], "layout": layout and layout.to_dict()}
    files.keep_deck_of(upload, said, company=actor.company_id)
    if before and before["upload"] != str(deck):
        files.drop_upload(before["upload"], company=actor.company_id)


def unlink_deck(upload: str, *, actor) -> None:
    """Take the deck of a sheet away; nothing happens when it has none."""
    if deck := linked_deck(upload, actor=actor):
        files.keep_deck_of(upload, None, company=actor.company_id)
        files.drop_upload(deck["upload"], company=actor.company_id)


def linked_deck(upload: str, *, actor) -> dict | None:
    """The deck of a sheet, None without one. Raises ValidationError for a sheet that is not here."""
    return files.deck_of(upload, company=actor.company_id)


def recognise_deck(deck: str, *, actor, part: int | None = None, **said) -> Layout:
    """How an uploaded deck seems to be laid out; `said` as for recognise_upload. Raises ValidationError."""
    path, part, opened = chosen_part(deck, part, actor=actor)
    return reading(sheets.recognise_deck, path, part=part, date1904=bool(opened and opened.date1904), **said)


def choose_deck(upload: str, deck: str, *, actor, name: str, layout: Layout) -> Deck:
    """Read the deck of a sheet as the user says from now on. Raises ValidationError for one that cannot be read so."""
    found = reading(sheets.load_deck, files.sheet_path(deck, layout.part, company=actor.company_id), layout)
    link_deck(upload, deck, actor=actor, name=name, layout=layout)
    return found


def first_lines(deck: str, layout: Layout, *, actor, rows: int = 15) -> list[tuple[int, list[str]]]:
    """(number, cells) of the first lines of a deck. Raises ValidationError."""
    return reading(sheets.first_lines, files.sheet_path(deck, layout.part, company=actor.company_id), layout, rows)


def recognise_beside(upload: str, *, actor, **said) -> Layout:
    """recognise_upload of a sheet, whose lines are looked up by their names where it has a deck."""
    layout = recognise_upload(upload, actor=actor, **said)
    return sheets.with_deck(layout) if linked_deck(upload, actor=actor) else layout


def preview_beside(upload: str, layout: Layout, *, actor) -> Preview:
    """preview_upload of a sheet, read with its deck where the layout needs one. Raises ValidationError."""
    deck = load_deck(needed_deck(upload, layout, actor=actor), company=actor.company_id)
    return preview_upload(upload, layout, actor=actor, deck=deck)


def needed_deck(upload: str, layout: Layout, *, actor) -> dict | None:
    """The deck that a sheet of this layout is read with, its own layout filled in; None for one that needs none.

    Raises ValidationError where it needs one and has none that could be read.
    """
    if layout.codes != "deck":
        return None
    deck = linked_deck(upload, actor=actor)
    if deck is None:
        raise ValidationError(NO_DECK, code="deck")
    if is_closed(deck["upload"], actor=actor):
        raise ValidationError(CLOSED, code="deck")
    return deck | {"layout": deck["layout"] or recognise_deck(deck["upload"], actor=actor).to_dict()}


def load_deck(deck: dict | None, *, company: int) -> Deck | None:
    """Read a deck of `needed_deck`; None for None. Raises ValidationError with the reason."""
    if deck is None:
        return None
    layout = Layout.from_dict(deck["layout"])
    return reading(sheets.load_deck, files.sheet_path(deck["upload"], layout.part, company=company), layout)


def keep_deck(work: jobs.Work) -> None:
    """Keep the deck of an import for the lines that are corrected later."""
    if (deck := work.params.get("deck")) and not work.params.get("dry_run"):
        company = work.job.company_id
        path = files.sheet_path(deck["upload"], deck["layout"]["part"], company=company)
        files.write(files.kept_deck_path(work.job.key, company=company), [path.read_bytes()])


def kept_deck(job_key, report: dict, *, company: int) -> Deck | None:
    """The deck that an import kept, None for one without. Raises ValidationError when it is gone."""
    if not report.get("deck"):
        return None
    path = files.kept_deck_path(job_key, company=company)
    if not path.is_file():
        raise ValidationError("The code deck of this import is no longer here: import the sheet again.")
    return reading(sheets.load_deck, path, Layout.from_dict(report["deck"]["layout"]))


def drop_deck(work: jobs.Work) -> None:
    """Delete the deck of an import that is over."""
    if deck := work.params.get("deck"):
        files.drop_upload(deck["upload"], company=work.job.company_id)
