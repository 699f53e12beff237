"""Call a visit off, and take that back while its time is still free."""

from datetime import date, datetime, timedelta

from django.db import transaction

from scheduler.actions import late_changes, plan_messages
from scheduler.actions.accept_offer import come_back
from scheduler.actions.book import refuse_overlap, refuse_second_visit
from scheduler.actions.call_instead import call_instead
from scheduler.actions.confirm import VisitOver
from scheduler.actions.expire_holds import expire_holds
from scheduler.actions.locks import Lock, day_key, exclusive, lock_row
from scheduler.actions.place import SlotTaken
from scheduler.actions.take_time import save_unless_taken
from scheduler.core import status
from scheduler.core.status import AppointmentStatus
from scheduler.models import Appointment
from scheduler.queries.availability import Visit, load_schedule, load_visit

UNDO_FOR = timedelta(minutes=10)


class TooLateToUndo(Exception):
    """A patient can take a cancellation back for ten minutes."""


def cancel(
    appointment_id: int,
    *,
    by: str,
    reason: str = "",
    tell: bool = True,
    now: datetime,
) -> Appointment:
    """Cancel the visit, withdraw what was planned and owe the notice; twice changes nothing.

    Staff may leave the notice out (`tell`), when the patient is on the phone.
    Raises VisitOver (a patient, after the start) and IllegalTransition.
    """
    with transaction.atomic():
        appointment = lock_row(
            Appointment.objects.select_related("visit_type", "contact"), appointment_id
        )
        if appointment.status == AppointmentStatus.CANCELLED:
            return appointment
        status.check(appointment.status, AppointmentStatus.CANCELLED)
        if appointment.starts_at <= now and by == Appointment.Actor.PATIENT:
            raise VisitOver
        appointment.status = AppointmentStatus.CANCELLED
        appointment.cancelled_at = now
        appointment.cancelled_by = by
        appointment.cancel_reason = reason
        _tell(appointment, plan_messages.CANCELLED, now=now, with_reminders=False, tell=tell)
        if tell and by == Appointment.Actor.STAFF:
            call_instead(appointment, now=now)
        # The mark tells of this cancellation, whatever moved the visit before.
        appointment.changed_late = _is_late(appointment, by=by, now=now)
        if appointment.changed_late:
            late_changes.tell_staff(appointment, "Canceled late.", now=now)
        appointment.save()
        return appointment


def _is_late(appointment: Appointment, *, by: str, now: datetime) -> bool:
    visit = load_visit(appointment.visit_type.slug, staff=True, retired=True)
    return late_changes.is_late(visit, appointment.starts_at, by=by, now=now)


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
        _tell(appointment, plan_messages.RESTORED, now=now, with_reminders=True)
        save_unless_taken(appointment)
        come_back(appointment, now=now)
        return appointment


def _refuse_taken(appointment: Appointment, visit: Visit, day: date, *, now: datetime) -> None:
    """Raises SlotTaken where the old time is not free, or the day has its fill of such visits."""
    schedule = load_schedule(visit, day, day, now=now, ignoring=appointment.pk)
    provider, start = appointment.provider_id, int(appointment.starts_at.timestamp())
    free = provider in schedule.columns and schedule.is_clear(provider, appointment.room_id, start)
    if not free or schedule.is_full(provider, day):
        raise SlotTaken([])


def _tell(
    appointment: Appointment, kind: str, *, now: datetime, with_reminders: bool, tell: bool = True
) -> None:
    appointment.sequence += 1
    appointment.version += 1
    addresses = plan_messages.consented(appointment.contact) if appointment.contact else []
    if not tell:
        addresses = []
    plan_messages.plan(appointment, kind, addresses, now=now, with_reminders=with_reminders)
