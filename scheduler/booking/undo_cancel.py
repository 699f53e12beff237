"""Take a cancellation back while its slot is still free."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from scheduler.availability.load_schedule import load_schedule
from scheduler.availability.visit_rules import Visit, load_visit_of
from scheduler.booking.booking_rules import refuse_second_visit
from scheduler.booking.holds.withdraw_offers import withdraw_offers
from scheduler.booking.may_change import why_not_undo_cancel
from scheduler.booking.models import Appointment
from scheduler.booking.move import Move, locks_where_it_stands, move
from scheduler.booking.refusals import SlotTaken
from scheduler.messaging import plan
from scheduler.messaging.consent.agreed import agreed_for
from scheduler.transactions.lock_order import Key
from scheduler.transactions.locks import Lock, day_key


@dataclass(frozen=True)
class UndoCancel(Move):
    """Back to its old time, if that is still free: a patient for ten minutes, staff to the start.

    Raises TooLateToUndo, IllegalTransition and, for a patient with another such visit,
    AlreadyBooked besides what `move` raises; SlotTaken also where the day is full by now.
    """

    by: str

    # Where it is found is where it comes back, and the constraints look at that again.
    from_where_it_stood = False

    def locks(self, visit: Visit) -> Iterable[Key]:
        yield from locks_where_it_stands(self.before)
        if visit.daily_cap is not None:
            day = visit.local_day(self.before.starts_at)
            yield Lock.DAY, day_key(self.before.provider_id, day)

    def refuse(self, appointment: Appointment, visit: Visit, *, now: datetime) -> None:
        if refusal := why_not_undo_cancel(appointment, by=self.by, now=now):
            raise refusal
        if self.by == Appointment.Actor.PATIENT and appointment.patient:
            refuse_second_visit(appointment.patient, appointment.visit_type_id, now=now)

    def place(self, appointment: Appointment, visit: Visit, *, now: datetime) -> None:
        """Where it was. Raises SlotTaken where that is not free, or the day has its fill."""
        day = visit.local_day(appointment.starts_at)
        schedule = load_schedule(visit, day, day, now=now, exclude_id=appointment.pk)
        provider, start = appointment.provider_id, int(appointment.starts_at.timestamp())
        free = provider in schedule.columns and schedule.is_clear(
            provider, appointment.room_id, start
        )
        if not free or schedule.is_full(provider, day):
            raise SlotTaken
        forget_cancellation(appointment)

    def owe(
        self, appointment: Appointment, visit: Visit, *, old_start: datetime, now: datetime
    ) -> None:
        agreed = agreed_for(appointment)
        plan.withdraw(appointment, now=now)
        plan.owe(appointment, plan.RESTORED, agreed, now=now, with_reminders=True)
        withdraw_offers(appointment, now=now)


def undo_cancel(appointment_id: int, *, by: str, now: datetime) -> Appointment:
    """Book the canceled visit again, as `UndoCancel` says."""
    before = Appointment.objects.get(pk=appointment_id)
    visit = load_visit_of(before.visit_type_id)
    return move(UndoCancel(before, by=by), visit, now=now)


def forget_cancellation(appointment: Appointment) -> None:
    """A visit that stands again was never called off, nor changed late."""
    appointment.cancelled_at = None
    appointment.cancelled_by = appointment.cancel_reason = ""
    appointment.changed_late = False
