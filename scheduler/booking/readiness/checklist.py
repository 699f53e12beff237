"""What must be at hand before a visit, how far it has come, and which visits are not ready."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from scheduler.booking.models import Appointment, ReadyItem
from scheduler.clinic.closures import closed_days
from scheduler.clinic.current import current_clinic
from scheduler.clinic.local_days import midnight
from scheduler.clinic.models import Clinic, Readiness
from scheduler.core.business_days import add_business_days
from scheduler.core.status import PATIENT_LIVE

BUSINESS_DAYS_AHEAD = 5
LOOK_AHEAD = timedelta(days=30)
_OPEN = (ReadyItem.State.NEEDED, ReadyItem.State.ASKED)


@dataclass(frozen=True, slots=True)
class Tick:
    """One of the four things: `item` and `state` as their models have them."""

    item: Readiness
    state: ReadyItem.State

    @property
    def is_open(self) -> bool:
        """Whether it is still missing."""
        return self.state in _OPEN


def ticks_of(appointment: Appointment) -> list[Tick]:
    """All four, in their order; what nobody said is as the visit type has it.

    Reads `visit_type` and `ready_items`, which a list of appointments should bring along.
    """
    said = {tick.item: tick.state for tick in appointment.ready_items.all()}
    needs = appointment.visit_type.needs
    usual = ReadyItem.State.NEEDED, ReadyItem.State.NOT_NEEDED
    return [
        Tick(item, ReadyItem.State(said.get(item, usual[item not in needs]))) for item in Readiness
    ]


def missing(appointment: Appointment) -> list[Tick]:
    """What is not at hand yet; none of a visit that is ready."""
    return [tick for tick in ticks_of(appointment) if tick.is_open]


def coming_visits(appointments: QuerySet[Appointment], *, now: datetime) -> QuerySet[Appointment]:
    """Of these, the visits from now to the end of the fifth business day after today for which
    anything is needed, or was; the earliest first."""
    items = ReadyItem.objects.filter(appointment=OuterRef("pk"))
    return (
        appointments.filter(
            ~Q(visit_type__needs=[]) | Exists(items),
            status__in=PATIENT_LIVE,
            starts_at__gt=now,
            starts_at__lt=_beyond(current_clinic(), now),
        )
        .select_related("visit_type", "provider", "patient", "contact")
        .prefetch_related("ready_items")
        .order_by("starts_at", "pk")
    )


def not_ready(appointments: Iterable[Appointment], item: str = "") -> list[Appointment]:
    """Those that miss something, or this `item`."""
    return [
        appointment
        for appointment in appointments
        if any(item in {"", tick.item} for tick in missing(appointment))
    ]


def _beyond(clinic: Clinic, now: datetime) -> datetime:
    today = now.astimezone(clinic.zone).date()
    last = add_business_days(
        today,
        BUSINESS_DAYS_AHEAD,
        weekdays_mask=clinic.business_days,
        closed_days=closed_days(today, today + LOOK_AHEAD),
    )
    return midnight(last + timedelta(days=1), clinic.zone)
