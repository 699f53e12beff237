"""Move a visit by keyboard: the day, with whom, what is free then, and whether to tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from scheduler.accounts.roles import Right
from scheduler.availability.load_schedule import UnknownProvider, load_schedule
from scheduler.availability.visit_rules import load_visit
from scheduler.booking.models import Appointment
from scheduler.booking.queue_phone_call import TO_CALL, is_to_be_called
from scheduler.booking.refusals import Alternative, SlotTaken, may_overbook
from scheduler.booking.reschedule import reschedule
from scheduler.clinic.current import current_clinic
from scheduler.clinic.date_format import date_in_words
from scheduler.clinic.models import Provider
from scheduler.clinic.time_format import in_words, time_in_words
from scheduler.core import parsing
from scheduler.core.refusal import Refusal
from scheduler.pages.staff.calendar.appointment import find
from scheduler.pages.staff.calendar.overbooking import REASONS, reason_of
from scheduler.pages.staff.guard import staff
from scheduler.pages.staff.htmx_answers import htmx_asks, show_part_or_page, tell
from scheduler.refusals.catalog import staff_words
from tasks.nudge import nudge

_WALL = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True, slots=True)
class Wrong:
    """What stands against a move, in words: of the `day`, of the `time`, or of neither.

    `may_overbook`: with a reason it may stand there all the same.
    """

    words: str
    of: str = ""
    alternatives: Sequence[Alternative] = ()
    may_overbook: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted so far: a day, perhaps a time of it, and with whom ("" is anybody).

    `wrong` says what of it can't be: a day that is none, or a time of another day.
    """

    day: date
    time: str
    provider: str
    wrong: Wrong | None = None

    @property
    def start(self) -> datetime:
        """By the clinic's wall clock, without a zone."""
        return datetime.combine(self.day, time.fromisoformat(self.time))


@dataclass(frozen=True, slots=True)
class Free:
    """A free start. `value` is "2026-11-24T10:00": it names its day, whatever the form says."""

    value: str
    time: str
    words: str


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Right.BOOK)
def move(request: HttpRequest, reference: str) -> HttpResponse:
    """GET shows what is free on a day, as does POST with `look`, which is the form's own button;
    POST moves, or says why not (409) with what is free near."""
    visit = find(request, reference)
    if request.method != "POST":
        return _show(request, visit, _wish(request.GET, visit))
    wish = _wish(request.POST, visit)
    if "look" in request.POST:
        return _show(request, visit, wish)
    return _move(request, visit, wish)


def _move(request: HttpRequest, visit: Appointment, wish: Wish) -> HttpResponse:
    reason, zone = reason_of(request.POST), current_clinic().zone
    if wish.wrong or not wish.time:
        return _show(request, visit, wish, why=wish.wrong or Wrong("Choose a time.", "time"))
    try:
        moved = reschedule(
            visit.pk,
            wish.start.replace(tzinfo=zone),
            provider=wish.provider or None,
            version=parsing.number(request.POST.get("version")),
            by=Appointment.Actor.STAFF,
            overbook_reason=reason,
            tell="tell" in request.POST,
            now=timezone.now(),
        )
    except Refusal as refusal:
        return _show(request, visit, wish, why=_wrong(refusal, overbooking=bool(reason)))
    nudge()
    when = in_words(moved.starts_at, zone, "en")
    said = f"{visit.patient} is at {when.time} on {when.date_short} now."
    if is_to_be_called(moved):
        said = f"{said} {TO_CALL}"
    if not htmx_asks(request):
        messages.success(request, said)
        return redirect("staff-appointment", reference=visit.reference)
    return tell(HttpResponse(), said)


def _wrong(refusal: Refusal, *, overbooking: bool) -> Wrong:
    """`overbooking` where a reason was given already."""
    may_yet = may_overbook(refusal) and not overbooking
    return Wrong(staff_words(refusal), "", _others(refusal), may_yet)


def _others(refusal: Refusal) -> Sequence[Alternative]:
    return refusal.alternatives if isinstance(refusal, SlotTaken) else ()


