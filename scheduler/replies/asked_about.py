"""Which visits a text that came in may be about."""

from datetime import datetime, timedelta

from django.db.models import Q

from scheduler.booking.models import Appointment
from scheduler.core.status import EXPECTED
from scheduler.messaging.models import Channel, Message

# Who answers a reminder does so by the next day; what was sent earlier is not what they answer.
ASKED_WITHIN = timedelta(hours=36)


def upcoming_visits(number: str, now: datetime) -> list[Appointment]:
    """The coming visits that this number was told of."""
    return list(
        Appointment.objects.filter(
            contact__phone=number, status__in=EXPECTED, starts_at__gt=now
        ).order_by("starts_at")
    )


def asked_about(upcoming: list[Appointment], now: datetime) -> list[Appointment]:
    """Of several coming visits, those that a text to the number was about lately."""
    since = now - ASKED_WITHIN
    lately = Message.objects.filter(
        Q(accepted_at__gt=since) | Q(together_with__accepted_at__gt=since),
        appointment__in=upcoming,
        channel=Channel.SMS,
    )
    asked = set(lately.values_list("appointment", flat=True))
    return sorted(
        (appointment for appointment in upcoming if appointment.pk in asked),
        key=lambda appointment: appointment.pk,
    )


def in_one_text(visits: list[Appointment]) -> bool:
    """Whether the last text about any of these visits was about all of them."""
    texts = Message.objects.filter(
        appointment__in=visits, channel=Channel.SMS, accepted_at__isnull=False
    )
    last = texts.order_by("-accepted_at", "-pk").first()
    if last is None:
        return False
    told = {last.appointment_id, *last.told_too.values_list("appointment", flat=True)}
    return told >= {visit.pk for visit in visits}
