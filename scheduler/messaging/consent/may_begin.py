"""What must hold of an address at the moment that a sending begins, for statements that call the
message's row `message`."""

from scheduler.messaging.consent.opt_out import ACKNOWLEDGEMENTS, IS_STOPPED
from scheduler.messaging.consent.stop_reminders import IS_STOPPED_REMINDER
from scheduler.messaging.plan import CODE, LINKS, REMINDER_PREFIX

# A code, or the links of their visits, answers what somebody at this address just asked for.
ANSWERS_AN_ASKER = (CODE, LINKS)

# What was said last stands.
LAST_ANSWER = """
    (SELECT consent.granted FROM scheduler_consent AS consent
      WHERE consent.channel = message.channel AND consent.address = message.to
      ORDER BY consent.at DESC, consent.id DESC LIMIT 1)
"""


def _listed(kinds: tuple[str, ...]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds)


MAY_BEGIN = f"""
    (message.kind IN ({_listed(ACKNOWLEDGEMENTS)}) OR NOT {IS_STOPPED})
    AND NOT {IS_STOPPED_REMINDER}
    AND (message.appointment_id IS NULL
         OR split_part(message.kind, '-again-', 1) IN ({_listed(ANSWERS_AN_ASKER)})
         OR {LAST_ANSWER})
    AND (NOT starts_with(message.kind, '{REMINDER_PREFIX}')
         OR (SELECT visit.reminders_on FROM scheduler_appointment AS visit
              WHERE visit.id = message.appointment_id))
"""  # noqa: S608
