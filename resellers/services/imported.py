"""Lines of a sheet becoming customers of one company, a chunk in one unit of work: a few statements, however many lines."""

from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from accounts import access, acl
from accounts.sheets import Line
from resellers.models import Company, Customer
from resellers.queries import open_for_more
from resellers.sheets import Row

CREATE, UPDATE = "customer.create", "customer.update"
FIELDS = ("email", "status", "debit_limit", "notes")  # what can change of a customer; its name is how it is found
TAKEN = "The company has a customer of this name already."
ROUNDS = 5  # how often names may be taken between looking and writing

# Lower letters are the database's, as in the unique constraint: another language has others. LIMIT keeps each name's look-up
# a query of its own, to which the name comes as a value: in a plain join row security would not let `lower` near the
# index, as it is not sure to keep a secret, and every customer of the company would be read for each line.
LOOK_UP = """
    SELECT lower(asked.name), customer.id, customer.currency
    FROM unnest(%s::text[]) WITH ORDINALITY AS asked (name, place)
    LEFT JOIN LATERAL (
        SELECT id, currency FROM resellers_customer WHERE company_id = %s AND search_name = lower(asked.name) LIMIT 1
    ) customer ON true
    ORDER BY asked.place
"""
# Columns of arrays, as making a thousand instances and the text of a thousand rows takes longer than storing them.
WRITTEN = ("name", "email", "status", "currency", "debit_limit", "notes")
MAKE = """
    INSERT INTO resellers_customer (name, email, status, currency, debit_limit, notes, company_id, created_at)
    SELECT name, email, status, currency, debit_limit, notes, %s, now()
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::numeric[], %s::text[])
        AS said (name, email, status, currency, debit_limit, notes)
    RETURNING id
"""


class Outcome(NamedTuple):
    """What became of the rows of a chunk: made + changed + len(skipped) + len(refused) are all of them."""

    made: int
    changed: int
    skipped: list[Line]
    refused: list[Line]


class Plan(NamedTuple):
    """What is to be done: rows of new names, rows of existing customers by id, the others; `names` is {name: line} of
    those that no line before had."""

    names: dict[str, int]
    new: list[Row]
    existing: dict[int, Row]
    refused: list[Line]


def company_for(actor, pk: int, *, update: bool) -> Company:
    """The company that the actor may import customers into now, or PermissionDenied; it is never said by a file."""
    if update and not access.may(actor, UPDATE):
        raise PermissionDenied(f"needs {UPDATE}")
    company = open_for_more(access.visible(actor, Company, CREATE)).filter(pk=pk).first()
    if company is None:
        raise PermissionDenied("needs a company that customers can be made for")
    return company


def keep_rows(rows: list[Row], company: Company, *, actor, update: bool, seen: dict[str, int], column: str) -> Outcome:
    """Make a customer of every row, or change the one of that name where `update` says so. Inside a unit of work.

    `seen` is {name: line} of the lines before these, and grows with them: a name stands once in a sheet. `column` is
    what the sheet calls the name. A name that somebody takes meanwhile is a refused line.
    """
    for last in range(ROUNDS - 1, -1, -1):
        plan = planned(rows, company, update=update, seen=seen, column=column)
        try:
            with transaction.atomic():
                outcome = carried_out(plan, company, actor)
        except IntegrityError as error:
            if last == 0 or acl.constraint_of(error) != "customer_name_unique_in_company":
                raise
            continue
        seen |= plan.names
        return outcome


def try_rows(rows: list[Row], company: Company, *, actor, update: bool, seen: dict[str, int], column: str) -> Outcome:
    """What `keep_rows` would do now; nothing is written."""
    plan = planned(rows, company, update=update, seen=seen, column=column)
    seen |= plan.names
    changed, same = compared(plan.existing, access.visible(actor, Customer, UPDATE))
    return Outcome(len(plan.new), len(changed), same, plan.refused)


def pass_over(rows: list[Row], company: Company, *, seen: dict[str, int], column: str) -> None:
    """Note the names of lines that an earlier attempt has done."""
    seen |= planned(rows, company, update=False, seen=seen, column=column).names


def planned(rows: list[Row], company: Company, *, update: bool, seen: dict[str, int], column: str) -> Plan:
    plan = Plan({}, [], {}, [])
    with connection.cursor() as cursor:
        cursor.execute(LOOK_UP, [[row.values["name"] for row in rows], company.pk])
        found = cursor.fetchall()
    for row, (name, pk, currency) in zip(rows, found, strict=True):
        before = seen.get(name, plan.names.setdefault(name, row.number))
        said = row.values["currency"]
        if before != row.number:
            plan.refused.append(refused(row, column, f"The name stands in line {before} already.", "duplicate"))
        elif pk is None:
            plan.new.append(row)
        elif not update:
            plan.refused.append(refused(row, column, TAKEN, "taken"))
        elif currency != said:
            words = f"The customer is in {currency}, the line says {said}: a currency can never change."
            plan.refused.append(refused(row, "currency", words, "currency_fixed"))
        else:
            plan.existing[pk] = row
    return plan


def refused(row: Row, column: str, reason: str, code: str) -> Line:
    return Line(row.number, column, reason, code, row.raw)


def carried_out(plan: Plan, company: Company, actor) -> Outcome:
    """Write a plan; afterwards every row is still in the actor's sight, or all is taken back."""
    customers = access.visible(actor, Customer, UPDATE).select_for_update(of=("self",))
    changed, same = compared(plan.existing, customers)
    made = make_customers(plan.new, company)
    if changed:
        Customer.objects.bulk_update(changed, FIELDS)
    for right, ids in ((CREATE, made), (UPDATE, [customer.pk for customer in changed])):
        if ids and access.visible(actor, Customer, right).filter(pk__in=ids).count() != len(ids):
            raise PermissionDenied("customers would leave your sight")
    return Outcome(len(made), len(changed), same, plan.refused)


def make_customers(rows: list[Row], company: Company) -> list[int]:
    """Make a customer of every row by one statement; what a row does not say is as for a new customer. Returns their ids."""
    if not rows:
        return []
    fields = [Customer._meta.get_field(name) for name in WRITTEN]
    columns = [[row.values.get(field.name, field.get_default()) for row in rows] for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(MAKE, [company.pk, *columns])
        return [pk for (pk,) in cursor.fetchall()]


def compared(existing: dict[int, Row], customers: QuerySet) -> tuple[list[Customer], list[Line]]:
    """(customers with the values of their lines where these say others, the lines that say what is so already)."""
    changed, same = [], []
    for customer in customers.filter(pk__in=existing).order_by("pk") if existing else ():
        row = existing[customer.pk]
        new = {
            field: row.values[field]
            for field in FIELDS
            if row.values.get(field, now(customer, field)) != now(customer, field)
        }
        if not new:
            same.append(refused(row, "", "The customer is so already.", "same"))
            continue
        for field, value in new.items():
            setattr(customer, field, value)
        changed.append(customer)
    return changed, same


def now(customer: Customer, field: str):
    """A field as a sheet would say it: line breaks of notes are one character there."""
    value = getattr(customer, field)
    return value.replace("\r\n", "\n").replace("\r", "\n") if field == "notes" else value
