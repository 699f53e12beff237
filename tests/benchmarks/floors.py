"""What no view of this stack can beat: an empty answer, and the bare cost of queries and bytes."""

import time

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from api.staff.auth import StaffAuth
from scheduler.accounts.roles import Right
from scheduler.clinic.models import Clinic

floors = NinjaAPI(title="Floors", docs_url=None, openapi_url=None, urls_namespace="floors")


staff_floors = NinjaAPI(
    title="Floors for a signed-in session",
    docs_url=None,
    openapi_url=None,
    urls_namespace="staff-floors",
    auth=StaffAuth(Right.SEE_CALENDAR),
)


@floors.get("ok")
def ok(request: HttpRequest) -> dict[str, bool]:
    """The least that ninja can answer."""
    return {"ok": True}


@floors.get("work")
def work(request: HttpRequest, seconds: float) -> dict[str, bool]:
    """An answer that takes its time, without any work."""
    time.sleep(seconds)
    return {"ok": True}


@staff_floors.get("queries")
@floors.get("queries")
def queries(request: HttpRequest, count: int, size: int) -> HttpResponse:
    """`count` queries of one row by its primary key, and `size` bytes of JSON."""
    for _ in range(count):
        Clinic.objects.values_list("time_zone").get(pk=1)
    return HttpResponse(b'"' + b"x" * (size - 2) + b'"', content_type="application/json")
