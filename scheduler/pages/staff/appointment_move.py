"""Move a visit by keyboard: the day, with whom, what is free then, and whether to tell."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from scheduler.actions.call_instead import TO_CALL, is_to_be_called
from scheduler.actions.reschedule import reschedule
from scheduler.actions.say_why import REFUSALS, Why, say_why
from scheduler.models import Appointment, Clinic, Provider
from scheduler.pages.staff.appointment import find, panel_or_page, tell
from scheduler.pages.staff.guard import staff
from scheduler.pages.staff.overbooking import REASONS, reason_of
from scheduler.queries.access import Right
from scheduler.queries.availability import UnknownProvider, load_schedule, load_visit
from scheduler.queries.when import in_words, time_in_words
from tasks.nudge import nudge

_WALL = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted so far: a day, perhaps a time of it, and with whom ("" is anybody)."""

    day: date
    time: str
    provider: str

    @property
    def start(self) -> str:
        return f"{self.day.isoformat()}T{self.time}"


@dataclass(frozen=True, slots=True)
class Free:
    """A free start. `value` is its time of day, "10:00"."""

    value: str
    words: str


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Right.BOOK)
def move(request: HttpRequest, reference: str) -> HttpResponse:
    """GET shows what is free on a day; POST moves, or says why not (409) with what is free near."""
    visit = find(request, reference)
    if request.method == "POST":
        return _move(request, visit)
    wish = _wish(request.GET, visit)
    return _show(request, visit, wish)


def _move(request: HttpRequest, visit: Appointment) -> HttpResponse:
    wish, reason = _wish(request.POST, visit), reason_of(request.POST)
    zone = Clinic.objects.get().zone
    version = request.POST.get("version", "")
    if not wish.time:
        return _show(request, visit, wish, why=Why("time", "Choose a time."))
    try:
        moved = reschedule(
            visit.pk,
            datetime.fromisoformat(wish.start).replace(tzinfo=zone),
            provider=wish.provider or None,
            version=int(version) if version.isdecimal() else None,
            by=Appointment.Actor.STAFF,
            overbook_reason=reason,
            tell="tell" in request.POST,
            now=timezone.now(),
        )
    except REFUSALS as error:
        return _show(request, visit, wish, why=say_why(error, overbooking=bool(reason)))
    nudge()
    when = in_words(moved.starts_at, zone, "en")
    said = f"{visit.patient} is at {when.time} on {when.date_short} now."
    if is_to_be_called(moved):
        said = f"{said} {TO_CALL}"
    if not request.htmx:  # type: ignore[attr-defined]
        messages.success(request, said)
        return redirect("staff-appointment", reference=visit.reference)
    return tell(HttpResponse(), said)


def _wish(typed: Any, visit: Appointment) -> Wish:
    """From a form, or from `start` (2026-11-24T10:00) and `provider` in the address; what is
    missing or makes no sense is the visit's own day and provider."""
    zone = Clinic.objects.get().zone
    day, _, clock = typed.get("start", "").partition("T")
    day, clock = typed.get("day") or day, typed.get("other_time") or typed.get("time") or clock
    try:
        wanted = datetime.strptime(day, "%Y-%m-%d").date()  # noqa: DTZ007 - a day of the clinic's
    except ValueError:
        wanted = visit.starts_at.astimezone(zone).date()
    try:
        clock = datetime.strptime(clock, "%H:%M").strftime("%H:%M") if clock else ""  # noqa: DTZ007
    except ValueError:
        clock = ""
    return Wish(wanted, clock, typed.get("provider", visit.provider.slug))


def _show(
    request: HttpRequest, visit: Appointment, wish: Wish, *, why: Why | None = None
) -> HttpResponse:
    zone = Clinic.objects.get().zone
    when = in_words(visit.starts_at, zone, "en")
    free = _free(visit, wish)
    context = {
        "visit": visit,
        "stands": f"{when.date_short}, {when.time}",
        "wish": wish,
        "free": free,
        "is_free": any(one.value == wish.time for one in free),
        # Where the keyboard goes on: to the time wished for, else to the first.
        "first": next((one.value for one in free if one.value >= wish.time), ""),
        "asked": bool(request.GET),
        "providers": Provider.objects.filter(active=True, visit_types=visit.visit_type),
        "why": why,
        "alternatives": [
            {
                "start": one.start.astimezone(zone).strftime(_WALL),
                "provider": one.provider,
                "words": f"{in_words(one.start, zone, 'en').date_short}, "
                f"{time_in_words(one.start.astimezone(zone))}",
            }
            for one in (why.alternatives if why else ())
        ],
        "reasons": REASONS,
        "tells": request.method != "POST" or "tell" in request.POST,
    }
    return panel_or_page(request, "appointment_move", context, status=409 if why else 200)


def _free(visit: Appointment, wish: Wish) -> list[Free]:
    """What the visit could move to that day, on its own grid, by the clinic's clock."""
    rules = load_visit(visit.visit_type.slug, staff=True)
    grid = rules.shape.grid
    try:
        schedule = load_schedule(
            rules.for_staff(),
            wish.day,
            wish.day,
            now=timezone.now(),
            provider=wish.provider or None,
            ignoring=visit.pk,
        )
    except UnknownProvider:
        return []
    starts = sorted({at for starts in schedule.free_starts.values() for at in starts})
    local = [datetime.fromtimestamp(at, rules.tz) for at in starts if at % grid == 0]
    if wish.provider == visit.provider.slug:
        local = [at for at in local if at != visit.starts_at]
    return [Free(at.strftime("%H:%M"), time_in_words(at)) for at in local]
