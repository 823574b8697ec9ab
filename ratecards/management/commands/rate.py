"""`manage.py rate --card CODE NUMBER…`: longest match and, with a duration, the charge of a call."""

import json
import sys
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import acl
from ratecards import store, timeline
from ratecards.engine.charge import charge_call, whole_seconds
from ratecards.engine.classes import SINGLE, class_of, column_for
from ratecards.engine.numbers import Refused, format_units, to_units
from ratecards.engine.table import Row
from ratecards.management.actor import card_of, master_administrator
from ratecards.models import RateCard, Revision
from ratecards.places import place_of

RIGHT = "rate_search.view"
ROUTES_LATER = "rating by customer needs routes, which this version has not: use --card."


class Command(BaseCommand):
    help = "Rate numbers by the revision of a card that is, or was, active."

    def add_arguments(self, parser):
        by = parser.add_mutually_exclusive_group(required=True)
        by.add_argument("--card", help="code of the card")
        by.add_argument("--customer", type=int, help="number of the customer")
        parser.add_argument("numbers", nargs="*", metavar="NUMBER")
        parser.add_argument("--file", help="one number a line; - is the standard input")
        parser.add_argument("--at", type=instant, help="an instant in ISO form; UTC unless it names a zone")
        parser.add_argument("--duration", type=duration, help="seconds of the call")
        parser.add_argument("--caller", help="calling number, where the card's prices depend on it; none: withheld")
        parser.add_argument("--json", action="store_true", help="print one JSON line a number")

    def handle(self, *, card, customer, numbers, file, at, duration, caller, json, **options):
        if customer is not None:
            self.stderr.write(ROUTES_LATER)
            sys.exit(2)
        numbers = [*numbers, *(read_numbers(file) if file else [])]
        if not numbers:
            raise CommandError("name a number, or a file of numbers.")
        actor = master_administrator(RIGHT)
        try:
            with acl.acting_as(actor, read_only=True):
                columns = columns_by(card_of(card), caller)
                self.rate(card_of(card), checked(numbers), at, duration, columns, print_json if json else print_words)
        except (Refused, store.Damaged) as error:
            raise CommandError(str(error)) from error

    def rate(self, card: RateCard, numbers: list[str], at, duration, columns, shown) -> None:
        revision = timeline.active_revision(card, at)
        if revision is None:
            raise CommandError(f"{card.code} has no active revision" + (" at that instant" if at else ""))
        revision.card = card
        table, places = store.find_many(revision, numbers)
        for number, place in zip(numbers, places.tolist(), strict=True):
            row = store.row_at(table, place) if place >= 0 else None
            self.stdout.write(shown(answer(card, revision, number, row, duration, columns(number))))


def answer(card: RateCard, revision: Revision, number: str, row: Row | None, duration: Decimal | None,
           column: str) -> dict:  # fmt: skip
    """What is known of one number; figures are texts in plain decimal notation, none for a Blocked row."""
    found = {"number": number, "prefix": None, "name": None, "rate": None, "status": None, "revision": revision.number}
    if row is not None:
        rate = None if row.blocked else format_units(getattr(row, column))
        found |= {"prefix": row.prefix, "name": row.name, "rate": rate, "status": status_of(card, row, column)}
    if duration is None:
        return found
    if row is None or row.blocked:
        return found | {"billed_seconds": None, "charge": None}
    seconds = whole_seconds(duration, card.duration_rounding)
    charge = charge_call(row, seconds, card.charge_precision, card.charge_rounding, column)
    return found | {"billed_seconds": charge.billed, "charge": format_units(charge.amount)}


def columns_by(card: RateCard, caller: str | None):
    """A function that gives for every number the price column that a call to it from the caller pays."""
    (caller,) = checked([caller]) if caller else ("",)
    if card.presentation == SINGLE:
        return lambda number: "cost"
    here = place_of(caller)
    lists = [set(codes.split(",")) for codes in (card.source_countries, card.destination_countries)]
    return lambda number: column_for(card.presentation, class_of(card.presentation, here, place_of(number), *lists))


def status_of(card: RateCard, row: Row, column: str) -> str:
    """ "Capped" is a call that is not routed because its price is above the card's cap."""
    if row.blocked:
        return "Blocked"
    is_capped = card.capped_rate is not None and getattr(row, column) > to_units(card.capped_rate)
    return "Capped" if is_capped else ""


def print_json(found: dict) -> str:
    return json.dumps(found)


def print_words(found: dict) -> str:
    if found["prefix"] is None:
        return f"{found['number']}: no rate"
    parts = [f"{found['number']}: {found['prefix']} {found['name']}".rstrip(), found["status"] or found["rate"]]
    if found.get("charge") is not None:
        parts.append(f"{found['billed_seconds']} s, {found['charge']}")
    return "  ".join(parts)


def checked(numbers: list[str]) -> list[str]:
    """Numbers as digits, a leading + taken off; CommandError naming the first that is none."""
    plain = [number.strip().removeprefix("+") for number in numbers]
    for number, given in zip(plain, numbers, strict=True):
        if not (number.isascii() and number.isdigit()):
            raise CommandError(f"{given!r} is not a number to dial: only digits.")
    return plain


def read_numbers(path: str) -> list[str]:
    try:
        with sys.stdin if path == "-" else open(path, encoding="ascii") as file:
            return [line.strip() for line in file if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read as a list of numbers") from error


def instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if timezone.is_aware(moment) else moment.replace(tzinfo=timezone.get_default_timezone())


def duration(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None
