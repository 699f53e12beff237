"""The calls that are off the queue, the latest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, IntegerField, Max, QuerySet, Value
from django.db.models.functions import Coalesce

from scheduler.contact_requests.models import CallAttempt, ContactRequest
from scheduler.worklist.models import StaffTask

PAGE = 50
_REQUEST, _TASK, _ATTEMPT = 1, 2, 3
_CALLS = (
    StaffTask.Kind.CALL_TO_BOOK,
    StaffTask.Kind.CALL_CLOSED,
    StaffTask.Kind.CALL_CHANGED,
)


@dataclass(frozen=True, slots=True)
class Done:
    """One call that is over: a request, a task, or a try to hear about a visit."""

    at: datetime
    request: ContactRequest | None = None
    task: StaffTask | None = None
    attempt: CallAttempt | None = None


def calls_done(page: int) -> tuple[list[Done], bool]:
    """A page of them, and whether there are more."""
    first = (max(1, page) - 1) * PAGE
    rows = list(_keys()[first : first + PAGE + 1])
    wanted: dict[int, list[int]] = {_REQUEST: [], _TASK: [], _ATTEMPT: []}
    for row in rows:
        wanted[row["what"]].append(row["pk"])
    requests = ContactRequest.objects.prefetch_related("attempts__by").in_bulk(wanted[_REQUEST])
    tasks = StaffTask.objects.select_related(
        "done_by", "appointment__patient", "appointment__visit_type"
    ).in_bulk(wanted[_TASK])
    attempts = CallAttempt.objects.select_related(
        "by", "appointment__patient", "appointment__visit_type"
    ).in_bulk(wanted[_ATTEMPT])
    found = [
        Done(
            row["ended"],
            requests.get(row["pk"]) if row["what"] == _REQUEST else None,
            tasks.get(row["pk"]) if row["what"] == _TASK else None,
            attempts.get(row["pk"]) if row["what"] == _ATTEMPT else None,
        )
        for row in rows[:PAGE]
    ]
    return found, len(rows) > PAGE


def _keys() -> QuerySet[Any, dict[str, Any]]:
    requests = ContactRequest.objects.exclude(status=ContactRequest.Status.OPEN)
    tasks = StaffTask.objects.filter(kind__in=_CALLS, done_at__isnull=False)
    about_visits = CallAttempt.objects.filter(appointment__isnull=False).exclude(
        appointment__stafftask__kind__in=_CALLS
    )
    last_try = Coalesce(Max("attempts__at"), F("promised_by"))
    found: QuerySet[Any, dict[str, Any]] = _ended(requests, _REQUEST, last_try).union(
        _ended(tasks, _TASK, F("done_at")), _ended(about_visits, _ATTEMPT, F("at")), all=True
    )
    return found.order_by("-ended", "-pk")


def _ended(found: QuerySet[Any], what: int, ended: Any) -> QuerySet[Any, dict[str, Any]]:
    marked = found.annotate(what=Value(what, output_field=IntegerField()), ended=ended)
    keys: QuerySet[Any, dict[str, Any]] = marked.order_by().values("what", "pk", "ended")
    return keys
