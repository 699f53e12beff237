"""An appointment as an ICS file that phones and mail programs follow through moves.

Most files of a clinic differ in their times and links alone, so what stands around those is put
together once.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from icalendar import Alarm, Calendar, Event, vCalAddress, vText
from icalendar.parser import Contentline

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Clinic
from scheduler.clinic.time_format import in_words
from scheduler.core.status import PATIENT_LIVE
from scheduler.messaging.time_zone_file import time_zone_of

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]
_EVENT = b"BEGIN:VEVENT"
# Time to set out, for whoever keeps no other reminder.
ALARM_BEFORE = timedelta(hours=2)
# What stands in a frame where files differ, as a file would write it.
_STAMP = datetime(2000, 1, 1, 0, 0, 1, tzinfo=UTC)
_START, _END = datetime(2000, 1, 1, 0, 0, 2), datetime(2000, 1, 1, 0, 0, 3)  # noqa: DTZ001
_SEQUENCE = 20000101
_UTC, _LOCAL = "%Y%m%dT%H%M%SZ", "%Y%m%dT%H%M%S"
_UID, _DESCRIPTION, _URL, _GUEST = "hole-uid", "hole-description", "hole-url", "hole-guest"
_HOLE = re.compile(
    f"{_UID}|{_DESCRIPTION}|{_URL}|{_GUEST}|(?<=SEQUENCE:){_SEQUENCE}"
    f"|{_STAMP:{_UTC}}|{_START:{_LOCAL}}|{_END:{_LOCAL}}"
)


class _Frame(NamedTuple):
    """What the files of many visits have in common. `by` and `sender` are the clinic's address and
    name there; `live` says that the visit stands."""

    tz: ZoneInfo
    method: Method
    live: bool
    summary: str
    place: str
    by: str
    sender: str
    has_guest: bool


def calendar_file(
    appointment: Appointment,
    clinic: Clinic,
    *,
    method: Method,
    now: datetime,
    information_link: str,
    manage_link: str,
    attendee: str = "",
) -> bytes:
    """The ICS of one appointment (RFC 5545). Its UID never changes; SEQUENCE goes up with moves.

    `now` becomes DTSTAMP; times carry the clinic's zone. It starts when the visit does, says when
    to arrive, and rings two hours ahead. No condition is named anywhere.
    """
    tz = ZoneInfo(clinic.time_zone)
    starts, ends = (at.astimezone(tz) for at in (appointment.starts_at, appointment.ends_at))
    with translation.override(appointment.language):
        by_phone = appointment.visit_type.by_phone
        title = gettext("Phone visit") if by_phone else gettext("Visit")
        arrive_by = "" if by_phone else _arrive_by(appointment, tz)
        frame = _Frame(
            tz=tz,
            method=method,
            live=method != "CANCEL" and appointment.status in PATIENT_LIVE,
            summary=f"{clinic.sms_name}: {title}",
            place=gettext("By phone: we call you at this time") if by_phone else clinic.address,
            by=clinic.email,
            sender=clinic.sms_name,
            has_guest=bool(attendee),
        )
        description = (
            f"{arrive_by}{gettext('Read before your visit')}: {information_link}\n"
            f"{gettext('Change')}: {manage_link}\n{clinic.phone}"
        )
    filled = {
        _UID: f"{appointment.reference}@{urlsplit(settings.PUBLIC_URL).hostname}",
        _DESCRIPTION: vText(description).to_ical().decode(),
        _URL: manage_link,
        _GUEST: attendee,
        f"{_SEQUENCE}": str(appointment.sequence),
        f"{_STAMP:{_UTC}}": f"{now.astimezone(UTC):{_UTC}}",
        f"{_START:{_LOCAL}}": f"{starts:{_LOCAL}}",
        f"{_END:{_LOCAL}}": f"{ends:{_LOCAL}}",
    }
    content = b"".join(
        line if isinstance(line, bytes) else _written(_HOLE.sub(lambda at: filled[at[0]], line))
        for line in _lines(frame)
    )
    return content.replace(_EVENT, time_zone_of(tz, starts.year) + _EVENT, 1)


@lru_cache(maxsize=100)
def _lines(frame: _Frame) -> list[bytes | str]:
    """Put together once: as they are written, and as text where there is something to fill in."""
    calendar = Calendar()
    calendar.add("prodid", "-//Clinic scheduler//EN")
    calendar.add("version", "2.0")
    calendar.add("method", frame.method)
    event = Event()
    event.add("uid", _UID)
    event.add("sequence", _SEQUENCE)
    event.add("dtstamp", _STAMP)
    event.add("dtstart", _START.replace(tzinfo=frame.tz))
    event.add("dtend", _END.replace(tzinfo=frame.tz))
    event.add("summary", frame.summary)
    event.add("description", _DESCRIPTION)
    event.add("url", _URL)
    event.add("class", "PRIVATE")
    event.add("location", frame.place)
    event.add("status", "CONFIRMED" if frame.live else "CANCELLED")
    organizer = vCalAddress(f"mailto:{frame.by}")
    organizer.params["CN"] = vText(frame.sender)
    event["organizer"] = organizer
    if frame.has_guest:
        guest = vCalAddress(f"mailto:{_GUEST}")
        guest.params["PARTSTAT"] = vText("ACCEPTED")
        guest.params["RSVP"] = vText("FALSE")
        event.add("attendee", guest)
    if frame.live:
        event.add_component(_alarm(frame.summary))
    calendar.add_component(event)
    lines = filter(None, calendar.content_lines())
    return [str(line) if _HOLE.search(line) else _written(line) for line in lines]


def _written(line: str) -> bytes:
    written: bytes = Contentline(line).to_ical()  # type: ignore[no-untyped-call]
    return written + b"\r\n"


def _arrive_by(appointment: Appointment, tz: ZoneInfo) -> str:
    """A line such as "Please arrive by: 9:40 AM", in the language that is active; or nothing."""
    early = timedelta(minutes=appointment.visit_type.arrive_early_minutes)
    if not early:
        return ""
    by = in_words(appointment.starts_at - early, tz, appointment.language)
    return f"{gettext('Please arrive by')}: {by.time}\n"


def _alarm(summary: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", -ALARM_BEFORE)
    return alarm
