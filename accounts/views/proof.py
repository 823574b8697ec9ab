"""Setup > Information > Audit Log > Access proof: both locks compared for every user, as a job, and what it found."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render

from accounts import access, jobs
from accounts.areas import needed
from accounts.jobs.access_proof import KIND, RIGHT, START
from accounts.models import Job
from accounts.proof.report import from_json, grouped


@access.screen("audit.view")
def access_proof(request):
    runs = access.visible(request.user, Job, RIGHT).filter(kind=KIND).select_related("actor").defer("actor__password")
    running = runs.filter(state__in=[Job.WAITING, Job.RUNNING]).first()
    can_start = access.may(request.user, START) and not request.user.is_staff
    if request.method == "POST":
        if not can_start:
            raise PermissionDenied(f"{needed(START)}.")
        job = running or jobs.start(KIND, actor=request.user, subject="Access proof")
        return redirect("accounts:job_detail", job.key)
    last = runs.filter(state=Job.DONE).first()
    findings = from_json(last.result["findings"]) if last else []
    context = {
        "title": "Access proof", "running": running, "last": last, "groups": grouped(findings), "shown": len(findings),
        "can_start": can_start, "menu_here": "accounts:audit_list",
    }  # fmt: skip
    return render(request, "accounts/access_proof.html", context)
