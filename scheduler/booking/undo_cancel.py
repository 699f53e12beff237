"""Take a cancellation back while its slot is still free."""

from datetime import date, datetime, timedelta

from django.db import transaction

from scheduler.availability.load_schedule import load_schedule
from scheduler.availability.visit_rules import Visit, load_visit
from scheduler.booking.book import refuse_second_visit
from scheduler.booking.cancel import tell_patient
from scheduler.booking.holds.expire import expire_holds
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import SlotTaken, TooLateToUndo
from scheduler.booking.reserve import refuse_overlap, save_unless_taken
from scheduler.booking.withdraw_offers import withdraw_offers
from scheduler.core import status
from scheduler.core.status import AppointmentStatus
from scheduler.messaging import plan
from scheduler.transactions.locks import Lock, day_key, exclusive
from scheduler.transactions.row_locks import lock_row

UNDO_FOR = timedelta(minutes=10)


def undo_cancel(appointment_id: int, *, by: str, now: datetime) -> Appointment:
    """Book the canceled visit again at its old time, if that is still free.

    Raises TooLateToUndo, IllegalTransition, SlotTaken (without alternatives; also where the day is
    full by now), PatientBusy and, for a patient with another such visit, AlreadyBooked.
    """
    before = Appointment.objects.select_related("visit_type").get(pk=appointment_id)
    expire_holds(before.busy_start, before.busy_end, now=now)
    visit = load_visit(before.visit_type.slug, staff=True, retired=True)
    day = visit.local_day(before.starts_at)
    with transaction.atomic():
        exclusive(
            (Lock.PROVIDER, before.provider_id),
            *([(Lock.ROOM, before.room_id)] if before.room_id else []),
            (Lock.PATIENT, before.patient_id or 0),
            *([(Lock.DAY, day_key(before.provider_id, day))] if visit.daily_cap else []),
        )
        appointment = lock_row(
            Appointment.objects.select_related("visit_type", "contact", "patient"), appointment_id
        )
        # Others may go to booked too, but by other ways: what was confirmed stays so.
        if appointment.status != AppointmentStatus.CANCELLED:
            raise status.IllegalTransition(
                AppointmentStatus(appointment.status), AppointmentStatus.BOOKED
            )
        patient_late = by == Appointment.Actor.PATIENT and (
            appointment.cancelled_at is None or appointment.cancelled_at + UNDO_FOR < now
        )
        if patient_late or appointment.starts_at <= now:
            raise TooLateToUndo
        if appointment.patient:
            refuse_overlap(appointment.patient, appointment)
            if by == Appointment.Actor.PATIENT:
                refuse_second_visit(appointment.patient, appointment.visit_type_id, now=now)
        _refuse_taken(appointment, visit, day, now=now)
        appointment.status = AppointmentStatus.BOOKED
        appointment.cancelled_at = None
        appointment.cancelled_by = appointment.cancel_reason = ""
        appointment.confirmed_at = None
        appointment.confirmed_via = ""
        appointment.changed_late = False
        tell_patient(appointment, plan.RESTORED, now=now, with_reminders=True)
        save_unless_taken(appointment)
        withdraw_offers(appointment, now=now)
        return appointment


def _refuse_taken(appointment: Appointment, visit: Visit, day: date, *, now: datetime) -> None:
    """Raises SlotTaken where the old time is not free, or the day has its fill of such visits."""
    schedule = load_schedule(visit, day, day, now=now, exclude_id=appointment.pk)
    provider, start = appointment.provider_id, int(appointment.starts_at.timestamp())
    free = provider in schedule.columns and schedule.is_clear(provider, appointment.room_id, start)
    if not free or schedule.is_full(provider, day):
        raise SlotTaken([])
