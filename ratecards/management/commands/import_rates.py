"""`manage.py import_rates CARD FILE`: the same import as the screen, run to its end."""

import json
import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from accounts import acl, files, jobs
from accounts.models import Job
from ratecards import sheets
from ratecards.management.actor import card_of, master_administrator
from ratecards.models import Carrier, RateCard, Revision
from ratecards.models.card import ROUNDINGS
from ratecards.services import cards, decks, imports, revisions, templates

NEW = {"new_provider_card": RateCard.PROVIDER, "new_customer_card": RateCard.CUSTOMER}
SHOWN = ("card", "revision", "accepted", "skipped", "refused")
METHODS = [method for method, _ in ROUNDINGS]


class Command(BaseCommand):
    help = "Import a rate sheet into a draft of a card; exit code 1 when a line was refused."

    def add_arguments(self, parser):
        parser.add_argument(
            "names", nargs="+", metavar="[CARD] FILE", help="code of the card, unless it is new; the sheet"
        )
        new = parser.add_mutually_exclusive_group()
        new.add_argument("--new-provider-card", metavar="NAME")
        new.add_argument("--new-customer-card", metavar="NAME")
        parser.add_argument(
            "--activate", action="store_true", help="publish and let it be live, if no line was refused"
        )
        parser.add_argument("--dry-run", action="store_true", help="read and report, change nothing")
        parser.add_argument("--sheet", metavar="NAME", help="of a workbook or document; else its longest")
        parser.add_argument(
            "--deck", metavar="FILE", help="code deck: the second file, that has the codes of the names"
        )
        parser.add_argument("--template", metavar="NAME", help="remember how it was read under this name")
        parser.add_argument("--changes", action="store_true", help="the file holds only what changes: the rest stays")
        parser.add_argument(
            "--dates", choices=["dmy", "mdy"], help="order of day and month where the file leaves it open"
        )
        parser.add_argument("--zone", help="time zone of dates without one; else UTC")
        parser.add_argument("--json", action="store_true", help="print one JSON line")
        parser.add_argument("--carrier", default="Imported", help="of a new provider card; made if there is none")
        parser.add_argument("--currency", default="USD", help="of a new card")
        parser.add_argument("--dialling", choices=["dn", "lrn"], default="dn", help="of a new card")
        for name in ("price", "charge"):
            parser.add_argument(f"--{name}-precision", type=int, choices=range(9), default=8, metavar="0..8")
            parser.add_argument(f"--{name}-rounding", choices=METHODS, default="half_up")

    def handle(self, *, names, activate, dry_run, json, **options):
        self.started, self.json = time.monotonic(), json
        code, path, kind = targets(names, options)
        try:
            with tempfile.TemporaryDirectory() as folder:
                lines, layout = recognised(path, Path(folder), options)
                deck = recognised_deck(options["deck"], Path(folder))
                if deck:
                    layout = sheets.with_deck(layout)
                if dry_run:
                    return self.read_only(code, lines, layout, deck)
                result = self.run_import(code, path, lines, layout, kind, options, activate, deck)
        except (ValidationError, sheets.SheetError) as error:
            raise CommandError(" ".join(getattr(error, "messages", [str(error)]))) from error
        except OSError as error:
            raise CommandError(f"{error.filename or path} cannot be read: {error.strerror}") from error
        return self.report(result, result["lines"])

    def run_import(self, code, path, lines, layout, kind, options, activate, deck) -> dict:
        actor = actor_for(kind, activate)
        upload = keep_lines(lines, actor)
        if deck:
            decks.link_deck(
                upload, keep_lines(deck[0], actor), actor=actor, name=os.path.basename(options["deck"]), layout=deck[1]
            )
        with acl.acting_as(actor):
            layout = replace(templates.applied(layout, actor), **said_of(options))
            layout = sheets.with_deck(layout) if deck else layout
            if options["template"]:
                templates.keep_template(options["template"], layout, actor=actor)
            card = new_card(actor, kind, layout, options) if kind else card_of(code)
            job = imports.start_import(card, actor=actor, upload=upload, layout=layout, filename=os.path.basename(path))
        job = jobs.run_now(job)
        if job.state != Job.DONE:
            raise CommandError(job.error)
        if activate and not job.result["refused"]:
            with acl.acting_as(actor):
                for made in job.result["revisions"]:
                    draft = Revision.objects.select_related("card", "private").get(card=card, number=made["number"])
                    ready = revisions.publish_draft(draft, actor=actor)
                    revisions.activate_revision(ready, actor=actor, at=draft.private.planned)
        return job.result

    def read_only(self, code, path, layout, deck) -> None:
        read = sheets.read(path, layout, deck=deck and sheets.load_deck(*deck))
        counts = {"card": code, "revision": None, "accepted": read.accepted, "skipped": len(read.skipped),
                  "refused": len(read.refused), "unused": read.unused}  # fmt: skip
        self.report(counts, [line._asdict() | {"line": line.number} for line in read.refused[: imports.EXAMPLES]])

    def report(self, result: dict, lines: list[dict]) -> None:
        """One JSON line, or words; exit code 1 when a line was refused."""
        kept = {name: result[name] for name in SHOWN}
        if self.json:
            self.stdout.write(json.dumps(kept | {"seconds": round(time.monotonic() - self.started, 3)}))
        else:
            self.stdout.write(", ".join(f"{name} {value}" for name, value in kept.items() if value is not None))
        if result["unused"] and not self.json:
            self.stderr.write(f"lines of the code deck that the sheet does not price: {result['unused']}")
        for one in [] if self.json else lines:
            self.stderr.write(f"line {one['line']}: {one['reason']}")
        if result["refused"]:
            sys.exit(1)


