"""Companies and customers as the screens show them. None of this decides who may see a row: pass visible rows in."""

from django.db.models import Count, F, OuterRef, Q, Subquery

from resellers.models import Company

LIVE_CARDS = Q(card_assignments__ended_at__isnull=True) & ~Q(card_assignments__owner=F("pk"))


def with_counts(companies):
    """Companies with `user_count`, `customer_count`, `card_count` (cards assigned from above) and `parent_name`.

    Sub-queries, so that a page of companies is one statement and no count multiplies another. The name of a parent that
    the reader cannot see is None.
    """
    return companies.annotate(
        user_count=number_of("users"),
        customer_count=number_of("customers"),
        card_count=number_of("card_assignments", LIVE_CARDS),
        parent_name=F("parent__name"),
    )


def number_of(relation: str, only: Q | None = None) -> Subquery:
    one = Company.objects.filter(pk=OuterRef("pk")).order_by()
    return Subquery(one.annotate(number=Count(relation, filter=only)).values("number"))


def open_for_more(companies):
    """Those a customer or an account below can be added to, the master first: the choices of a form."""
    return companies.exclude(status=Company.CLOSED).order_by("-is_master", "search_name", "id")


def below(companies, company):
    """Those of `companies` that stand anywhere below `company`, itself not included."""
    return companies.filter(closure_above__ancestor=company.pk, closure_above__depth__gt=0)


def inside(rows, company, path: str = "company"):
    """Those of `rows` that belong to `company` or to one below it."""
    return rows.filter(**{f"{path}__closure_above__ancestor": company.pk})
