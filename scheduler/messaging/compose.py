"""Put a message into words: templates by kind, language and part, with placeholders for secrets.

What is stored holds `[[manage_link]]`, `[[information_link]]`, `[[request_link]]` and `[[code]]`;
`fill` puts the real ones in just before sending.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import mrml
from django.conf import settings
from django.template.loader import render_to_string

from scheduler import links
from scheduler.actions.issue_links import information_url, manage_url, request_url, tokens_of
from scheduler.actions.match_patient import Person
from scheduler.actions.own_words import (
    in_own_words,
    new_time,
    short_number,
    short_time,
    values_of,
)
from scheduler.actions.plan_messages import (
    CANCELLED,
    CLOSED,
    CODE,
    LATE,
    LINKS,
    minutes_late,
    template_of,
)
from scheduler.core import gsm7, template_words
from scheduler.core.status import AppointmentStatus
from scheduler.models import Appointment, Clinic, Message, Offer
from scheduler.models.contact import ContactRequest
from scheduler.models.patient import Channel
from scheduler.queries.calendar_file import calendar_file
from scheduler.queries.number_to_call import number_to_call
from scheduler.queries.own_words import own_words
from scheduler.queries.reading_hours import reading_hours
from scheduler.queries.when import in_words
from scheduler.transports.base import Outgoing

PLACEHOLDERS = ("manage_link", "information_link", "request_link", "code")


@dataclass(frozen=True, slots=True)
class Composed:
    """A message in words; `text` is a text's whole body or a mail's plain part."""

    subject: str
    text: str
    html: str


def compose(message: Message, clinic: Clinic) -> Composed:
    """The message's words, placeholders unfilled. Texts are folded to GSM-7."""
    kind, language = template_of(message.kind), message.language
    context = context_of(message, clinic)
    return put_into_words(
        kind, message.channel, language, context, own_words(kind, language, message.channel)
    )


def carries_visit_link(message: Message, clinic: Clinic) -> bool:
    """Whether the visit's link is in it: a text may have no room for it, a mail always has."""
    is_text = message.channel == Channel.SMS
    return not is_text or "[[manage_link]]" in compose(message, clinic).text


def put_into_words(
    kind: str,
    channel: str,
    language: str,
    context: dict[str, Any],
    own: Mapping[str, str],
    *,
    with_html: bool = True,
) -> Composed:
    """The words of a kind for what is in `context`; `own` are staff's, by part, where they wrote
    some. What is only stored needs no HTML.

    A text has the link of the information and that of the visit where one segment holds both, else
    the first, and the way to get the other.
    """
    context = {**context}

    def part(name: str) -> str:
        return render_to_string(f"messages/{kind}/{language}/{name}", context)

    def theirs(name: str) -> str:
        return template_words.fill(own[name], values_of(context, language))

    if channel == Channel.SMS:
        if template_words.TEXT in own:
            return Composed("", gsm7.fold(theirs(template_words.TEXT).strip()), "")
        text = ""
        for context["both_links"] in (True, False):
            text = gsm7.fold(part("sms.txt").strip())
            if gsm7.segments(fill(text, _as_long_as_real())) <= 1:
                break
        return Composed("", text, "")
    in_subject = template_words.SUBJECT in own
    subject = theirs(template_words.SUBJECT) if in_subject else part("subject.txt")
    if template_words.BODY in own:
        context = context | {"own": in_own_words(kind, theirs(template_words.BODY))}
        plain: str = render_to_string(f"messages/parts/{language}/own.txt", context)
    else:
        plain = part("body.txt")
    html = part("body.mjml") if with_html else ""
    return Composed(" ".join(subject.split()), plain.strip() + "\n", html)


def outgoing(message: Message, composed: Composed, clinic: Clinic, *, now: datetime) -> Outgoing:
    """The message as it leaves: links and code filled in, HTML made, the calendar attached."""
    secrets = _secrets(message)
    ready = Outgoing(
        message_id=message.public_id.hex,
        to=message.to,
        subject=composed.subject,
        text=fill(composed.text, secrets),
        sender_name=clinic.sms_name,
        reply_to=clinic.email,
    )
    if message.channel == Channel.SMS:
        return replace(
            ready,
            valid_for=max(1, int((message.expires_at - now).total_seconds())),
            callback_url=f"{settings.PUBLIC_URL}/webhooks/twilio/status",
        )
    html = mrml.to_html(fill(composed.html, secrets)).content
    appointment = message.appointment
    if appointment is None or template_of(message.kind) in {CODE, LINKS, LATE}:
        return replace(ready, html=html)
    off = template_of(message.kind) in {CANCELLED, CLOSED}
    method: Literal["CANCEL", "REQUEST"] = "CANCEL" if off else "REQUEST"
    return replace(
        ready,
        html=html,
        calendar_method=method,
        calendar=calendar_file(
            appointment,
            clinic,
            method=method,
            now=now,
            information_link=secrets["information_link"],
            manage_link=secrets["manage_link"],
            attendee=message.to,
        ),
    )


def fill(text: str, secrets: dict[str, str]) -> str:
    for name, value in secrets.items():
        text = text.replace(f"[[{name}]]", value)
    return text


def _as_long_as_real() -> dict[str, str]:
    """What takes as much room as links and codes do."""
    return {
        "manage_link": manage_url("m" * sum(links.SHAPES["a"])),
        "information_link": information_url("i" * sum(links.SHAPES["i"])),
        "request_link": request_url("r" * sum(links.SHAPES["c"])),
        "code": "0" * links.CODE_DIGITS,
    }


def _secrets(message: Message) -> dict[str, str]:
    if message.contact_request is not None:
        tokens = tokens_of(message.contact_request.links.all())
        return {"request_link": request_url(tokens["c"])}
    appointment = _appointment(message)
    if appointment is None:
        return {}
    tokens = tokens_of(appointment.links.all())
    secrets = {
        "manage_link": manage_url(tokens["a"]),
        "information_link": information_url(tokens["i"]),
    }
    if message.kind == CODE:
        secrets["code"] = links.code(settings.LINK_KEYS, appointment.reference, message.sequence)
    return secrets


def _appointment(message: Message) -> Appointment | None:
    return message.inbound.appointment if message.inbound else message.appointment


def context_of(message: Message, clinic: Clinic) -> dict[str, Any]:
    """What its template is filled with, links and codes as placeholders."""
    context: dict[str, Any] = {name: f"[[{name}]]" for name in PLACEHOLDERS}
    context["link_host"] = urlsplit(settings.LINK_URL).netloc
    context["clinic"] = {
        "name": clinic.name,
        "sms_name": clinic.sms_name,
        "phone": clinic.phone_shown,
        "email": clinic.email,
        "read_hours": reading_hours(clinic, message.language),
        "address": clinic.address,
    }
    context["words"] = message.words
    context["find_link"] = f"{settings.LINK_URL}/find/"
    appointment = _appointment(message)
    if appointment is not None:
        context |= _visit_context(message, appointment, clinic.zone)
    if message.contact_request is not None:
        context |= _request_context(message.contact_request, message.language, clinic.zone)
    return context


def _visit_context(message: Message, appointment: Appointment, tz: ZoneInfo) -> dict[str, Any]:
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
    return context


def _offer_context(appointment: Appointment, tz: ZoneInfo, language: str) -> dict[str, str]:
    """The new time that is kept after a closing; `time` is empty where none is."""
    offer = appointment.offers.select_related("held__provider").order_by("-pk").first()
    return offer_in_words(offer, tz, language)


def offer_in_words(offer: Offer | None, tz: ZoneInfo, language: str) -> dict[str, str]:
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