def recognised(path: str, folder: Path, options) -> tuple[Path, sheets.Layout]:
    """The lines of a file, opened into a folder where it is a workbook or document, and how they are laid out."""
    lines, said = as_lines(path, folder, options["sheet"])
    layout = sheets.recognise(lines, **said)
    return lines, replace(layout, **said_of(options))


def said_of(options) -> dict:
    """What the options say of the layout, whatever was recognised or remembered."""
    changes = {"full": False} if options["changes"] else {}
    return changes | {name: options[name] for name in ("dates", "zone") if options[name]}


def recognised_deck(path: str | None, folder: Path) -> tuple[Path, sheets.Layout] | None:
    """The lines of a code deck and how they are laid out; None for no deck."""
    if path is None:
        return None
    folder = folder / "deck"
    folder.mkdir()
    lines, said = as_lines(path, folder, None)
    return lines, replace(sheets.recognise_deck(lines, **said), part=0)


def as_lines(path: str, folder: Path, wanted: str | None) -> tuple[Path, dict]:
    """A file of text, or the sheet of a workbook or document by name, else its longest, written into a folder."""
    lines, said = Path(path), {}
    if sheets.kind_of(path) != sheets.TEXT:
        unnamed = folder / "file"  # for the ending of a name is believed more than the content
        unnamed.symlink_to(Path(path).resolve())
        opened = sheets.open_sheets(unnamed, folder)
        part = next(
            (one for one in opened.parts if (one.name == wanted if wanted else one.number == opened.first)), None
        )
        if part is None:
            raise CommandError(
                f"{path} has no sheet {wanted!r}; it has: {', '.join(one.name for one in opened.parts)}."
            )
        lines, said = folder / f"{part.number}.csv", {"date1904": opened.date1904}
    return lines, said


def keep_lines(path: Path, actor) -> str:
    """The key of a file of lines that was kept as an upload."""
    with open(path, "rb") as file:
        return files.keep_upload(File(file), actor=actor)


def targets(names, options) -> tuple[str | None, str, str | None]:
    """(code of the card or None, path of the sheet, kind of the new card or None)."""
    kind = next((kind for option, kind in NEW.items() if options[option]), None)
    if len(names) != (1 if kind else 2):
        raise CommandError("name one card and one file: CARD FILE, or --new-…-card NAME FILE.")
    return (None if kind else names[0]), names[-1], kind


def actor_for(kind, activate):
    families = [f"{kind}_card"] if kind else ["provider_card", "customer_card"]
    actions = ["import_rates", *(["create"] if kind else []), *(["activate", "update"] if activate else [])]
    carrier = ["carrier.create"] if kind == RateCard.PROVIDER else []
    return master_administrator(*(f"{family}.{action}" for family in families for action in actions), *carrier)


def presentation_of(layout: sheets.Layout) -> str:
    """What a sheet's price columns come to."""
    if not {"intra", "inter"} & set(layout.mapping):
        return "single"
    return "full" if "cost" in layout.mapping else "split"


def new_card(actor, kind: str, layout: sheets.Layout, options) -> RateCard:
    """The card that the options tell of; its presentation is the sheet's."""
    carrier = None
    if kind == RateCard.PROVIDER:
        carrier = Carrier.objects.filter(owner=actor.company_id, name__iexact=options["carrier"]).first()
        carrier = carrier or cards.create_carrier(actor=actor, name=options["carrier"])
    names = ("currency", "dialling", "price_precision", "price_rounding", "charge_precision", "charge_rounding")
    return cards.create_card(
        actor=actor, kind=kind, name=options["new_provider_card"] or options["new_customer_card"], carrier=carrier,
        presentation=presentation_of(layout),
        **{name: options[name] for name in names},
    )  # fmt: skip
