"""What is closed and why: coming time off, and how far the answers to a closed day are."""

from datetime import date

from django.db.models import QuerySet

from scheduler.clinic.models import TimeOff


def coming_time_off(today: date) -> QuerySet[TimeOff]:
    """What is not over on this local day, by its first day."""
    return TimeOff.objects.filter(last_day__gte=today).select_related("provider", "room")
