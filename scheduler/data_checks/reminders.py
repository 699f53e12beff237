"""Reminders: as their rules say, once, and at least one for who agreed to them."""

from scheduler.core.reminder_times import AT_LEAST_ONE, LAST_USE, REMINDED_FROM
from scheduler.core.status import EXPECTED
from scheduler.data_checks.check import listed, rows
from scheduler.data_checks.messages import FIRST
from scheduler.messaging.plan import REMINDER_PREFIX

_VISIT = "JOIN scheduler_appointment AS visit ON visit.id = message.appointment_id"
_IS_REMINDER = f"starts_with(message.kind, '{REMINDER_PREFIX}')"
_NAME = f"substr({FIRST}, {len(REMINDER_PREFIX) + 1})"
_STANDS = "('planned', 'claimed', 'accepted', 'delivered', 'uncertain')"
# Of the visit's type, or of all types, whichever it was reminded by then.
_ITS = "(rule.visit_type_id = visit.visit_type_id OR rule.visit_type_id IS NULL)"
_RULES = f"""
    SELECT FROM scheduler_reminderruleevent AS rule WHERE {_ITS} AND rule.name = {_NAME}
"""
_IN_FORCE = """
    SELECT FROM scheduler_reminderrule AS rule
      JOIN scheduler_visittype AS visit_type ON rule.visit_type_id
           IS NOT DISTINCT FROM CASE WHEN visit_type.own_reminders THEN visit_type.id END
     WHERE rule.active AND visit_type.id ="""
# A clinic's row changes for much else.
_HOURS = "(SELECT DISTINCT time_zone, messages_from, messages_until FROM scheduler_clinicevent)"
# Of a rule whose hour lies in the hours in which reminders may leave: what is moved to their end
# is for the tests of `reminder_times`. A text waits for the hours of its number, which may be in
# another zone, or comes before them.
_AS_RULED = f"""
    EXISTS (SELECT FROM {_HOURS} AS clinic, scheduler_reminderruleevent AS rule,
             LATERAL (SELECT CASE WHEN rule.hours_before IS NOT NULL
                 THEN visit.starts_at - make_interval(hours => rule.hours_before)
                 ELSE ((visit.starts_at AT TIME ZONE clinic.time_zone)::date
                       - rule.days_before + rule.at) AT TIME ZONE clinic.time_zone END AS at) AS due
      WHERE {_ITS} AND rule.name = {_NAME}
        AND (message.due_at = due.at
             OR message.channel = 'sms'
                AND (due.at AT TIME ZONE clinic.time_zone)::date
                  - (message.due_at AT TIME ZONE clinic.time_zone)::date IN (0, 1)
             OR (due.at AT TIME ZONE clinic.time_zone)::time < clinic.messages_from
             OR (due.at AT TIME ZONE clinic.time_zone)::time >= clinic.messages_until))
"""

# Some rule there has been leaves a way out.
_ONE_WAY = """
    EXISTS (SELECT FROM scheduler_reminderruleevent AS rule
             WHERE (rule.visit_type_id = appointment.visit_type_id OR rule.visit_type_id IS NULL)
               AND NOT (rule.by_text AND rule.by_mail))
"""

