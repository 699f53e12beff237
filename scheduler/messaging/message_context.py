"""The facts that a message's files are filled with."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from scheduler.booking.models import Appointment
from scheduler.clinic.time_format import in_words
from scheduler.closures.models import RescheduleOffer
from scheduler.contact_requests.models import ContactRequest
from scheduler.core.status import AppointmentStatus
from scheduler.messaging.models import Channel, Message
from scheduler.messaging.number_to_call import number_to_call
from scheduler.messaging.plan import CLOSED, is_reminder, minutes_late, template_of
from scheduler.messaging.templates.values import new_time, short_number, short_time
from scheduler.patients.person import Person


class ToldToo(NamedTuple):
    """Another visit of the same patient and day that a text names, and its reminder's id."""

    message_id: int
    starts_at: datetime
    confirmed: bool


def appointment_of(message: Message) -> Appointment | None:
    return message.inbound.appointment if message.inbound else message.appointment


def can_unsubscribe(message: Message) -> bool:
    """Whether it carries the link that stops more of its kind: reminders by mail do."""
    return message.channel == Channel.EMAIL and is_reminder(message.kind)


def _visit_context(
    message: Message, appointment: Appointment, tz: ZoneInfo, told_too: Sequence[ToldToo] = ()
) -> dict[str, Any]:
    language = message.language
    visit_type = appointment.visit_type
    when = in_words(appointment.starts_at, tz, language)
    call_to = number_to_call(appointment) if visit_type.by_phone else ""
    early = timedelta(minutes=visit_type.arrive_early_minutes)
    arrive = in_words(appointment.starts_at - early, tz, language).time if early else ""
    context: dict[str, Any] = {
        "visit": {
            "name": visit_type.name_in(language),
            "date": when.date,
            "date_short": when.date_short,
            "time": when.time,
            "zone": when.zone,
            "zone_name": when.zone_name,
            "arrive_by": arrive,
            "arrive_short": short_time(arrive),
            "minutes": int((appointment.ends_at - appointment.starts_at).total_seconds() // 60),
            "provider": str(appointment.provider),
            "instructions": visit_type.instructions_in(language),
            "is_phone": visit_type.by_phone,
            "call_to": call_to,
            "call_short": short_number(call_to),
            "reference": appointment.reference,
        },
        "confirmed": appointment.status == AppointmentStatus.CONFIRMED,
        **_people(appointment),
    }
    if message.old_starts_at is not None:
        old = in_words(message.old_starts_at, tz, language)
        context["old"] = {"date": old.date, "date_short": old.date_short, "time": old.time}
    if minutes := minutes_late(message.kind):
        expected = appointment.starts_at + timedelta(minutes=minutes)
        context["late"] = {"minutes": minutes, "time": in_words(expected, tz, language).time}
    if template_of(message.kind) == CLOSED:
        context["offer"] = _offer_context(appointment, tz, language)
    if told_too:
        starts = sorted({appointment.starts_at, *(other.starts_at for other in told_too)})
        times = ", ".join(in_words(start, tz, language).time for start in starts)
        context["visit"] |= {"time": times, "several": True}
        context["confirmed"] &= all(other.confirmed for other in told_too)
    return context


def _offer_context(appointment: Appointment, tz: ZoneInfo, language: str) -> dict[str, str]:
    """The new time that is kept after a closing; `time` is empty where none is."""
    offer = appointment.offers.select_related("held__provider").order_by("-pk").first()
    return offer_in_words(offer, tz, language)


def offer_in_words(offer: RescheduleOffer | None, tz: ZoneInfo, language: str) -> dict[str, str]:
    """The same of an offer that is at hand."""
    if offer is None or offer.held is None:
        nothing = {"time": ""}
        return nothing | {"words": new_time(nothing, language)}
    new, until = (in_words(at, tz, language) for at in (offer.held.starts_at, offer.expires_at))
    kept = {
        "date": new.date,
        "date_short": new.date_short,
        "time": new.time,
        "zone": new.zone,
        "provider": str(offer.held.provider),
        "until": f"{until.date_short}, {until.time} {until.zone}",
    }
    return kept | {"words": new_time(kept, language)}


def _people(appointment: Appointment) -> dict[str, Any]:
    """Who is greeted, and for whom the visit is. A hold has nobody but what was typed."""
    if appointment.contact is not None and appointment.patient is not None:
        greeted, patient = appointment.contact.name, appointment.patient.name
    elif appointment.held_details:
        person = Person.from_json(appointment.held_details)
        greeted, patient = person.contact_name or person.name, person.name
    else:
        return {"greeting_name": "", "patient_name": "", "for_other": False}
    return {
        "greeting_name": greeted,
        "patient_name": patient,
        "for_other": greeted != patient,
    }


def _request_context(request: ContactRequest, language: str, tz: ZoneInfo) -> dict[str, Any]:
    promised = in_words(request.promised_by, tz, language)
    return {
        "greeting_name": request.name,
        "by_phone": bool(request.phone),
        "expect_by": f"{promised.date_short}, {promised.time} {promised.zone}",
    }
