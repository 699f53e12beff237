"""Move an appointment to another time, by its patient or by staff."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.availability.visit_rules import Visit, load_visit
from scheduler.booking import late_changes
from scheduler.booking.booking_rules import refuse_without_number
from scheduler.booking.may_change import why_not_move
from scheduler.booking.models import Appointment
from scheduler.booking.move import Move, locks_of_move, move, place_at
from scheduler.booking.queue_phone_call import queue_phone_call
from scheduler.booking.refusals import SameTime, SlotTaken, StaleVersion
from scheduler.booking.slot_assignment import nearest
from scheduler.messaging import plan
from scheduler.messaging.consent.agreed import agreed_for
from scheduler.messaging.number_to_call import number_to_call
from scheduler.transactions.lock_order import Key

AT_ONCE = timedelta(0)


@dataclass(frozen=True)
class Reschedule(Move):
    """To `start`, with the same provider where nobody else is asked for and they are free.

    Staff may overbook with a reason, and may leave the patient untold (`tell`: reminders of the new
    time go out all the same). Who is to be told by staff and can be written to nowhere is put on
    the call list. The news waits `news_after`, so that a move that is taken back meanwhile is never
    told. A call that nobody knows the number for is not moved before there is one.

    Raises StaleVersion, TooLateToMove, SameTime, IllegalTransition, PhoneNeeded, UnknownProvider
    and NotOffered besides what `move` raises.
    """

    start: datetime
    by: str
    provider: str | None = None
    version: int | None = None
    overbook_reason: str = ""
    tell: bool = True
    news_after: timedelta = AT_ONCE

    @property
    def _staff(self) -> bool:
        return self.by == Appointment.Actor.STAFF

    def _same_provider(self) -> bool:
        return self.provider is None or self.provider == self.before.provider.slug

    def locks(self, visit: Visit) -> Iterable[Key]:
        return locks_of_move(self.before, visit, self.start, self.provider)

    def refuse(self, appointment: Appointment, visit: Visit, *, now: datetime) -> None:
        if self.version is not None and self.version != appointment.version:
            raise StaleVersion
        if refusal := why_not_move(appointment, visit.move_cutoff, by=self.by, now=now):
            raise refusal
        if self.start == appointment.starts_at and self._same_provider():
            raise SameTime
        if visit.by_phone:
            refuse_without_number(visit, number_to_call(appointment))

    def place(self, appointment: Appointment, visit: Visit, *, now: datetime) -> None:
        old_start = appointment.starts_at
        closed_days = place_at(
            appointment,
            visit,
            self.start,
            self.provider,
            overbook_reason=self.overbook_reason,
            now=now,
        )
        if late_changes.is_late(visit, old_start, by=self.by, closed=closed_days, now=now):
            appointment.changed_late = True
            late_changes.tell_staff(appointment, "Moved late.", now=now)

    def owe(
        self, appointment: Appointment, visit: Visit, *, old_start: datetime, now: datetime
    ) -> None:
        self._plan(appointment, old_start=old_start, now=now)
        if self._staff and self.tell:
            queue_phone_call(appointment, now=now)

    def _plan(self, appointment: Appointment, *, old_start: datetime, now: datetime) -> None:
        addresses = agreed_for(appointment)
        tell = self.tell
        for untold in plan.withdraw(appointment, now=now):
            if untold.kind == plan.MOVED and untold.due_at > now and untold.old_starts_at:
                # They know of the time before that one.
                old_start = untold.old_starts_at
                tell = tell and old_start != appointment.starts_at
        if not tell:
            plan.owe_reminders(appointment, addresses, now=now)
            return
        plan.owe(
            appointment,
            plan.MOVED,
            addresses,
            now=now,
            with_reminders=True,
            old_start=old_start,
            wait=self.news_after,
        )


def reschedule(
    appointment_id: int,
    start: datetime,
    *,
    before: Appointment | None = None,
    provider: str | None = None,
    version: int | None = None,
    by: str,
    overbook_reason: str = "",
    tell: bool = True,
    news_after: timedelta = AT_ONCE,
    now: datetime,
) -> Appointment:
    """Read the visit, move it as `Reschedule` says, and offer other times where that one is taken.

    The row and its links stay; the confirmation is cleared, `sequence` and `version` go up, the
    old messages are withdrawn and new ones owed. `before` is the visit where the caller has just
    read it, with its visit type. Raises what a Reschedule raises, SlotTaken with
    alternatives.
    """
    if before is None:
        before = Appointment.objects.select_related("visit_type").get(pk=appointment_id)
    policy = Reschedule(
        before,
        start=start,
        by=by,
        provider=provider,
        version=version,
        overbook_reason=overbook_reason,
        tell=tell,
        news_after=news_after,
    )
    visit = offered = load_visit(before.visit_type.slug, staff=True)
    if by == Appointment.Actor.STAFF:
        visit, offered = visit.for_staff(), visit.for_staff(on_its_grid=True)
    try:
        return move(policy, visit, now=now)
    except SlotTaken as taken:
        taken.alternatives = nearest(offered, start, provider=provider, now=now)
        raise
