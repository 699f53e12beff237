"""Choosing a day and a time: one offer, for visits that are booked and visits that move."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from scheduler.availability.load_schedule import UnknownProvider
from scheduler.availability.visit_rules import Visit, who_sees
from scheduler.booking.slot_assignment import nearest
from scheduler.clinic.models import Provider, VisitType
from scheduler.clinic.time_format import in_words, time_in_words
from scheduler.core import parsing
from scheduler.pages.free_days import (
    FreeDays,
    FreeTime,
    by_themselves,
    free_days,
    horizon_of,
    starts_from,
)
from scheduler.pages.typography import unbroken

FAR = timedelta(days=5 * 365)


@dataclass(frozen=True, slots=True)
class PickerChoice:
    """Who to see, a slug or "" for anyone, and the local day to begin at (None is today)."""

    provider: str
    since: date | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """Minutes ahead, with an example: "9:40 AM" for "10:00 AM"."""

    minutes: int
    arrive: str
    start: str


@dataclass(frozen=True, slots=True)
class SlotPicker:
    """What `times/` shows. `chosen` is the start that is ticked, RFC 3339, or "".

    `too_late`: nothing was free from the day that was asked for, so the first days are shown.
    """

    visit_name: str
    minutes: int
    by_phone: bool
    arrival: Arrival | None
    zone: str
    provider: str
    providers: list[Provider]
    since: date | None
    too_late: bool
    free: FreeDays
    nearest: list[FreeTime]
    chosen: str


def picker_choice(form: Mapping[str, str], *, usually: str) -> PickerChoice:
    """`with` (the provider `usually` where it is not said) and `from` (ISO 8601) of a form."""
    return PickerChoice(form.get("with", usually), parsing.day(form.get("from")))


def typed_start(text: str, now: datetime) -> datetime | None:
    """An instant with an offset that is no more than years away, or None."""
    at = parsing.instant(text)
    return at if at is not None and abs(at - now) < FAR else None


def nearest_to(start: datetime, visit: Visit, *, provider: str, now: datetime) -> list[str]:
    """The free starts nearest to one that is lost, RFC 3339, sorted; anyone's if need be."""
    try:
        found = nearest(visit, start, provider=provider or None, now=now)
    except UnknownProvider:
        found = nearest(visit, start, provider=None, now=now)
    return list(dict.fromkeys(slot.start.isoformat() for slot in found))


def slot_picker(
    visit: Visit,
    visit_type: VisitType,
    wanted: PickerChoice,
    *,
    exclude_id: int | None,
    language: str,
    now: datetime,
    leave_out: datetime | None = None,
    near: Iterable[str] = (),
    chosen: str = "",
) -> SlotPicker:
    """The free times with whom is asked for, with anyone where they don't see such visits.

    `exclude_id` is an appointment that blocks nothing, `leave_out` a start that is not offered;
    `near` are starts to name first, as far as they are free.
    """
    provider, near = wanted.provider, list(near)
    reach = max((visit.local_day(datetime.fromisoformat(value)) for value in near), default=None)

    def since(day: date | None, provider: str) -> list[int]:
        return starts_from(
            visit, day, reach=reach, provider=provider, exclude_id=exclude_id, now=now
        )

    try:
        starts = since(wanted.since, provider)
    except UnknownProvider:
        provider = ""
        starts = since(wanted.since, provider)
    too_late = wanted.since is not None and not starts
    if too_late:
        starts = since(None, provider)
    if leave_out is not None:
        starts = [at for at in starts if at != int(leave_out.timestamp())]
    nearest_free = by_themselves(near, starts, visit, language)
    return SlotPicker(
        visit_name=visit_type.name_in(language),
        minutes=visit_type.duration_minutes,
        by_phone=visit_type.by_phone,
        arrival=_arrival(starts, visit, visit_type.arrive_early_minutes),
        zone=in_words(now, visit.tz, language).zone_name,
        provider=provider,
        providers=who_sees(visit),
        since=None if too_late else wanted.since,
        too_late=too_late,
        free=free_days(
            starts,
            visit,
            horizon=horizon_of(visit, now=now),
            opened=not nearest_free,
            chosen=chosen,
            language=language,
        ),
        nearest=nearest_free,
        chosen=chosen,
    )


def _arrival(starts: list[int], visit: Visit, minutes: int) -> Arrival | None:
    if not (starts and minutes):
        return None
    start = datetime.fromtimestamp(starts[0], visit.tz)
    early = datetime.fromtimestamp(starts[0] - 60 * minutes, visit.tz)
    return Arrival(minutes, unbroken(time_in_words(early)), unbroken(time_in_words(start)))
