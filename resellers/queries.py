"""Companies and customers as the screens show them. None of this decides who may see a row: pass visible rows in."""

from django.db.models import F, IntegerField, OuterRef, QuerySet, Subquery

from accounts.lists import CAP
from accounts.models import User
from resellers.models import Company, Customer


class CountToCap(Subquery):
    """How many rows a sub-query finds, at most CAP + 1: no page reads a hundred thousand rows for one figure."""

    template = "(SELECT count(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()

    def __init__(self, rows: QuerySet):
        super().__init__(rows.order_by().values("pk")[: CAP + 1])


def with_counts(companies):
    """Companies with `user_count`, `customer_count`, `card_count` (cards assigned from above) and `parent_name`.

    Sub-queries, so that a page of companies is one statement and no count multiplies another; each stops above the cap
    of all lists. The name of a parent that the reader cannot see is None.
    """
    assigned = Company._meta.get_field("card_assignments").related_model.objects
    live = assigned.filter(company=OuterRef("pk"), ended_at=None).exclude(owner=OuterRef("pk"))
    return companies.annotate(
        user_count=CountToCap(User.objects.filter(company=OuterRef("pk"))),
        customer_count=CountToCap(Customer.objects.filter(company=OuterRef("pk"))),
        card_count=CountToCap(live),
        parent_name=F("parent__name"),
    )


def open_for_more(companies):
    """Those a customer or an account below can be added to, the master first: the choices of a form."""
    return companies.exclude(status=Company.CLOSED).order_by("-is_master", "search_name", "id")


def below(companies, company):
    """Those of `companies` that stand anywhere below `company`, itself not included."""
    return companies.filter(closure_above__ancestor=company.pk, closure_above__depth__gt=0)


def inside(rows, company, path: str = "company"):
    """Those of `rows` that belong to `company` or to one below it."""
    return rows.filter(**{f"{path}__closure_above__ancestor": company.pk})
