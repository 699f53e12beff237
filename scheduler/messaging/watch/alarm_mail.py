"""The mail about an alarm: what is wrong, since when, what to do, and nothing of a patient."""

from collections.abc import Mapping
from uuid import uuid5

from django.conf import settings

from scheduler.clinic.models import Clinic
from scheduler.clinic.time_format import in_words
from scheduler.messaging.delivery.plain_text import wrapped
from scheduler.messaging.models import Alarm
from scheduler.transports.base import Outgoing

ADVICE: Mapping[str, str] = {
    Alarm.Name.OVERDUE: "Look whether workers, beat and Redis run, and what the worker's log says.",
    Alarm.Name.FAILING: "The list of failed messages shows the codes. Many of one code are a "
    "matter of our account or our mail server.",
    Alarm.Name.UNCERTAIN: "The other side takes messages and does not answer in time. Look at "
    "Twilio's or the mail server's own state before anything is sent again.",
    Alarm.Name.SHUT: "What is due waits, and goes out afterwards if it is still of use.",
    Alarm.Name.NO_WORKER: "Nothing leaves until one runs: look at the worker, beat and Redis.",
}


def alarm_mail(alarm: Alarm, to: str, clinic: Clinic) -> Outgoing:
    when = in_words(alarm.since, clinic.zone, "en")
    text = (
        f"{alarm.get_name_display()}, since {when.date_short}, {when.time} {when.zone}.\n"
        f"{alarm.detail}\n\n"
        f"{ADVICE[alarm.name]}\n\n"
        f"What waits and what failed:\n{settings.PUBLIC_URL}/staff/numbers/messages/\n\n"
        "This is the only mail about it. The task for staff is done by itself once it is over.\n"
    )
    return Outgoing(
        message_id=uuid5(alarm.public_id, to).hex,
        to=to,
        subject=f"{clinic.sms_name}: {alarm.get_name_display().lower()}",
        text=wrapped(text),
        sender_name=clinic.sms_name,
    )
