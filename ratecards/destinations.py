"""What a prefix is called: country, mobile operator or area, and what kind of number it is, by the phonenumbers data.

The data is large (a few seconds and about 100 MB when it is first asked for), so it is loaded on first use: in jobs and
commands, never in a request.
"""

import re
from functools import cache, lru_cache
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumber, PhoneNumberType

KINDS = {
    PhoneNumberType.FIXED_LINE: "",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "",
    PhoneNumberType.MOBILE: "Mobile",
    PhoneNumberType.TOLL_FREE: "Toll Free",
    PhoneNumberType.PREMIUM_RATE: "Premium Rate",
    PhoneNumberType.SHARED_COST: "Shared Cost",
    PhoneNumberType.VOIP: "VoIP",
    PhoneNumberType.PERSONAL_NUMBER: "Personal Numbers",
    PhoneNumberType.PAGER: "Pager",
    PhoneNumberType.UAN: "Universal Access",
}
# Codes that are no one country's, and beginnings too short for the data to tell whose they are.
OVERRIDES = {
    "1": "United States and Canada",
    "7": "Russia and Kazakhstan",
    "77": "Kazakhstan",
    "800": "International Freephone",
    "808": "International Shared Cost",
    "870": "Inmarsat Satellite",
    "878": "Universal Personal Numbers",
    "881": "Global Mobile Satellite",
    "882": "International Networks",
    "883": "International Networks",
    "888": "Disaster Relief",
    "979": "International Premium Rate",
}
UNNAMED = {"AC": "Ascension Island", "TA": "Tristan da Cunha", "XK": "Kosovo"}  # by the data of names
NO_COUNTRY = "001"  # the region that phonenumbers gives to codes of no country
HEAD = 7  # digits that decide whose a prefix is and what kind; behind them only areas differ
LONGEST = 80  # characters of a detail; the data lists the towns of some prefixes one by one
NORTH_AMERICA = 4  # there the area code does
FILLERS = ("23456789012345", "55501234567890", "00000000000000", "12345678901234")


class Destination(NamedTuple):
    """A prefix in words: the country's two letters (or none), its name, a word of KINDS (or none), operator or area."""

    region: str
    country: str
    kind: str
    detail: str

    @property
    def name(self) -> str:
        """Such as "France Mobile - SFR", "United Kingdom - London" or "Germany"."""
        head = f"{self.country} {self.kind}".rstrip()
        return f"{head} - {self.detail}" if self.detail else head


NOWHERE = Destination("", "", "", "")


def name_of(prefix: str) -> str:
    """The name of a prefix (digits, without +), at most 150 characters; "" where no country has it."""
    return destination_of(prefix).name


@lru_cache(maxsize=200_000)
def destination_of(prefix: str) -> Destination:
    """What is known of a prefix; NOWHERE when no country has it."""
    code = calling_code(prefix)
    if not code:
        return NOWHERE
    if prefix in OVERRIDES:
        return NOWHERE._replace(country=OVERRIDES[prefix])
    region, kind = whose(prefix, code)
    kind = "" if prefix == code else kind
    country = region_names().get(region) or OVERRIDES.get(code, "")
    detail = operator_of(prefix) if kind == "Mobile" else area_of(prefix) if not kind else ""
    return Destination(region, country, kind, "" if detail == country else detail[:LONGEST])


def calling_code(prefix: str) -> str:
    """The country calling code that a prefix begins with; "" for none, for too short a prefix and for what is no digits."""
    beginnings = [prefix[:length] for length in (1, 2, 3)] if prefix.isascii() and prefix.isdigit() else []
    return next((code for code in beginnings if int(code) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE), "")


def whose(prefix: str, code: str) -> tuple[str, str]:
    """(region, kind) of a prefix. What the data lists by itself needs no number to be tried, which is slow."""
    areas, operators = tables()
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[int(code)]
    listed = "Mobile" if prefix in operators else "" if prefix in areas else None
    region = regions[0] if len(regions) == 1 else led_to(prefix.removeprefix(code), regions)
    if listed is not None and region:
        return region_or_none(region), listed
    found, kind = tried(prefix[: NORTH_AMERICA if code == "1" else HEAD], code)
    return region_or_none(region or found or regions[0]), kind if listed is None else listed


def led_to(national: str, regions: tuple[str, ...]) -> str:
    """The one of several regions whose own first digits a national number begins with; "" when the data tells of none."""
    for region in regions:
        about = PhoneMetadata.metadata_for_region(region)
        if about and about.leading_digits and re.match(about.leading_digits, national):
            return region
    return ""


@lru_cache(maxsize=50_000)
def tried(head: str, code: str) -> tuple[str, str]:
    """(region, kind) of the first valid number that begins so; ("", "") when none does.

    A prefix is no number, so digits are appended until one of the lengths of the country's numbers is reached.
    """
    for national in candidates(head.removeprefix(code), lengths(int(code))):
        zeros = len(national) - len(national.lstrip("0"))
        number = PhoneNumber(country_code=int(code), national_number=int(national), italian_leading_zero=zeros > 0 or None,
                             number_of_leading_zeros=zeros if zeros > 1 else None)  # fmt: skip
        kind = phonenumbers.number_type(number)
        if kind in KINDS:
            return region_or_none(phonenumbers.region_code_for_number(number) or ""), KINDS[kind]
    return "", ""


def candidates(start: str, wanted: tuple[int, ...]):
    for filler in FILLERS:
        for length in wanted:
            if len(start) <= length:
                yield start + filler[: length - len(start)]


@cache
def lengths(code: int) -> tuple[int, ...]:
    """How many digits the national numbers of a calling code can have, longest first: mobile numbers are rarely short."""
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code]
    known = (PhoneMetadata.metadata_for_region_or_calling_code(code, region) for region in regions)
    return tuple(sorted({length for one in known if one for length in one.general_desc.possible_length}, reverse=True))


def region_or_none(region: str) -> str:
    return "" if region == NO_COUNTRY else region


def operator_of(prefix: str) -> str:
    return longest(prefix, tables()[1])


def area_of(prefix: str) -> str:
    return longest(prefix, tables()[0])


def longest(prefix: str, table: dict) -> str:
    """What a table says of the longest beginning of a prefix that it lists; in English where it can."""
    for length in range(len(prefix), 0, -1):
        if found := table.get(prefix[:length]):
            return found.get("en") or next(iter(found.values()))
    return ""


@cache
def tables() -> tuple[dict, dict]:
    """(areas, operators): prefix -> {language: words}."""
    from phonenumbers.carrierdata import CARRIER_DATA
    from phonenumbers.geodata import GEOCODE_DATA

    return GEOCODE_DATA, CARRIER_DATA


@cache
def region_names() -> dict[str, str]:
    """Two letters -> the country's name in English. A name such as "*aa" points to that other language's."""
    from phonenumbers.geodata.locale import LOCALE_DATA

    names = {region: by.get(by["en"][1:], by["en"]) for region, by in LOCALE_DATA.items() if by.get("en")}
    return UNNAMED | names
