"""Send what is due, each channel by itself: one that hangs holds up no other."""

from datetime import datetime, timedelta

from django.utils import timezone

from scheduler.clinic.current import clinic_if_loaded
from scheduler.clinic.models import Clinic
from scheduler.core.message_status import MessageStatus
from scheduler.messaging.delivery.claim import claim_due, give_back, is_due
from scheduler.messaging.delivery.deliver import deliver
from scheduler.messaging.delivery.heartbeat import beat
from tasks.celery import app
from tasks.concurrency_slots import concurrency_slot
from tasks.transports import transports
from tasks.waiting_nudges import take_up

BATCH = 10
TURN = timedelta(seconds=30)
# What was not begun by then is given back: a code that came meanwhile goes first.
SOON = timedelta(seconds=2)
TROUBLED = {MessageStatus.PLANNED, MessageStatus.UNCERTAIN, MessageStatus.FAILED}


@app.task(name="tasks.messages.deliver_due")
def deliver_due(channel: str) -> int:
    """Deliver batch after batch by the channel until nothing is due, or the turn is over.

    Returns how many messages were seen: none where the channel has no slot free.
    """
    take_up(channel)
    started = timezone.now()
    beat("worker", now=started)
    clinic = clinic_if_loaded()
    if clinic is None or channel not in transports():
        return 0
    seen = 0
    # A second time, for what came due as the place was given up: its own task may have found none.
    for _ in range(2):
        with concurrency_slot(channel) as ours:
            seen += _turn(channel, clinic, until=started + TURN) if ours else 0
        if not ours or not is_due(channel, now=timezone.now()):
            break
    return seen


def _turn(channel: str, clinic: Clinic, *, until: datetime) -> int:
    seen = 0
    with transports()[channel].session():
        while (begun := timezone.now()) < until:
            if not (claims := claim_due(channel, limit=BATCH, now=begun)):
                break
            outcome = ""
            for number, claim in enumerate(claims):
                now = timezone.now()
                # After trouble perhaps nothing more may leave: the next claim knows.
                if now >= begun + SOON or outcome in TROUBLED:
                    give_back(claims[number:])
                    break
                outcome = deliver(claim, transports(), clinic, now=now)
                seen += 1
    return seen
