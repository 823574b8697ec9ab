"""Jobs on customers. What a service refuses in words is shown to the user who started the job."""

from accounts import jobs
from resellers.services import customer_imports


@jobs.handler(customer_imports.OPEN)
def open_customers(work: jobs.Work) -> None:
    customer_imports.run_opening(work)


@jobs.handler(customer_imports.KIND, failed=customer_imports.note_failed)
def import_customers(work: jobs.Work) -> None:
    customer_imports.run_import(work)
