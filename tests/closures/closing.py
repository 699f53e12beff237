"""A snowy Tuesday: a clinic that has to close over its visits."""

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import User

from scheduler.accounts.roles import MANAGER
from scheduler.booking.models import Appointment
from scheduler.closures.emergency_closure import plan_emergency_closure
from scheduler.closures.models import EmergencyClosure, RescheduleOffer
from scheduler.closures.send_emergency_closure import send_emergency_closure
from tests.factories import NOW, TUESDAY, book, somebody
from tests.staff import make_user

DAY = date(2026, 11, 24)


def manager_id() -> int:
    found = User.objects.filter(username="manager").first() or make_user(MANAGER)
    return int(found.pk)


def plan(**changes: Any) -> EmergencyClosure:
    """The Tuesday is closed, and nobody was told."""
    return plan_emergency_closure(
        **{"day": DAY, "reason": "Snow", "by": manager_id(), "now": NOW, **changes}
    )


def send(emergency_closure: EmergencyClosure, **changes: Any) -> EmergencyClosure:
    return send_emergency_closure(
        emergency_closure.pk, **{"by": manager_id(), "now": NOW, **changes}
    )


def offer_of(appointment: Appointment) -> RescheduleOffer:
    return RescheduleOffer.objects.select_related("held", "appointment").get(
        appointment=appointment
    )


def visits(count: int) -> list[Appointment]:
    """So many visits of different people on the Tuesday, from 10:00 on, the last booked first."""
    return [book(TUESDAY + timedelta(hours=n), person=somebody(n)) for n in reversed(range(count))][
        ::-1
    ]


def sent_offer() -> RescheduleOffer:
    """Ana's visit was called off, and Wednesday at 9:00 is kept for her."""
    visit = book()
    send(plan())
    return offer_of(visit)
