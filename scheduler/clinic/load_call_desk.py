"""Make the call desk: the column that calls which staff promised are appointments in."""

from datetime import time

from django.db import transaction

from scheduler.clinic.models import Provider, ReminderRule, VisitType, WeeklyHours
from scheduler.clinic.reminder_rules import rows_of
from scheduler.core.reminder_times import DEFAULT_RULES

DESK_SLUG = "call-desk"
CALL_SLUG = "call"
_OPENS, _CLOSES = time(8, 30), time(16, 30)


@transaction.atomic
def load_call_desk() -> Provider:
    """Create the call desk, its kind of appointment and its hours; what is there stays."""
    call, created = VisitType.objects.get_or_create(
        slug=CALL_SLUG,
        defaults={
            "name": "A call from us",
            "name_es": "Una llamada nuestra",
            "position": 90,
            "booking": VisitType.Booking.STAFF,
            "by_phone": True,
            "duration_minutes": 15,
            "instructions": "We call you at this time. Please keep your phone at hand.",
            "instructions_es": "Le llamamos a esta hora. Por favor, tenga su teléfono a mano.",
            "own_reminders": True,
        },
    )
    if created:
        the_day_before = [rule for rule in DEFAULT_RULES if rule.days_before == 1]
        ReminderRule.objects.bulk_create(rows_of(the_day_before, call))
    desk, created = Provider.objects.get_or_create(
        slug=DESK_SLUG, defaults={"name": "Call desk", "call_desk": True}
    )
    if created:
        desk.visit_types.add(call)
        WeeklyHours.objects.bulk_create(
            WeeklyHours(provider=desk, weekday=weekday, opens=_OPENS, closes=_CLOSES)
            for weekday in range(5)
        )
    return desk
