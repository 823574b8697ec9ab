"""The demo's rate sheets: the world's real prefixes at invented prices, in the formats of two different senders."""

import csv
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

import phonenumbers

from connexcs.demo.prices import Offer, offer
from ratecards.destinations import calling_code, destination_of, tables

CONNEXCS = ("prefix", "name", "cost", "mcd", "pulse", "rate_connect", "status")
JERASOFT = (
    "Rate Table",
    "Code",
    "Code Name",
    "Policy",
    "Rate",
    "Effective Date",
    "End Date",
    "SF",
    "Min",
    "Int",
    "Time Profile",
)
SINCE = "2026-01-01"
# What a hurried sender gets wrong: each of these lines is refused, with its reason.
MISTAKES = (
    ("A-Z", "44740", "United Kingdom Mobile", "Regular", "0,0215x", SINCE, "", "0", "1", "1", "all time"),
    ("A-Z", "4.4E+11", "United Kingdom - London", "Regular", "0.0061", SINCE, "", "0", "1", "1", "all time"),
    ("A-Z", "4930", "Germany - Berlin", "Regular", "", SINCE, "", "0", "1", "1", "all time"),
    ("A-Z", "336", "France Mobile", "Regular", "0.0312", SINCE, "", "0", "1", "1", "peak"),
    ("A-Z", "1212", "United States - New York, NY", "Regular", "0.0041", SINCE, "2026-06-30", "0", "6", "6", "all time"),
)  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """One file: whose prices, how many digits of areas and of mobile operators it goes down to, in whose format."""

    carrier: str
    file: str
    areas: int
    operators: int
    deeper: tuple[str, ...] = ()  # calling codes whose areas go one digit further
    format: tuple[str, ...] = CONNEXCS
    only: tuple[str, ...] = ()  # calling codes, where it is not the whole world
    mistakes: tuple = ()


LARGER = Sheet("Halvorn Telecom", "halvorn-a-z.csv", areas=6, operators=7, deeper=("44", "64", "81"))
SMALLER = Sheet(
    "Quillmark Voice", "quillmark-a-z.csv", areas=5, operators=6, deeper=("43", "49", "60", "91"), format=JERASOFT
)
UPDATE = Sheet("Quillmark Voice", "quillmark-europe-update.csv", areas=5, operators=6, format=JERASOFT,
               only=("33", "34", "39", "44", "49"), mistakes=MISTAKES)  # fmt: skip


def write_sheet(sheet: Sheet, folder: Path) -> Path:
    """Write a sheet into a folder and return its path; a file of that name is complete, so it is left as it is."""
    path = folder / sheet.file
    if not path.exists():
        unfinished = path.with_suffix(".new")
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            lines = csv.writer(file)
            lines.writerow(sheet.format)
            lines.writerows(rows(sheet))
            lines.writerows(sheet.mistakes)
        os.replace(unfinished, path)
    return path


def rows(sheet: Sheet) -> Iterator[tuple[str, ...]]:
    row = jerasoft if sheet.format is JERASOFT else connexcs
    for prefix in prefixes(sheet):
        destination, code = destination_of(prefix), calling_code(prefix)
        yield row(prefix, destination.name, offer(sheet.carrier, destination, code))


def prefixes(sheet: Sheet) -> list[str]:
    """Every calling code, and what the data of phone numbers lists below them, as far down as the sheet goes."""
    areas, operators = tables()
    found = {str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE} | mobile_heads()
    found.update(prefix for prefix in areas if len(prefix) <= sheet.areas + deeper(sheet, prefix))
    found.update(prefix for prefix in operators if len(prefix) <= sheet.operators)
    return sorted(within(found - {line[1] for line in sheet.mistakes}, sheet.only))


@cache
def mobile_heads() -> set[str]:
    """What the mobile numbers of a country begin with, such as 447: without it a new operator's would cost a fixed call."""
    _, operators = tables()
    heads = {prefix[: len(calling_code(prefix)) + more] for prefix in operators for more in (1, 2)}
    return {head for head in sorted(heads) if destination_of(head).kind == "Mobile"}


def deeper(sheet: Sheet, prefix: str) -> bool:
    return prefix.startswith(sheet.deeper)


def within(found: set[str], codes: tuple[str, ...]) -> Iterable[str]:
    return (prefix for prefix in found if prefix.startswith(codes)) if codes else found


def connexcs(prefix: str, name: str, one: Offer) -> tuple[str, ...]:
    if one.blocked:
        return prefix, name, "", "", "", "", "Blocked"
    return prefix, name, price(one), str(one.mcd), str(one.pulse), "0", ""


def jerasoft(prefix: str, name: str, one: Offer) -> tuple[str, ...]:
    rate = "-1" if one.blocked else price(one)
    return "A-Z", prefix, name, "Regular", rate, SINCE, "", "0", str(one.mcd), str(one.pulse), "all time"


def price(one: Offer) -> str:
    return f"{Decimal(one.cost).scaleb(-5):f}"
