"""A booking that would work right now, for the page where the API can be tried."""

from datetime import datetime, timedelta
from typing import Any

from scheduler.availability.load_schedule import load_schedule
from scheduler.availability.visit_rules import load_visit
from scheduler.clinic.models import VisitType

AHEAD = timedelta(days=30)


def booking_example(*, now: datetime) -> dict[str, Any] | None:
    """A whole body for `POST appointments`, at the first free time; None where there is none."""
    first = VisitType.objects.filter(active=True, booking=VisitType.Booking.ONLINE).first()
    if first is None:
        return None
    visit = load_visit(first.slug)
    today = visit.local_day(now)
    free = load_schedule(visit, today, today + AHEAD, now=now).free_starts.values()
    start = min((at for starts in free for at in starts[:1]), default=None)
    if start is None:
        return None
    return {
        "visit_type": first.slug,
        "start": datetime.fromtimestamp(start, visit.tz).isoformat(),
        "patient": {
            "name": "Ana O'Neil",
            "date_of_birth": "1958-03-09",
            "phone": "(419) 555-0123",
            "email": "ana@example.org",
            "language": "en",
        },
        "consent": {"sms": True, "email": True},
    }
