"""Take time off over visits: what becomes of each is decided, and all of it happens or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from scheduler.availability.visit_rules import UnknownVisitType, Visit, load_visit
from scheduler.booking.cancel import cancel
from scheduler.booking.holds.expire import expire_holds
from scheduler.booking.holds.release_hold import release_hold
from scheduler.booking.models import Appointment
from scheduler.booking.move import carry, locks_of_move
from scheduler.booking.refusals import StaleVersion
from scheduler.booking.reschedule import Reschedule
from scheduler.booking.slot_assignment import assign_slot
from scheduler.booking.unless_taken import save_unless_taken
from scheduler.clinic.models import Provider, Room, TimeOff
from scheduler.closures.time_off import visits_in_the_way
from scheduler.core.refusal import Audience, Refusal
from scheduler.core.status import AppointmentStatus
from scheduler.transactions.locks import Lock, exclusive
from scheduler.transactions.row_locks import lock_row
from scheduler.worklist.ask_staff import ask_staff
from scheduler.worklist.models import StaffTask

STAFF = Appointment.Actor.STAFF


class Fate(StrEnum):
    """What becomes of a visit: moved and told, called off and told, or called off and called by
    staff; a time that is only kept is let go."""

    MOVE = "move"
    CANCEL = "cancel"
    CALL = "call"
    LET_GO = "let-go"


@dataclass(frozen=True, slots=True)
class Decision:
    """`start` (aware) and `provider` (a slug) are where a visit that moves goes; `version` is the
    appointment's as it was seen."""

    fate: Fate
    version: int
    start: datetime | None = None
    provider: str | None = None


class Unresolved(Exception):
    """Nothing was written. `visits` are in the way; `problems` says what is wrong with what was
    decided for some, None for those about which nothing was."""

    def __init__(self, visits: list[Appointment], problems: Mapping[int, Refusal | None]) -> None:
        super().__init__(f"{len(visits)} visits are in the way")
        self.visits = visits
        self.problems = problems


class _Undecided(Exception):
    """Nobody has said yet what becomes of the visit."""


class NoTimeChosen(Refusal):
    """The visit is to move, and nobody has said when to."""

    code = "no-time-chosen"
    met_by = Audience.STAFF


class PatientHere(Refusal):
    """The visit has begun: time off can't close over it."""

    code = "patient-here"
    met_by = Audience.STAFF


def take_time_off_over_visits(
    time_off: TimeOff, decisions: Mapping[int, Decision], *, now: datetime
) -> TimeOff:
    """Save new or changed time off, and carry out the decisions (by appointment id) over it.

    Raises Unresolved where a live appointment in it has no decision, or one that can't be carried
    out; then nothing is written. Decisions on what is not in the way are left alone.
    """
    moves = _moves(decisions)
    for visit, decision in moves.values():
        if decision.start is not None:
            expire_holds(*visit.busy(decision.start), now=now)
    with transaction.atomic():
        _lock(moves)
        in_the_way = visits_in_the_way(time_off, now=now)
        time_off.save()
        problems: dict[int, Refusal | None] = {}
        for appointment in in_the_way:
            try:
                with transaction.atomic():
                    _carry_out(appointment, decisions.get(appointment.pk), time_off, now=now)
            except _Undecided:
                problems[appointment.pk] = None
            except Refusal as problem:
                problems[appointment.pk] = problem
        if problems:
            raise Unresolved(in_the_way, problems)
    return time_off


def _moves(decisions: Mapping[int, Decision]) -> dict[Appointment, tuple[Visit, Decision]]:
    moving = {
        pk: one for pk, one in decisions.items() if one.fate is Fate.MOVE and one.start is not None
    }
    found = {}
    for appointment in Appointment.objects.filter(pk__in=moving).select_related("visit_type"):
        try:
            visit = load_visit(appointment.visit_type.slug, staff=True).for_staff()
        except UnknownVisitType:
            continue
        found[appointment] = (visit, moving[appointment.pk])
    return found


def _lock(moves: Mapping[Appointment, tuple[Visit, Decision]]) -> None:
    """All hours, and whatever the moves touch, at once and so in the order of locks."""
    exclusive(
        *((Lock.PROVIDER, pk) for pk in Provider.objects.values_list("pk", flat=True)),
        *((Lock.ROOM, pk) for pk in Room.objects.values_list("pk", flat=True)),
        *(
            key
            for appointment, (visit, decision) in moves.items()
            if decision.start is not None
            for key in locks_of_move(appointment, visit, decision.start, decision.provider)
        ),
    )


def _carry_out(
    appointment: Appointment, decision: Decision | None, time_off: TimeOff, *, now: datetime
) -> None:
    if appointment.status in {AppointmentStatus.ARRIVED, AppointmentStatus.IN_ROOM}:
        raise PatientHere
    if decision is None:
        raise _Undecided
    if decision.version != appointment.version:
        raise StaleVersion
    held = appointment.status == AppointmentStatus.HELD
    if held != (decision.fate is Fate.LET_GO):
        raise StaleVersion
    if decision.fate is Fate.MOVE:
        _move(appointment, decision, now=now)
    elif held:
        release_hold(appointment.pk)
    else:
        _call_off(appointment, decision.fate, time_off, now=now)


def _move(appointment: Appointment, decision: Decision, *, now: datetime) -> None:
    if decision.start is None:
        raise NoTimeChosen
    if (decision.start, decision.provider) == (appointment.starts_at, appointment.provider.slug):
        _change_room(appointment, now=now)
        return
    policy = Reschedule(
        appointment,
        start=decision.start,
        by=STAFF,
        provider=decision.provider,
        version=decision.version,
    )
    carry(policy, load_visit(appointment.visit_type.slug, staff=True).for_staff(), now=now)


def _change_room(appointment: Appointment, *, now: datetime) -> None:
    """The time can be kept in another room, of which the patient need not hear beforehand."""
    visit = load_visit(appointment.visit_type.slug, staff=True).for_staff()
    place, _schedule = assign_slot(
        visit,
        appointment.starts_at,
        provider=appointment.provider.slug,
        now=now,
        exclude_id=appointment.pk,
    )
    row = lock_row(Appointment.objects.all(), appointment.pk)
    row.room_id = place.room
    row.version += 1
    save_unless_taken(row)


def _call_off(appointment: Appointment, fate: Fate, time_off: TimeOff, *, now: datetime) -> None:
    cancel(
        appointment.pk,
        by=STAFF,
        reason=time_off.reason or "Time off",
        tell=fate is Fate.CANCEL,
        now=now,
    )
    if fate is Fate.CALL:
        ask_staff(
            StaffTask.Kind.CALL_CLOSED,
            appointment=appointment,
            urgent=True,
            note="Called off for time off; nobody has told them.",
            now=now,
        )
