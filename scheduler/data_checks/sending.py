"""Sending: what may not leave, not to them, not at that hour, not that often; and what was said of
it."""

from scheduler.data_checks.check import listed, rows
from scheduler.data_checks.messages import FIRST
from scheduler.messaging.consent.opt_out import ACKNOWLEDGED_WITHIN, ACKNOWLEDGEMENTS
from scheduler.messaging.plan import CLOSED, CODE, REMINDER_PREFIX

# When it left, as far as that is known: written just before the network is touched.
_LEFT = "coalesce(message.sending_at, message.accepted_at)"
# A transaction that commits after the message was looked at began before that.
_AT_THE_SAME_MOMENT = "interval '1 minute'"
_IS_REMINDER = f"starts_with(message.kind, '{REMINDER_PREFIX}')"
_HOUR = f"({_LEFT} AT TIME ZONE clinic.time_zone)::time"
_IS_ANSWER = f"""
    NOT {_IS_REMINDER} AND {FIRST} <> '{CLOSED}'
    AND {_LEFT} - message.created_at <= interval '15 minutes'
"""

CHECKS = (
    rows(
        "sent-after-opt-out",
        "message",
        joins="JOIN scheduler_optout AS stop"
        " ON stop.channel = message.channel AND stop.address = message.to",
        where=f"""
            message.kind NOT IN ({listed(ACKNOWLEDGEMENTS)})
            AND {_LEFT} > stop.at + {_AT_THE_SAME_MOMENT}
            AND (stop.lifted_at IS NULL OR {_LEFT} < stop.lifted_at)
        """,
        detail="message.kind",
        wrong="it was sent to a number or address that had opted out",
        expected="suppressed",
    ),
    rows(
        "reminder-sent-after-its-stop",
        "message",
        joins="JOIN scheduler_reminderoptout AS quiet"
        " ON quiet.channel = message.channel AND quiet.address = message.to",
        where=f"""
            {_IS_REMINDER} AND {_LEFT} > quiet.at + {_AT_THE_SAME_MOMENT}
            AND (quiet.lifted_at IS NULL OR {_LEFT} < quiet.lifted_at)
        """,
        detail="message.kind",
        wrong="it was sent to a number or address that had stopped its reminders",
        expected="suppressed",
    ),
    rows(
        "sent-to-a-bad-address",
        "message",
        joins="JOIN scheduler_badaddress AS bad"
        " ON bad.channel = message.channel AND bad.address = message.to",
        where=f"{_LEFT} > bad.at + {_AT_THE_SAME_MOMENT}",
        detail="message.kind",
        wrong="it was sent to a number or address that the carrier had called unusable",
        expected="suppressed",
    ),
    rows(
        "opt-out-acknowledged-late",
        "message",
        where=f"""
            message.kind IN ({listed(ACKNOWLEDGEMENTS)}) AND {_LEFT} > message.created_at
            + interval '{ACKNOWLEDGED_WITHIN.total_seconds():.0f} seconds'
        """,
        wrong="it confirmed an opt-out too late to be allowed",
        expected="within five minutes or never",
    ),
    rows(
        "text-in-the-night",
        "message",
        joins="CROSS JOIN scheduler_clinic AS clinic",
        where=f"""
            message.channel = 'sms' AND message.kind <> '{CODE}' AND NOT ({_IS_ANSWER})
            AND ({_HOUR} >= '21:00' OR {_HOUR}
                 < CASE WHEN {FIRST} = '{CLOSED}' THEN time '06:00' ELSE time '08:00' END)
            AND NOT ({_IS_REMINDER} AND EXISTS (
                SELECT FROM scheduler_clinicevent AS hours
                 WHERE {_HOUR} >= hours.messages_from AND {_HOUR} < hours.messages_until))
        """,
        detail="message.kind",
        wrong="it is a text that nobody had just asked for, and it left at night",
        expected="from 8 in the morning to 9 in the evening on the clinic's clock",
    ),
    rows(
        "two-reminder-texts-a-day",
        "message",
        joins="CROSS JOIN scheduler_clinic AS clinic"
        " JOIN scheduler_appointment AS visit ON visit.id = message.appointment_id",
        where=f"""
            {_IS_REMINDER} AND message.channel = 'sms'
            AND message.status IN ('accepted', 'delivered') AND EXISTS (
                SELECT FROM scheduler_message AS other
                  JOIN scheduler_appointment AS beside ON beside.id = other.appointment_id
                 WHERE beside.patient_id = visit.patient_id AND other.channel = 'sms'
                   AND starts_with(other.kind, '{REMINDER_PREFIX}')
                   AND other.status IN ('accepted', 'delivered')
                   AND (other.accepted_at, other.id) < (message.accepted_at, message.id)
                   AND (other.accepted_at AT TIME ZONE clinic.time_zone)::date
                     = (message.accepted_at AT TIME ZONE clinic.time_zone)::date)
        """,
        detail="message.kind",
        wrong="it is the second reminder of a patient by text on one day",
        expected="one a day",
    ),
    rows(
        "delivered-and-not-said",
        "message",
        where="""
            message.status IN ('accepted', 'undelivered', 'failed') AND message.sid <> ''
            AND EXISTS (SELECT FROM scheduler_deliveryevent AS event
                         WHERE event.message_id = message.id AND event.sid = message.sid
                           AND lower(event.status) IN ('delivered', 'read'))
        """,
        detail="message.status",
        wrong="the carrier said that it was delivered, and its state is another",
        expected="delivered",
    ),
)
