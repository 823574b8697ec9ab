"""What one currency is worth in another at an instant, exactly: the table of exchange rates, read."""

from collections.abc import Iterable
from fractions import Fraction

from django.db.models import Q
from django.utils import timezone

from ratecards.models import ExchangeRate

Pair = tuple[str, str]


def rate_between(one: str, other: str, at=None) -> Fraction | None:
    """What one unit of `one` is worth in `other` at an instant (None: now); None where the table does not say."""
    return rates_between([(one, other)], at).get((one, other))


def rates_between(pairs: Iterable[Pair], at=None) -> dict[Pair, Fraction]:
    """{(one, other): rate} of the pairs that the table knows, in one statement, in none where no two differ.

    Of the rows for a pair in either direction the one that became valid last counts; the other direction is its exact
    reciprocal. Rates are never chained over a third currency: each step would add an error nobody asked for.
    """
    pairs = set(pairs)
    found = {pair: Fraction(1) for pair in pairs if pair[0] == pair[1]}
    wanted = {tuple(sorted(pair)) for pair in pairs - found.keys()}
    if not wanted:
        return found
    rows = ExchangeRate.objects.filter(valid_from__lte=at or timezone.now()).order_by("valid_from", "id")
    either = Q(pk__in=())
    for one, other in wanted:
        either |= Q(one=one, other=other) | Q(one=other, other=one)
    for one, other, rate in rows.filter(either).values_list("one", "other", "rate"):
        found |= {(one, other): Fraction(rate), (other, one): 1 / Fraction(rate)}
    return {pair: found[pair] for pair in pairs if pair in found}
