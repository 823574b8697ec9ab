"""Sheets of customers, and what tests of their import ask of a job and of a page."""

from accounts.models import Job
from resellers.models import Customer
from tests.roles import as_owner

IMPORT = "/management/customers/import/"
GOOD = "Name,E-mail,Status,Currency,Debit limit,Notes\nFjord Calls,noc@fjord.test,Active,EUR,250.5,Large\nDesert Voice,,pending approval,usd,-5,\n"
DIRTY = GOOD + (
    "fjord calls,,,EUR,,\n"  # line 4: twice
    ",,,EUR,,\n"  # no name
    "No Money,,,XXX,,\n"
    "Odd State,,sleeping,EUR,,\n"
    "Big,,,EUR,1E+05,\n"
    "Mail,at home,,EUR,,\n"
    "Short,,EUR\n"
    ",,,,,\n"  # line 11: empty
    "Name,E-mail,Status,Currency,Debit limit,Notes\n"
)
COUNTS = ("read", "accepted", "skipped", "refused", "made", "changed")


def made(company, **lookup) -> dict[str, Customer]:
    with as_owner():
        return {one.name: one for one in Customer.objects.filter(company=company, **lookup)}


def counts(job) -> tuple:
    assert job.state == Job.DONE, job.error
    result = job.result
    assert result["accepted"] + result["skipped"] + result["refused"] == result["read"]
    return tuple(job.result[name] for name in COUNTS)


def as_shown(page) -> dict:
    """What the form of a preview would send as it stands."""
    form = page.context["form"]
    found = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in found.items() if value is not None and value is not False}


def newest() -> Job:
    with as_owner():
        return Job.objects.order_by("-pk").first()
