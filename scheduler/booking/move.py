"""The one way in which a visit gets another time, or comes back: `move`, and its inside, `carry`.

The new time is taken in the transaction that gives up the old one. What differs between a patient's
or staff's move, a cancellation taken back and an offer accepted is a policy, as in `reserve`.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from django.db import transaction

from scheduler.availability.load_schedule import UnknownProvider
from scheduler.availability.visit_rules import Visit
from scheduler.booking.holds.expire import past_lapsed_holds
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import StaleVersion
from scheduler.booking.slot_assignment import assign_slot
from scheduler.booking.unless_taken import save_unless_taken
from scheduler.core.status import AppointmentStatus
from scheduler.links.keep import keep_links
from scheduler.transactions.lock_order import Key
from scheduler.transactions.locks import Lock, day_key, exclusive
from scheduler.transactions.row_locks import lock_row


@dataclass(frozen=True)
class Move(ABC):
    """One way of moving. The core calls the methods in the order they stand here.

    `before` is the visit as it was read before the locks, with its visit type.
    """

    before: Appointment

    # Whether it matters that the visit went elsewhere before its locks were had.
    from_where_it_stood: ClassVar[bool] = True

    @abstractmethod
    def locks(self, visit: Visit) -> Iterable[Key]:
        """Exclusive locks of all that the move may touch: providers, rooms, patient, days."""

    @abstractmethod
    def refuse(self, appointment: Appointment, visit: Visit, *, now: datetime) -> None:
        """The visit is locked: raise what stands against it, lock other rows, let go of holds."""

    @abstractmethod
    def place(self, appointment: Appointment, visit: Visit, *, now: datetime) -> None:
        """Give it its slot, not saved yet; and what else becomes of it."""

    @abstractmethod
    def owe(
        self, appointment: Appointment, visit: Visit, *, old_start: datetime, now: datetime
    ) -> None:
        """The row is written: plan messages, answer offers, tell staff."""


def move(policy: Move, visit: Visit, *, now: datetime) -> Appointment:
    """Move in a transaction of its own, under the policy's locks.

    Raises PatientBusy, SlotTaken without alternatives and what the policy raises; then nothing is
    written.
    """

    def attempt() -> Appointment:
        with transaction.atomic(durable=True):
            exclusive(*policy.locks(visit))
            return carry(policy, visit, now=now)

    return past_lapsed_holds(attempt, now=now)


def carry(policy: Move, visit: Visit, *, now: datetime) -> Appointment:
    """The move itself, in the caller's transaction and under the policy's locks."""
    appointment = lock_row(Appointment.objects.all(), policy.before.pk)
    if policy.from_where_it_stood and _whereabouts(appointment) != _whereabouts(policy.before):
        raise StaleVersion
    policy.refuse(appointment, visit, now=now)
    old_start = appointment.starts_at
    policy.place(appointment, visit, now=now)
    appointment.status = AppointmentStatus.BOOKED
    appointment.confirmed_at = None
    appointment.confirmed_via = ""
    appointment.sequence += 1
    appointment.version += 1
    save_unless_taken(appointment)
    if appointment.starts_at != old_start:
        keep_links(appointment)
    policy.owe(appointment, visit, old_start=old_start, now=now)
    return appointment


def locks_where_it_stands(appointment: Appointment) -> list[Key]:
    """Its provider, its room and its patient."""
    return [
        (Lock.PROVIDER, appointment.provider_id),
        *([(Lock.ROOM, appointment.room_id)] if appointment.room_id else []),
        (Lock.PATIENT, appointment.patient_id or 0),
    ]


def locks_of_move(
    appointment: Appointment, visit: Visit, start: datetime, provider: str | None
) -> list[Key]:
    """What a move to `start` may touch: providers, rooms, the patient, the daily caps."""
    providers = {*visit.providers_for(provider).values(), appointment.provider_id}
    day = visit.local_day(start)
    return [
        *locks_where_it_stands(appointment),
        *((Lock.PROVIDER, one) for one in providers),
        *((Lock.ROOM, room) for room in visit.rooms),
        *((Lock.DAY, day_key(one, day)) for one in providers if visit.daily_cap is not None),
    ]


def place_at(
    appointment: Appointment,
    visit: Visit,
    start: datetime,
    provider: str | None,
    *,
    overbook_reason: str = "",
    now: datetime,
) -> Collection[date]:
    """Give a locked appointment its new time, not saved yet, under `locks_of_move`; with the same
    provider where nobody else is asked for and they are free. Returns the clinic's closed days from
    today to the visit type's horizon, which were read on the way.

    Raises UnknownProvider, NotOffered, and SlotTaken without alternatives.
    """
    if provider is not None and not visit.providers_for(provider):
        raise UnknownProvider(provider)
    place, schedule = assign_slot(
        visit,
        start,
        provider=provider,
        now=now,
        exclude_id=appointment.pk,
        preferred_provider=appointment.provider_id,
        overbook=bool(overbook_reason),
    )
    appointment.provider_id = place.provider
    appointment.room_id = place.room
    appointment.overbook_reason = overbook_reason if place.overbooked else None
    appointment.starts_at, appointment.ends_at = start, visit.ends(start)
    appointment.busy_start, appointment.busy_end = visit.busy(start)
    return schedule.closed_days


def _whereabouts(appointment: Appointment) -> tuple[int | None, ...]:
    """What the locks of a move were taken for."""
    return appointment.provider_id, appointment.room_id, appointment.patient_id
