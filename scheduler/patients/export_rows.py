"""Patients and visits as lines of cells, in the columns that the imports read."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from phonenumber_field.phonenumber import PhoneNumber

from scheduler.booking.models import Appointment
from scheduler.core.status import AppointmentStatus
from scheduler.patients.models import Patient


def patient_rows() -> Iterator[list[str]]:
    """name, date_of_birth, phone, email, language; who was merged is left out."""
    for patient in Patient.objects.filter(merged_into=None).order_by("pk").iterator():
        yield [*_who(patient), patient.language]


def appointment_rows(zone: ZoneInfo) -> Iterator[list[str]]:
    """The patient's first four, then visit_type, provider, room, start, status, note; the start
    on the clock of `zone`, with its offset. Holds are left out."""
    held = (AppointmentStatus.HELD, AppointmentStatus.EXPIRED)
    visits = Appointment.objects.exclude(status__in=held).select_related(
        "patient", "visit_type", "provider", "room"
    )
    for visit in visits.order_by("starts_at", "pk").iterator():
        if visit.patient is None:
            continue
        yield [
            *_who(visit.patient),
            visit.visit_type.slug,
            visit.provider.slug,
            visit.room.slug if visit.room else "",
            visit.starts_at.astimezone(zone).isoformat(sep=" ", timespec="minutes"),
            visit.status,
            visit.note,
        ]


def _who(patient: Patient) -> list[str]:
    born = patient.date_of_birth
    phone: PhoneNumber | str = patient.phone
    return [
        patient.name,
        born.isoformat() if born else "",
        phone.as_national if isinstance(phone, PhoneNumber) else "",
        patient.email,
    ]
