"""Some press the link in a reminder's mail: no more reminders to that address. One of them wants
them again the next day."""

from datetime import time, timedelta
from functools import partial
from operator import attrgetter

from scheduler.demo.cast import Cast
from scheduler.messaging.consent.stop_reminders import BY_LINK
from scheduler.messaging.models import Message
from scheduler.messaging.plan import is_reminder

# Days before today; whoever was reminded last by that evening presses the link.
DAYS = (4, 9, 33, 71)
TAKEN_BACK = 9
EVENING = time(19, 20)


def unsubscribe(cast: Cast) -> None:
    """Put the clicks into the months."""
    for back in DAYS:
        at = cast.days.at(cast.today - timedelta(days=back), EVENING)
        cast.world.later(at, partial(_press, cast, taken_back=back == TAKEN_BACK))


def _press(cast: Cast, *, taken_back: bool) -> None:
    reminders = (
        one
        for one in cast.world.rows[Message]
        if one.channel == "email" and is_reminder(one.kind) and one.accepted_at
    )
    last = max(reminders, key=attrgetter("accepted_at"), default=None)
    if last is None:
        return
    address = (last.channel, last.to)
    cast.consents.stop_reminders(address, source=BY_LINK)
    if taken_back:
        cast.world.later(cast.world.clock + timedelta(days=1), partial(_resume, cast, address))


def _resume(cast: Cast, address: tuple[str, str]) -> None:
    cast.messages.wake(cast.consents.resume_reminders(address))
