"""`manage.py due`: what is owed and when; with `--at TIME --send`, as it would be at that time."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from scheduler.clinic.current import current_clinic
from scheduler.clinic.models import Clinic
from scheduler.core.message_status import MessageStatus
from scheduler.messaging.delivery.channels import Transports, from_settings
from scheduler.messaging.delivery.claim import claim_due
from scheduler.messaging.delivery.deliver import deliver
from scheduler.messaging.models import Message


class Command(BaseCommand):
    help = "List the messages that are owed; deliver them to the outbox as of another time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--at", metavar="TIME", help="such as 2026-11-24T10:00; the clinic's zone"
        )
        parser.add_argument(
            "--send", action="store_true", help="deliver what is due by then (outbox only)"
        )

    def handle(self, *args: Any, at: str | None, send: bool, **options: Any) -> None:
        clinic = current_clinic()
        until = _instant(at, clinic) if at else None
        if send:
            self._send(clinic, until or timezone.now())
        else:
            self._list(clinic, until)

    def _list(self, clinic: Clinic, until: datetime | None) -> None:
        owed = Message.objects.filter(status=MessageStatus.PLANNED).select_related(
            "appointment", "contact_request"
        )
        if until:
            owed = owed.filter(next_attempt_at__lte=until)
        for message in owed.order_by("next_attempt_at", "pk"):
            owner = message.appointment or message.contact_request
            due = message.next_attempt_at.astimezone(clinic.zone)
            self.stdout.write(
                f"{due:%a %Y-%m-%d %H:%M %Z}  {message.channel:5}  {message.kind:20}  "
                f"{owner.reference if owner else 'answer'}"
            )
        self.stdout.write(
            f"{owed.count()} owed{f' by {at_words(until, clinic)}' if until else ''}."
        )

    def _send(self, clinic: Clinic, until: datetime) -> None:
        """Walk the clock to `until`, so that each leaves at its own hour, as it would have."""
        if settings.SMS_TRANSPORT != "outbox" or settings.EMAIL_TRANSPORT != "outbox":
            raise CommandError("--send needs both channels in the outbox: nothing leaves for real.")
        clock = _Clock(timezone.now())
        transports = from_settings(clock=clock)
        sent = 0
        while (moment := _next_due(until)) is not None:
            clock.now = max(moment, clock.now)
            sent += self._deliver(transports, clinic, clock.now)
        self.stdout.write(f"{sent} delivered to the outbox, as of {at_words(until, clinic)}.")

    def _deliver(self, transports: Transports, clinic: Clinic, now: datetime) -> int:
        sent = 0
        for channel in sorted(transports):
            for claim in claim_due(channel, limit=100, now=now):
                status = deliver(claim, transports, clinic, now=now)
                sent += status == MessageStatus.ACCEPTED
        return sent


class _Clock:
    """The time that the outbox writes on what it is given."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def _next_due(until: datetime) -> datetime | None:
    return (
        Message.objects.filter(status=MessageStatus.PLANNED, next_attempt_at__lte=until)
        .order_by("next_attempt_at")
        .values_list("next_attempt_at", flat=True)
        .first()
    )


def _instant(text: str, clinic: Clinic) -> datetime:
    try:
        at = parse_datetime(text)
    except ValueError:
        at = None
    if at is None:
        raise CommandError(f"--at takes a time such as 2026-11-24T10:00, not {text!r}.")
    return at if at.tzinfo else at.replace(tzinfo=clinic.zone)


def at_words(at: datetime, clinic: Clinic) -> str:
    return f"{at.astimezone(clinic.zone):%a %Y-%m-%d %H:%M %Z}"
