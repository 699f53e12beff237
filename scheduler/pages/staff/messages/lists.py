"""Messages: what needs a person, what is due, sent, failed or uncertain, and who wrote to us."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from scheduler.accounts.access import may
from scheduler.accounts.roles import Right
from scheduler.audit.viewed import patients_viewed
from scheduler.clinic.current import current_clinic
from scheduler.core import parsing
from scheduler.frontdesk.message_list import (
    STATES,
    latest_texts,
    messages_in,
    open_tasks,
    page_of,
    people_by_number,
)
from scheduler.messaging.delivery.held_up import HELD_UP
from scheduler.pages.staff.guard import staff
from scheduler.pages.staff.messages.words import ADVICE, LOOKED_UP, WAITS, Shown, shown, why
from scheduler.pages.staff.show_page import show_page
from scheduler.pages.staff.time_words import clinic_time, how_long
from scheduler.patients.models import Patient
from scheduler.worklist.models import StaffTask

TABS = (
    ("needs", "Needs a person", "/staff/messages/"),
    ("due", "Due", "/staff/messages/due/"),
    ("sent", "Sent", "/staff/messages/sent/"),
    ("failed", "Failed", "/staff/messages/failed/"),
    ("uncertain", "Uncertain", "/staff/messages/uncertain/"),
    ("talks", "Conversations", "/staff/messages/talks/"),
)
NONE = {
    "due": "Nothing is due.",
    "sent": "Nothing was sent yet.",
    "failed": "Nothing failed.",
    "uncertain": "Nothing is uncertain.",
}
TO_RESEND = {"failed", "uncertain"}


@dataclass(frozen=True, slots=True)
class TaskRow:
    """Something that needs a person; `people` are those who may have written."""

    task: StaffTask
    advice: str
    since: str
    message: Shown | None
    note: str
    visit: str
    patient: Patient | None
    people: list[Patient]


@require_safe
@staff(Right.SEE_MESSAGES)
def tasks(request: HttpRequest) -> HttpResponse:
    """What waits for a person, each with what to do about it."""
    clinic = current_clinic("sending_paused_by")
    found = page_of(open_tasks(), _page(request))
    numbers = {task.inbound.from_number for task in found.rows if task.inbound}
    people = people_by_number(numbers)
    rows = [_task_row(task, people, clinic.zone) for task in found.rows]
    patients_viewed(row.patient.pk for row in rows if row.patient)
    patients_viewed(one.pk for row in rows for one in row.people)
    context = _frame(request, "needs") | {
        "rows": rows,
        "page": found.number,
        "more": found.more,
        "paused_at": clinic_time(clinic.sending_paused_at, clinic.zone)
        if clinic.sending_paused_at
        else "",
        "paused_by": clinic.sending_paused_by,
    }
    return show_page(request, "staff/messages/tasks.html", context)


@require_safe
@staff(Right.SEE_MESSAGES)
def state(request: HttpRequest, state: str) -> HttpResponse:
    """The messages in one state: due, sent, failed or uncertain."""
    if state not in STATES:
        raise Http404
    tz = current_clinic().zone
    found = page_of(messages_in(state), _page(request))
    people = people_by_number(one.inbound.from_number for one in found.rows if one.inbound)
    rows = [
        (shown(one, tz), people[one.inbound.from_number] if one.inbound else [])
        for one in found.rows
    ]
    patients_viewed(row.patient for row, _ in rows)
    patients_viewed(one.pk for found_people in people.values() for one in found_people)
    context = _frame(request, state) | {
        "rows": rows,
        "none": NONE[state],
        "can_resend": state in TO_RESEND,
        "page": found.number,
        "more": found.more,
    }
    return show_page(request, "staff/messages/state.html", context)


@require_safe
@staff(Right.SEE_MESSAGES)
def conversations(request: HttpRequest) -> HttpResponse:
    """Who wrote to us, the latest first."""
    tz = current_clinic().zone
    found = page_of(latest_texts(), _page(request))
    people = people_by_number(text.from_number for text in found.rows)
    rows = [
        (text, clinic_time(text.received_at, tz), people[text.from_number]) for text in found.rows
    ]
    patients_viewed(one.pk for found_people in people.values() for one in found_people)
    context = _frame(request, "talks") | {
        "rows": rows,
        "page": found.number,
        "more": found.more,
    }
    return show_page(request, "staff/messages/conversations.html", context)


def _frame(request: HttpRequest, here: str) -> dict[str, object]:
    return {
        "tabs": TABS,
        "here": here,
        "may_edit": may(request.user, Right.EDIT_MESSAGES),
    }


def _page(request: HttpRequest) -> int:
    return parsing.page(request.GET.get("page"))


def _task_row(task: StaffTask, people: dict[str, list[Patient]], tz: ZoneInfo) -> TaskRow:
    message, visit = task.message, task.appointment
    owner = visit or (message.contact_request if message else None)
    return TaskRow(
        task=task,
        advice=_advice(task, tz),
        since=how_long(timezone.now() - task.created_at),
        message=shown(message, tz) if message else None,
        note=_note(task),
        visit=f"{visit.visit_type}, {clinic_time(visit.starts_at, tz)}" if visit else "",
        patient=owner.patient if owner else None,
        people=people.get(task.inbound.from_number, []) if task.inbound else [],
    )


def _advice(task: StaffTask, tz: ZoneInfo) -> str:
    if task.message and task.note == HELD_UP and not shown(task.message, tz).may_go_again:
        return WAITS
    begun = task.message.sending_at if task.message else None
    if begun is None or task.note not in LOOKED_UP:
        return ADVICE[task.kind]
    return LOOKED_UP[task.note].format(since=clinic_time(begun, tz))


def _note(task: StaffTask) -> str:
    """Why it is here. Of a doubtful mail, what the mail server said, if it said anything."""
    if task.kind == StaffTask.Kind.UNCERTAIN:
        return "" if task.note in LOOKED_UP else task.note
    return why("", task.note) if task.message else task.note
