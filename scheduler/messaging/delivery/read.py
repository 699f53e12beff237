"""All that the sending of one message needs, as it is at this moment, in one statement."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import Model

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Clinic, Provider, VisitType
from scheduler.contact_requests.models import ContactRequest
from scheduler.core.status import EXPECTED
from scheduler.links.models import Link
from scheduler.messaging.consent.may_begin import LAST_ANSWER
from scheduler.messaging.consent.opt_out import IS_STOPPED
from scheduler.messaging.consent.stop_reminders import IS_STOPPED_REMINDER
from scheduler.messaging.delivery.check import Recipient
from scheduler.messaging.delivery.told_too import OTHERS, others_of
from scheduler.messaging.message_context import ToldToo
from scheduler.messaging.models import Channel, Message
from scheduler.messaging.plan import REMINDER_PREFIX, template_of
from scheduler.patients.models import Contact, Patient
from scheduler.replies.models import InboundText
from scheduler.transactions.statements import columns_of, fetch_planned, take_row

# Read whole, under the name that each has in the statement.
_WHOLE: dict[str, type[Model]] = {
    "message": Message,
    "inbound": InboundText,
    "request": ContactRequest,
    "visit": Appointment,
    "visit_type": VisitType,
    "provider": Provider,
    "contact": Contact,
    "patient": Patient,
}
# Reminders that did not arrive were none; nor was this one's own first attempt, where it is tried
# once more.
_READ = """
    SELECT {columns},
           {is_stopped},
           {is_stopped_reminder},
           EXISTS (SELECT FROM scheduler_badaddress AS bad
                    WHERE bad.channel = message.channel AND bad.address = message.to),
           {last_answer},
           CASE WHEN starts_with(message.kind, %(reminder)s) THEN
               (SELECT json_build_array(
                           count(*) FILTER (WHERE sent.accepted_at >= %(midnight)s), count(*))
                  FROM scheduler_message AS sent
                  JOIN scheduler_appointment AS other ON other.id = sent.appointment_id
                 WHERE other.patient_id = visit.patient_id AND other.starts_at > %(a_week_ago)s
                   AND sent.channel = message.channel AND sent.accepted_at > %(a_week_ago)s
                   AND starts_with(sent.kind, %(reminder)s)
                   AND sent.status NOT IN ('undelivered', 'failed')
                   AND sent.id <> message.id)
           END,
           CASE WHEN starts_with(message.kind, %(reminder)s) AND message.channel = %(sms)s
                THEN {others} END,
           (SELECT json_agg(json_build_array(link.purpose, link.locator, link.version))
              FROM scheduler_link AS link
             WHERE link.appointment_id = visit.id OR link.contact_request_id = request.id),
           (SELECT json_agg(json_build_array(own.kind, own.part, own.words))
              FROM scheduler_messagetemplate AS own
             WHERE own.language = message.language AND starts_with(message.kind, own.kind))
      FROM scheduler_message AS message
      LEFT JOIN scheduler_inboundtext AS inbound ON inbound.id = message.inbound_id
      LEFT JOIN scheduler_contactrequest AS request ON request.id = message.contact_request_id
      LEFT JOIN scheduler_appointment AS visit
             ON visit.id = coalesce(message.appointment_id, inbound.appointment_id)
      LEFT JOIN scheduler_visittype AS visit_type ON visit_type.id = visit.visit_type_id
      LEFT JOIN scheduler_provider AS provider ON provider.id = visit.provider_id
      LEFT JOIN scheduler_contact AS contact ON contact.id = visit.contact_id
      LEFT JOIN scheduler_patient AS patient ON patient.id = visit.patient_id
     WHERE message.id = %(id)s
"""


@dataclass(frozen=True, slots=True)
class ToSend:
    """A message with its owner, what its recipient allows, its links and staff's words for it.

    `overrides` are words by part, as `template_overrides` has them. `told_too` are the patient's
    other visits that a reminder by text names. What an owner points to is loaded too: a visit's
    type, provider, contact and patient, an answer's text and its visit.
    """

    message: Message
    recipient: Recipient
    links: list[Link]
    overrides: dict[str, str]
    told_too: list[ToldToo]


def read_to_send(message_id: int, clinic: Clinic, *, now: datetime) -> ToSend | None:
    """None where there is no such message (any more). The day of a cap is the clinic's."""
    midnight = now.astimezone(clinic.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = fetch_planned(
        _statement(),
        {
            "id": message_id,
            "reminder": REMINDER_PREFIX,
            "midnight": midnight,
            "tomorrow": midnight + timedelta(days=1),
            "a_week_ago": now - timedelta(days=7),
            "now": now,
            "zone": clinic.time_zone,
            "expected": list(EXPECTED),
            "sms": Channel.SMS,
        },
    )
    return _to_send(iter(rows[0])) if rows else None


@cache
def _statement() -> str:
    columns = (columns_of(model, name) for name, model in _WHOLE.items())
    return _READ.format(
        columns=", ".join(columns),
        is_stopped=IS_STOPPED,
        is_stopped_reminder=IS_STOPPED_REMINDER,
        last_answer=LAST_ANSWER,
        others=OTHERS,
    )


def _to_send(values: Iterator[Any]) -> ToSend:
    rows: dict[str, Any] = {name: take_row(model, values) for name, model in _WHOLE.items()}
    stopped, stopped_reminder, unusable, agreed, reminders, others, links, overrides = values
    told_too, after_another = others_of(others or ())
    message: Message = rows["message"]
    template = template_of(message.kind)
    today, this_week = reminders or (0, 0)
    _join(rows)
    return ToSend(
        message,
        Recipient(
            stopped=stopped,
            unusable=unusable,
            agreed=bool(agreed),
            reminders_today=today,
            reminders_this_week=this_week,
            reminders_stopped=stopped_reminder,
            after_another=after_another,
        ),
        [Link(purpose=purpose, locator=at, version=number) for purpose, at, number in links or ()],
        {part: words for kind, part, words in overrides or () if kind == template},
        told_too,
    )


def _join(rows: dict[str, Any]) -> None:
    """Let each row know those that it points to. A visit is the message's own, or that of the text
    which it answers."""
    message, inbound, visit = rows["message"], rows["inbound"], rows["visit"]
    message.inbound, message.contact_request = inbound, rows["request"]
    if inbound is not None:
        inbound.appointment = visit
    else:
        message.appointment = visit
    if visit is not None:
        for name in ("visit_type", "provider", "contact", "patient"):
            setattr(visit, name, rows[name])
