"""One page of a list of rates: what is looked for, in which order, from which row on."""

import numpy as np
from django.core.paginator import Paginator

from ratecards.engine.classes import HEADINGS
from ratecards.engine.numbers import MAX_PREFIX, Refused
from ratecards.store import Prices

PER_PAGE = 100


class RateRows:
    """The rates at some places as a sequence for the paginator: only those of the page are read."""

    def __init__(self, prices: Prices, places):
        self.prices, self.places = prices, places

    def __len__(self):
        return len(self.places)

    def __getitem__(self, part):
        return self.prices.rows_at(self.places[part])


def columns_of(card) -> list[tuple[str, str]]:
    """(heading, name) of the price columns that a card presents, in the order of a sheet."""
    return [(words, name) for name, words in HEADINGS[card.presentation].items()]


def page_of(request, prices: Prices) -> dict:
    """The page that the address asks for: `q` (prefix, number or name), `sort` (a price column, "-" before it: dearest
    first), `page`, or `row`, the number of a row in this order."""
    query, sort = request.GET.get("q", "").strip()[:40], request.GET.get("sort", "")
    places, match, problem = searched(prices, query)
    if sort.removeprefix("-") in prices.contents.spine.presented:
        places = ordered(prices, places, sort)
    row = request.GET.get("row", "").replace(" ", "")
    number = (
        (int(row) - 1) // PER_PAGE + 1 if row.isascii() and row.isdigit() and len(row) < 10 else request.GET.get("page")
    )
    page = Paginator(RateRows(prices, places), PER_PAGE).get_page(number)
    kept = [("q", query), ("sort", sort), ("revision", request.GET.get("revision", ""))]
    return {
        "page": page,
        "rows": list(page),
        "match": match,
        "problem": problem,
        "query": query,
        "sort": sort,
        "kept": kept,
    }


def searched(prices: Prices, query: str):
    """(places of the rows to list, the longest match of a number, words for a search that cannot be done)."""
    if not query:
        return range(len(prices)), None, ""
    digits = query.removeprefix("+").replace(" ", "")
    if not (digits.isascii() and digits.isdigit()):
        return prices.named(query), None, ""
    try:
        match = prices.find(digits)
        return range(*prices.below(digits)) if len(digits) <= MAX_PREFIX else range(0), match, ""
    except Refused as refused:
        return range(0), None, refused.message


def ordered(prices: Prices, places, sort: str) -> np.ndarray:
    """The places in the order of a price column."""
    order = prices.order(sort.removeprefix("-"), descending=sort.startswith("-"))
    if len(places) == len(order):
        return order
    wanted = np.zeros(len(order), dtype=np.bool_)
    wanted[np.asarray(places, dtype=np.int64)] = True
    return order[wanted[order]]
