"""The day as a flow board: expected, arrived, in a room, done, missed, and one tap between them."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from scheduler.accounts.access import may, visible_appointments
from scheduler.accounts.roles import Right
from scheduler.audit.viewed import patients_viewed
from scheduler.booking.set_appointment_status import STEPS, set_appointment_status
from scheduler.clinic.current import current_clinic
from scheduler.clinic.models import Provider
from scheduler.closures.delays import delays_at
from scheduler.core import parsing
from scheduler.core.refusal import Refusal
from scheduler.core.status import EXPECTED, AppointmentStatus
from scheduler.frontdesk.calendar_version import calendar_version
from scheduler.frontdesk.day_board import Card, cards, unsettled_before, visits_of
from scheduler.pages.staff.day_in_address import Day, day_of, first_day_of
from scheduler.pages.staff.guard import staff
from scheduler.pages.staff.htmx_answers import show_part_or_page, tell
from scheduler.pages.staff.refuse import toast
from scheduler.pages.staff.show_page import show_page
from scheduler.worklist.models import StaffTask

_S = AppointmentStatus
# Each column with the states that stand in it.
COLUMNS = (
    ("expected", "Expected", EXPECTED),
    ("arrived", "Arrived", (_S.ARRIVED,)),
    ("in-room", "In room", (_S.IN_ROOM,)),
    ("done", "Done", (_S.COMPLETED,)),
    ("missed", "Missed", (_S.NO_SHOW,)),
)
WORDS = {
    _S.BOOKED: "not here yet",
    _S.ARRIVED: "arrived",
    _S.IN_ROOM: "in the room",
    _S.COMPLETED: "done",
    _S.NO_SHOW: "missed",
}


@require_safe
@staff(Right.SEE_CALENDAR)
def board(request: HttpRequest) -> HttpResponse:
    """The board of `day`, of one `provider` where asked; the columns alone where htmx asks."""
    now, clinic = timezone.now(), current_clinic()
    context = _board(request, first_day_of(request, clinic, now=now), clinic.zone, now=now)
    return show_part_or_page(request, "staff/today/_board.html", "staff/today/board.html", context)


def _board(request: HttpRequest, day: Day, tz: ZoneInfo, *, now: datetime) -> dict[str, Any]:
    chosen = request.GET.get("provider", "")
    # Read first: what changes meanwhile is asked for again, not missed.
    context = {"version": calendar_version(), "day": day, "chosen": chosen}
    visits = visits_of(visible_appointments(request.user), day.shown, tz, provider=chosen)
    delays = delays_at(now)
    found = cards(visits, delays, tz, now=now)
    patients_viewed(card.appointment.patient_id for card in found)
    return context | {
        "columns": [
            (slug, name, [card for card in found if card.appointment.status in states])
            for slug, name, states in COLUMNS
        ],
        "providers": [(one, delays.get(one.pk)) for one in _providers(found)],
        "may_change": may(request.user, Right.BOOK),
    }


def _providers(found: list[Card]) -> list[Provider]:
    """Everybody who sees patients, and who has a visit that day although they no longer do."""
    working = Provider.objects.filter(active=True, call_desk=False)
    others = {card.appointment.provider for card in found if not card.appointment.provider.active}
    return sorted({*working, *others}, key=lambda one: one.name)


@require_safe
@staff(Right.SEE_CALENDAR, Right.SEE_OWN_DAY)
def version(request: HttpRequest) -> HttpResponse:
    """The version of what is shown as text, with the event `changed`; 204 while it is `seen`."""
    current = calendar_version()
    if current == request.GET.get("seen"):
        return HttpResponse(status=204)
    return tell(HttpResponse(current, content_type="text/plain"))


@require_POST
@staff(Right.BOOK)
def take_step(request: HttpRequest, reference: str) -> HttpResponse:
    """POST `to` (a status) and the `version` that was looked at: 204, or 409 with what to say."""
    now = timezone.now()
    appointment = get_object_or_404(
        visible_appointments(request.user).select_related("patient"), reference=reference
    )
    wanted, seen = request.POST.get("to", ""), parsing.number(request.POST.get("version"))
    if wanted not in {*STEPS, _S.BOOKED} or seen is None:
        return HttpResponse(status=400)
    patients_viewed([appointment.patient_id])
    try:
        set_appointment_status(appointment.pk, _S(wanted), version=seen, now=now)
    except Refusal as refusal:
        return toast(refusal)
    return tell(HttpResponse(status=204), f"{appointment.patient}: {WORDS[_S(wanted)]}.")


@require_safe
@staff(Right.SEE_CALENDAR)
def closing(request: HttpRequest) -> HttpResponse:
    """What is unsettled at the end of `day`: who never came, who is still here, open tasks."""
    now, tz = timezone.now(), current_clinic().zone
    day = day_of(request, tz, now=now)
    appointments = visible_appointments(request.user)
    context: dict[str, Any] = {"version": calendar_version(), "day": day}
    found = cards(visits_of(appointments, day.shown, tz), delays_at(now), tz, now=now)
    open_tasks = list(StaffTask.objects.filter(done_at=None).select_related("appointment__patient"))
    context |= {
        "never_came": [card for card in found if card.begun],
        "still_here": [
            card for card in found if card.appointment.status in {_S.ARRIVED, _S.IN_ROOM}
        ],
        "to_come": sum(card.expected and not card.begun for card in found),
        "tasks": open_tasks,
        "earlier": unsettled_before(appointments, day.shown, tz),
        "may_change": may(request.user, Right.BOOK),
        "may_see_messages": may(request.user, Right.SEE_MESSAGES),
    }
    patients_viewed(
        card.appointment.patient_id for card in (*context["never_came"], *context["still_here"])
    )
    patients_viewed(task.appointment.patient_id for task in open_tasks if task.appointment)
    return show_part_or_page(
        request, "staff/today/_closing.html", "staff/today/closing.html", context
    )


@require_safe
@staff(Right.SEE_CALENDAR)
def sheet(request: HttpRequest) -> HttpResponse:
    """The day on paper, a page for each provider, or for the one; it names no condition."""
    now, tz = timezone.now(), current_clinic().zone
    day = day_of(request, tz, now=now)
    visits = visits_of(
        visible_appointments(request.user), day.shown, tz, provider=request.GET.get("provider", "")
    )
    coming = cards(visits, delays_at(now), tz, now=now)
    found = [card for card in coming if card.appointment.status != _S.NO_SHOW]
    patients_viewed(card.appointment.patient_id for card in found)
    pages = {
        provider: [card for card in found if card.appointment.provider_id == provider.pk]
        for provider in sorted({card.appointment.provider for card in found}, key=str)
    }
    return show_page(request, "staff/today/sheet.html", {"day": day, "pages": pages})