CHECKS = (
    rows(
        "reminder-twice",
        "message",
        where=f"""
            {_IS_REMINDER} AND message.kind = {FIRST} AND message.status IN {_STANDS} AND EXISTS (
                SELECT FROM scheduler_message AS other
                 WHERE other.appointment_id = message.appointment_id AND other.id < message.id
                   AND starts_with(other.kind, '{REMINDER_PREFIX}') AND other.status IN {_STANDS}
                   AND other.channel = message.channel AND other.to = message.to
                   AND other.sequence = message.sequence AND other.due_at = message.due_at)
        """,
        detail="message.kind || ', ' || message.channel",
        wrong="it reminds of what another message reminds of at the same moment",
        expected="one reminder at a time",
    ),
    rows(
        "reminder-of-no-rule",
        "message",
        joins=_VISIT,
        where=f"{_IS_REMINDER} AND {_NAME} <> '{AT_LEAST_ONE}' AND NOT EXISTS ({_RULES})",
        wrong="it is a reminder that its visit type never had a rule for",
        expected=f"the name of a rule, or {AT_LEAST_ONE}",
    ),
    rows(
        "reminder-at-another-hour",
        "message",
        joins=_VISIT,
        where=f"""
            {_IS_REMINDER} AND message.status = 'planned' AND message.kind = {FIRST}
            AND message.sequence = visit.sequence AND {_NAME} <> '{AT_LEAST_ONE}'
            AND EXISTS ({_RULES}) AND NOT {_AS_RULED}
        """,
        detail="message.kind",
        wrong="it is not due when its rule says",
        expected="the rule's hour or distance, counted from the visit's time",
    ),
    rows(
        "reminder-of-a-past-visit",
        "message",
        joins=_VISIT,
        where=f"""
            {_IS_REMINDER} AND message.kind = {FIRST} AND message.sequence = visit.sequence
            AND visit.status IN ({listed(EXPECTED)})
            AND message.expires_at > visit.starts_at - interval '{LAST_USE} seconds'
        """,
        detail="message.kind",
        wrong="it may still go out when it is too late to set out",
        expected="of no use from half an hour before the visit on",
    ),
    rows(
        "reminder-in-spite-of-them",
        "message",
        joins=_VISIT,
        where=f"{_IS_REMINDER} AND message.kind = {FIRST} AND message.status = 'planned'"
        " AND NOT visit.reminders_on AND message.next_attempt_at > %(now)s",
        detail="message.kind",
        wrong="it is planned and the patient has turned the visit's reminders off",
        expected="suppressed when they did",
    ),
    rows(
        "visit-without-reminder",
        "appointment",
        joins="JOIN scheduler_message AS news ON news.appointment_id = appointment.id",
        where=f"""
            appointment.status IN ({listed(EXPECTED)}) AND appointment.starts_at > %(now)s
            AND appointment.reminders_on AND news.sequence = appointment.sequence
            AND news.kind IN ('confirmation', 'moved', 'restored')
            AND appointment.starts_at - news.created_at >= interval '{REMINDED_FROM} seconds'
            AND EXISTS ({_IN_FORCE} appointment.visit_type_id)
            AND NOT EXISTS (SELECT FROM scheduler_appointmentevent AS before
                             WHERE before.pgh_obj_id = appointment.id AND NOT before.reminders_on)
            AND NOT EXISTS (SELECT FROM scheduler_message AS message
                             WHERE message.appointment_id = appointment.id AND {_IS_REMINDER}
                               AND message.sequence = appointment.sequence
                               AND (message.channel = news.channel OR {_ONE_WAY}))
        """,
        detail="news.channel || ', sequence ' || appointment.sequence",
        wrong="it was told of a day ahead or more, and no reminder was ever planned by that way",
        expected="at least one, or by another way where the rules choose ways",
    ),
    rows(
        "reminder-of-rules-of-before",
        "message",
        joins=_VISIT,
        where=f"""
            {_IS_REMINDER} AND message.kind = {FIRST} AND message.status = 'planned'
            AND message.sequence = visit.sequence AND message.next_attempt_at > %(now)s
            AND visit.status IN ({listed(EXPECTED)}) AND {_NAME} <> '{AT_LEAST_ONE}'
            AND NOT EXISTS ({_IN_FORCE} visit.visit_type_id AND rule.name = {_NAME})
            AND NOT EXISTS (SELECT FROM scheduler_reminderstoreplan AS waiting
                             WHERE waiting.visit_type_id = visit.visit_type_id)
            AND EXISTS (SELECT FROM scheduler_message AS other
                         WHERE other.appointment_id = visit.id AND other.id <> message.id
                           AND other.sequence = visit.sequence AND other.status IN {_STANDS}
                           AND starts_with(other.kind, '{REMINDER_PREFIX}'))
        """,
        detail="message.kind",
        wrong="it is planned by a rule that is no more, and nothing waits to bring it in line",
        expected="called off when the rules were changed",
    ),
)
