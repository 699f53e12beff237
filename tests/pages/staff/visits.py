"""Visits of the day on which the staff's pages are looked at: Monday, November 16, 2026, 10:00."""

from typing import Any

from scheduler.booking.models import Appointment
from scheduler.core.status import AppointmentStatus
from scheduler.patients.models import Patient
from tests.factories import at, book, somebody

DAY = "2026-11-16"
BEFORE = at("2026-11-09 10:00")


def visit(start: str, number: int = 1, *, name: str = "", **fields: Any) -> Appointment:
    """A first visit with Dana that day, its other fields as given."""
    person = somebody(number, **({"name": name} if name else {}))
    appointment = book(at(f"{DAY} {start}"), now=BEFORE, person=person, provider="dana")
    Appointment.objects.filter(pk=appointment.pk).update(**fields)
    appointment.refresh_from_db()
    return appointment


def patient_of(appointment: Appointment) -> Patient:
    assert appointment.patient is not None
    return appointment.patient


def arrived(start: str, number: int = 1, *, came: str, **fields: Any) -> Appointment:
    """Somebody who sits in the lobby since `came`."""
    status = AppointmentStatus.ARRIVED
    return visit(start, number, status=status, arrived_at=at(f"{DAY} {came}"), **fields)
