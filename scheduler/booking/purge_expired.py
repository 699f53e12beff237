"""Let go of what has served its time."""

from datetime import UTC, datetime, timedelta

from django.contrib.sessions.models import Session

from scheduler.booking.holds.expire import expire_holds
from scheduler.messaging.models import Message
from scheduler.rate_limits.models import CodeSent, RateLimitEvent
from scheduler.transactions.models import IdempotencyKey
from scheduler.transactions.timeouts import LONG, within

ANSWERS_KEPT = timedelta(hours=24)
CODES_COUNTED = timedelta(days=2)
_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
_EVER = datetime(9999, 1, 1, tzinfo=UTC)


def purge_expired(*, now: datetime) -> None:
    """Expire lapsed holds; forget counts after two days and remembered answers after one.

    A code that was sent says nothing once its hold is over: its text goes with it. So do the
    answers in sessions that ended, which the database would keep for good.
    """
    expire_holds(_ALWAYS, _EVER, now=now)
    for served in (
        CodeSent.objects.filter(at__lt=now - CODES_COUNTED),
        RateLimitEvent.objects.filter(at__lt=now - CODES_COUNTED),
        Session.objects.filter(expire_date__lte=now),
        IdempotencyKey.objects.filter(at__lt=now - ANSWERS_KEPT),
        Message.objects.filter(kind="code", expires_at__lt=now - CODES_COUNTED),
    ):
        with within(LONG):
            served.delete()
