"""People, groups and jobs, as kinds of rows to ask about."""

from accounts import access, jobs, rights
from accounts.models import Job, Role, User
from accounts.objects import Kind, add
from accounts.services import users


def above(user, right: str, thing) -> str:
    """Nobody manages who may do more than himself."""
    if right == "user.update" and not users.may_manage(thing, user):
        return f"{thing.email} has rights that he does not have"
    return ""


def wider(user, right: str, role) -> str:
    if right in ("group.update", "group.delete") and rights.of_group(role) - access.rights_of(user).held:
        return f"“{role}” gives rights that he does not have"
    return ""


def sent_again(user, right: str, job) -> str:
    """A job is sent again by its own company, and by nobody who may do less than whoever started it."""
    if right != "job.retry":
        return ""
    if job.company_id != user.company_id:
        return "a job is sent again by its own company alone"
    return "" if jobs.may_retry(job, user) else "whoever started it has rights that he does not have"


add(
    Kind(
        "user",
        "User",
        "Users",
        User,
        ("user",),
        "accounts:user_detail",
        "accounts:user_list",
        ("email", "name"),
        limit=above,
    )
)
add(Kind("group", "Group", "Groups", Role, ("group",), "accounts:group_detail", "accounts:group_list", limit=wider))
add(Kind("job", "Job", "Jobs", Job, ("job",), "accounts:job_detail", "accounts:job_list", ("subject",), "key",
         limit=sent_again))  # fmt: skip
