"""Send what is due."""

from datetime import timedelta
from functools import cache

from django.utils import timezone

from scheduler.actions import channels
from scheduler.actions.deliver_message import claim_due, deliver
from scheduler.actions.heartbeat import beat
from scheduler.models import Clinic
from tasks.celery import app

BATCH = 10
TURN = timedelta(seconds=30)


@cache
def transports() -> channels.Transports:
    """One set a process: clients are dear to make."""
    return channels.from_settings(clock=timezone.now)


@app.task(name="tasks.messages.deliver_due")
def deliver_due() -> int:
    """Deliver batch after batch until nothing is due, or the turn is over; how many were seen."""
    started = timezone.now()
    beat("worker", now=started)
    clinic = Clinic.objects.first()
    seen = 0
    while clinic and timezone.now() - started < TURN:
        claims = [
            claim
            for channel in sorted(transports())
            for claim in claim_due(channel, limit=BATCH, now=timezone.now())
        ]
        for claim in claims:
            deliver(claim, transports(), clinic, now=timezone.now())
        seen += len(claims)
        if not claims:
            break
    return seen
