"""Write a visit's row unless a constraint stands against it, and say in words which one does."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, connection

from scheduler.availability.rows import LONGEST_BUSY
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import LapsedHold, PatientBusy
from scheduler.core.status import LIVE
from scheduler.transactions.statements import planned_cursor

# What is live and might stand in a row's way: of its patient, or a hold that ran out.
_IN_THE_WAY = f"""
    SELECT coalesce(bool_or(patient_id = %(patient_id)s AND status <> 'held'
                            AND starts_at < %(ends_at)s AND ends_at > %(starts_at)s), false),
           coalesce(bool_or(status = 'held' AND hold_expires_at <= %(now)s
                            AND (provider_id = %(provider_id)s OR room_id = %(room_id)s)), false)
      FROM scheduler_appointment
     WHERE status IN ({", ".join(f"'{status}'" for status in sorted(LIVE))})
       AND busy_start > %(busy_start)s - %(longest)s AND busy_start < %(busy_end)s
       AND busy_end > %(busy_start)s
"""  # noqa: S608 - our own words only


def insert_unless_taken(appointment: Appointment, *, now: datetime) -> bool:
    """Insert the row; False where a visit of the provider or in the room stands against it.

    Raises PatientBusy, and LapsedHold where it is a hold that ran out. `ON CONFLICT DO NOTHING`
    waits for a rival instead of deadlocking with it, as a plain INSERT under exclusion constraints
    does.
    """
    fields = [field for field in appointment._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    row = [
        field.get_db_prep_save(field.pre_save(appointment, add=True), connection)
        for field in fields
    ]
    with planned_cursor() as cursor:
        cursor.execute(
            f"INSERT INTO scheduler_appointment ({columns}) "  # noqa: S608 - names of our columns
            f"VALUES ({', '.join(['%s'] * len(fields))}) ON CONFLICT DO NOTHING RETURNING id",
            row,
        )
        written = cursor.fetchone()
        if written is None:
            # By the names of its columns.
            values = {**vars(appointment), "longest": LONGEST_BUSY, "now": now}
            cursor.execute(_IN_THE_WAY, values)
            patient, lapsed_hold = cursor.fetchone()
            if patient:
                raise PatientBusy
            if lapsed_hold:
                raise LapsedHold(appointment.busy_start, appointment.busy_end)
            return False
    appointment.pk = written[0]
    appointment._state.adding = False
    return True


def save_unless_taken(appointment: Appointment) -> None:
    """Save a visit that moves or comes back to life. Raises what `unless_taken` raises."""
    with unless_taken(appointment):
        appointment.save()


@contextmanager
def unless_taken(appointment: Appointment) -> Iterator[None]:
    """Around an update of the visit's row.

    Raises PatientBusy or LapsedHold, a SlotTaken, where a constraint stands against it: it may be a
    hold that ran out, or a booking of another provider, which shares no lock with us.
    """
    try:
        yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        constraint = diagnosis.constraint_name if diagnosis else None
        if constraint == "appointment_patient_overlap":
            raise PatientBusy from None
        if constraint in {"appointment_provider_overlap", "appointment_room_overlap"}:
            raise LapsedHold(appointment.busy_start, appointment.busy_end) from None
        raise
