"""Plausible prices for every destination, the same at every load: a seed decides them, not a source.

Figures are integers of 0.00001 of the currency a minute, so that no float ever comes near a price.
"""

import hashlib
from dataclasses import dataclass
from functools import cache

from ratecards.destinations import Destination

SEED = "tamarind"
HOME = ("US", "CA", "PR")
WEST = ("AT", "BE", "CH", "DE", "DK", "ES", "FI", "FR", "GB", "GR", "IE", "IT", "LU", "NL", "NO", "PT", "SE")
EAST = ("BG", "BY", "CZ", "EE", "HR", "HU", "LT", "LV", "MD", "PL", "RO", "RS", "RU", "SI", "SK", "TR", "UA")
ASIA = ("CN", "HK", "ID", "IN", "JP", "KR", "MY", "PH", "SG", "TH", "TW", "VN")
SOUTH = ("AR", "BR", "CL", "CO", "CR", "EC", "MX", "PA", "PE", "UY")
GULF = ("AE", "BH", "IL", "JO", "KW", "OM", "QA", "SA")
ZONES = {  # regions: what a minute costs at least and at most, to fixed and to mobile lines
    HOME: ((300, 900), (300, 900)),
    WEST: ((400, 1_200), (1_100, 4_500)),
    EAST: ((1_800, 8_500), (5_000, 24_000)),
    ASIA: ((700, 4_800), (1_000, 8_800)),
    SOUTH: ((600, 4_500), (1_800, 12_000)),
    GULF: ((6_000, 15_000), (9_000, 21_000)),
}
AFRICA = ((9_000, 32_000), (16_000, 45_000))
ELSEWHERE = ((5_000, 26_000), (9_000, 34_000))
SHARED = {"1": "US", "7": "RU"}  # codes of several countries: the largest one's prices
NO_COUNTRY = ((250_000, 700_000), (250_000, 700_000))  # satellites and global networks
OFTEN, SELDOM = 1000, 4  # of a thousand destinations a carrier blocks so many
MINUTES = ("GM", "MX", "NR", "PG", "SB", "TO", "VU", "WS")  # where whole minutes are billed
NOT_SOLD = ("Premium Rate", "Shared Cost", "Personal Numbers", "Universal Access", "Pager", "Toll Free")


@dataclass(frozen=True)
class Offer:
    """One destination at one carrier: the price in 0.00001 a minute, the seconds of its increments, or Blocked."""

    cost: int
    mcd: int
    pulse: int
    blocked: bool


@cache
def offer(carrier: str, destination: Destination, calling_code: str) -> Offer:
    """What a carrier asks for a destination: the market's price, and by how much this carrier is dearer or cheaper."""
    mobile = destination.kind == "Mobile"
    region = destination.region or SHARED.get(calling_code, "")
    market = between(zone(region, calling_code)[mobile], destination.country, destination.kind)
    place = between((960, 1_060), destination.country, destination.kind, destination.detail)  # thousandths
    margin = between((920, 1_120), carrier, destination.country, destination.kind)
    blocked = destination.kind in NOT_SOLD or between((1, OFTEN), carrier, destination.name, "blocked") <= SELDOM
    return Offer(market * place * margin // 1_000_000, *increments(carrier, region), blocked)


def zone(region: str, calling_code: str) -> tuple:
    if not region:
        return NO_COUNTRY
    named = next((prices for regions, prices in ZONES.items() if region in regions), None)
    return named or (AFRICA if calling_code.startswith("2") else ELSEWHERE)


def increments(carrier: str, region: str) -> tuple[int, int]:
    """(MCD, pulse) in seconds."""
    if region in MINUTES:
        return 60, 60
    if region in HOME:
        return 6, 6
    return (30, 6) if between((1, 100), carrier, region, "increments") <= 6 else (1, 1)


def between(limits: tuple[int, int], *words: str) -> int:
    """A whole number from the limits, both included, always the same for the same words."""
    least, most = limits
    digest = hashlib.blake2b("/".join((SEED, *words)).encode(), digest_size=8).digest()
    return least + int.from_bytes(digest) % (most - least + 1)
