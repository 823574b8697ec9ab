"""Whether the process lives, and whether it can serve. Both tell nothing of the world behind."""

from django.http import HttpResponse
from health_check.views import HealthCheckView

from accounts import access


@access.public
def alive(request):
    return HttpResponse("ok\n", content_type="text/plain")


ready = access.public(HealthCheckView.as_view(checks=["health_check.checks.Database"]))
