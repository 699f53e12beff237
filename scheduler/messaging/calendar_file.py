"""An appointment as an ICS file that phones and mail programs follow through moves."""

from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from icalendar import Alarm, Calendar, Event, vCalAddress, vText

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Clinic
from scheduler.clinic.time_format import in_words
from scheduler.core.status import PATIENT_LIVE
from scheduler.messaging.time_zone_file import time_zone_of

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]
_EVENT = b"BEGIN:VEVENT"
# Time to set out, for whoever keeps no other reminder.
ALARM_BEFORE = timedelta(hours=2)


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
    calendar = Calendar()
    calendar.add("prodid", "-//Clinic scheduler//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    event = Event()
    event.add("uid", f"{appointment.reference}@{urlsplit(settings.PUBLIC_URL).hostname}")
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", appointment.starts_at.astimezone(tz))
    event.add("dtend", appointment.ends_at.astimezone(tz))
    with translation.override(appointment.language):
        by_phone = appointment.visit_type.by_phone
        title = gettext("Phone visit") if by_phone else gettext("Visit")
        read_before, change = gettext("Read before your visit"), gettext("Change")
        arrive_by = "" if by_phone else _arrive_by(appointment, tz)
        place = gettext("By phone: we call you at this time") if by_phone else clinic.address
    summary = f"{clinic.sms_name}: {title}"
    event.add("summary", summary)
    event.add(
        "description",
        f"{arrive_by}{read_before}: {information_link}\n{change}: {manage_link}\n{clinic.phone}",
    )
    event.add("url", manage_link)
    event.add("class", "PRIVATE")
    event.add("location", place)
    live = method != "CANCEL" and appointment.status in PATIENT_LIVE
    event.add("status", "CONFIRMED" if live else "CANCELLED")
    organizer = vCalAddress(f"mailto:{clinic.email}")
    organizer.params["CN"] = vText(clinic.sms_name)
    event["organizer"] = organizer
    if attendee:
        guest = vCalAddress(f"mailto:{attendee}")
        guest.params["PARTSTAT"] = vText("ACCEPTED")
        guest.params["RSVP"] = vText("FALSE")
        event.add("attendee", guest)
    if live:
        event.add_component(_alarm(summary))
    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    zone = time_zone_of(tz, appointment.starts_at.astimezone(tz).year)
    return content.replace(_EVENT, zone + _EVENT, 1)


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
