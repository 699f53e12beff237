"""Whether a visit may still be confirmed, moved, canceled or booked again: one rule each, for what
is offered on pages and by the API and for what is then done.

Each rule says why not, as what is to be raised, or None where it may be. `by` is an
Appointment.Actor: what patients may do ends sooner than what staff may put right.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from scheduler.booking.models import Appointment
from scheduler.booking.refusals import TooLateToMove, TooLateToUndo
from scheduler.core.refusal import Refusal
from scheduler.core.status import (
    EXPECTED,
    AppointmentStatus,
    IllegalTransition,
    VisitOver,
    can_move,
)

PATIENT = Appointment.Actor.PATIENT
UNDO_FOR = timedelta(minutes=10)


class Changes(NamedTuple):
    """What somebody may do with a visit that stands."""

    confirm: bool
    move: bool
    cancel: bool


def open_changes(visit: Appointment, *, by: str, now: datetime) -> Changes:
    """By all rules at once, of a visit that comes with its type."""
    cutoff = visit.visit_type.move_cutoff
    return Changes(
        confirm=why_not_confirm(visit, now=now) is None,
        move=why_not_move(visit, cutoff, by=by, now=now) is None,
        cancel=why_not_cancel(visit, by=by, now=now) is None,
    )


def why_not_confirm(visit: Appointment, *, now: datetime) -> Refusal | None:
    """Only before it starts; what is confirmed already is not asked about again."""
    if not can_move(visit.status, AppointmentStatus.CONFIRMED):
        return _not_from(visit, AppointmentStatus.CONFIRMED)
    return VisitOver() if visit.starts_at <= now else None


def why_not_move(
    visit: Appointment, cutoff: timedelta, *, by: str, now: datetime
) -> Refusal | None:
    """Patients move it until `cutoff` before its start; staff also one that was missed."""
    if visit.status not in EXPECTED:
        return _not_from(visit, AppointmentStatus.BOOKED)
    late = visit.starts_at <= now or visit.starts_at - cutoff < now
    return TooLateToMove() if late and by == PATIENT else None


def why_not_cancel(visit: Appointment, *, by: str, now: datetime) -> Refusal | None:
    """Patients cancel it until it starts."""
    if not can_move(visit.status, AppointmentStatus.CANCELLED):
        return _not_from(visit, AppointmentStatus.CANCELLED)
    return VisitOver() if visit.starts_at <= now and by == PATIENT else None


def why_not_undo_cancel(visit: Appointment, *, by: str, now: datetime) -> Refusal | None:
    """Patients take a cancellation back for ten minutes, staff until the visit would start."""
    # Others may go to booked too, but by other ways: what was confirmed stays so.
    if visit.status != AppointmentStatus.CANCELLED:
        return _not_from(visit, AppointmentStatus.BOOKED)
    late = visit.cancelled_at is None or visit.cancelled_at + UNDO_FOR < now
    over = visit.starts_at <= now
    return TooLateToUndo() if over or (late and by == PATIENT) else None


def _not_from(visit: Appointment, to: AppointmentStatus) -> IllegalTransition:
    return IllegalTransition(AppointmentStatus(visit.status), to)