def _wish(typed: Mapping[str, str], visit: Appointment) -> Wish:
    """From the form (`day`, `time` or `other_time`, `provider`), or from `start` and `provider` in
    an address. What is missing is the visit's own; what was given is never taken for another."""
    own = visit.starts_at.astimezone(current_clinic().zone).date()
    provider = typed.get("provider", visit.provider.slug)
    start = parsing.wall_time(typed.get("start")) or parsing.wall_time(typed.get("time"))
    day = own if start is None else start.date()
    if "day" in typed:
        given = parsing.day(typed["day"])
        if given is None:
            return Wish(own, "", provider, Wrong("Give the day, such as 11/24/2026.", "day"))
        day = given
    if typed.get("other_time"):
        return _other_time(typed["other_time"], day, provider)
    if start is None:
        return Wish(day, "", provider)
    if start.date() != day:
        chosen, asked = date_in_words(start.date(), "en"), date_in_words(day, "en")
        words = f"The time you chose is on {chosen}, and the day is {asked}. Choose a time of it."
        return Wish(day, "", provider, Wrong(words, "time"))
    return Wish(day, f"{start:%H:%M}", provider)


def _other_time(written: str, day: date, provider: str) -> Wish:
    at = parsing.clock(written)
    if at is None:
        return Wish(day, "", provider, Wrong("Give the time, such as 2:05 PM.", "time"))
    return Wish(day, f"{at:%H:%M}", provider)


def _show(
    request: HttpRequest, visit: Appointment, wish: Wish, *, why: Wrong | None = None
) -> HttpResponse:
    """The dialog; where its day or provider was changed, the part of it that follows them."""
    zone = current_clinic().zone
    when = in_words(visit.starts_at, zone, "en")
    free, why = _free(visit, wish), why or wish.wrong
    context = {
        "visit": visit,
        "stands": f"{when.date_short}, {when.time}",
        "wish": wish,
        "day": date_in_words(wish.day, "en"),
        "free": free,
        "is_free": any(one.time == wish.time for one in free),
        # Where the keyboard goes on: to the time wished for, else to the first.
        "first": next((one.time for one in free if one.time >= wish.time), ""),
        "asked": bool(request.GET) or "look" in request.POST,
        "providers": Provider.objects.filter(active=True, visit_types=visit.visit_type),
        "why": why,
        "alternatives": [_alternative(one, zone) for one in (why.alternatives if why else ())],
        "reasons": REASONS,
        "tells": request.method != "POST" or "tell" in request.POST,
    }
    if htmx_asks(request, target="move-times"):
        return render(request, "staff/_move_times.html", context)
    return show_part_or_page(
        request,
        "staff/_appointment_move.html",
        "staff/appointment_move.html",
        context,
        status=409 if why else 200,
    )


def _alternative(one: Alternative, zone: ZoneInfo) -> dict[str, str]:
    when = in_words(one.start, zone, "en")
    return {
        "start": one.start.astimezone(zone).strftime(_WALL),
        "provider": one.provider,
        "words": f"{when.date_short}, {when.time}",
    }


def _free(visit: Appointment, wish: Wish) -> list[Free]:
    """What the visit could move to that day, on its own grid, by the clinic's clock."""
    if wish.wrong and wish.wrong.of == "day":
        return []
    rules = load_visit(visit.visit_type.slug, staff=True)
    grid = rules.shape.grid
    try:
        schedule = load_schedule(
            rules.for_staff(),
            wish.day,
            wish.day,
            now=timezone.now(),
            provider=wish.provider or None,
            exclude_id=visit.pk,
        )
    except UnknownProvider:
        return []
    starts = sorted({at for starts in schedule.free_starts.values() for at in starts})
    local = [datetime.fromtimestamp(at, rules.tz) for at in starts if at % grid == 0]
    if wish.provider == visit.provider.slug:
        local = [at for at in local if at != visit.starts_at]
    return [Free(at.strftime(_WALL), at.strftime("%H:%M"), time_in_words(at)) for at in local]
