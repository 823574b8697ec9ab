"""What one currency is worth in another at an instant, exactly: the table of exchange rates, read."""

from collections import deque
from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction

from django.db.models import Q
from django.utils import timezone

from ratecards.models import ExchangeRate

Pair = tuple[str, str]


def rates_between(pairs: Iterable[Pair], at=None) -> dict[Pair, Fraction]:
    """{(one, other): what one unit of `one` is worth in `other` at an instant (None: now)} of the pairs that the table
    knows, in one statement, in none where no two differ.

    Of the rows for a pair in either direction the one that became valid last counts; the other direction is its exact
    reciprocal. Rates are never chained over a third currency: each step would add an error nobody asked for.
    """
    at = at or timezone.now()
    return rates_at(pairs, [at])[at]


def rates_at(pairs: Iterable[Pair], instants: Iterable[datetime]) -> dict[datetime, dict[Pair, Fraction]]:
    """{instant: the same at it}, for any number of instants in that one statement."""
    pairs, instants = set(pairs), sorted(set(instants))
    known = {pair: Fraction(1) for pair in pairs if pair[0] == pair[1]}
    wanted = {tuple(sorted(pair)) for pair in pairs - known.keys()}
    rows = deque(valid_until(instants[-1], wanted) if wanted and instants else ())
    found = {}
    for at in instants:
        while rows and rows[0][0] <= at:
            _, one, other, rate = rows.popleft()
            known |= {(one, other): Fraction(rate), (other, one): 1 / Fraction(rate)}
        found[at] = {pair: known[pair] for pair in pairs if pair in known}
    return found


def valid_until(at: datetime, wanted: set[Pair]):
    """The rows for pairs in either direction that are valid by an instant, as tuples, the oldest first."""
    either = Q(pk__in=())
    for one, other in wanted:
        either |= Q(one=one, other=other) | Q(one=other, other=one)
    rows = ExchangeRate.objects.filter(either, valid_from__lte=at).order_by("valid_from", "id")
    return rows.values_list("valid_from", "one", "other", "rate")
