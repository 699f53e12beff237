"""The one way to take a slot, whoever asks: `reserve`, and `take`, which is its inside.

What differs between a hold, a booking at once, one by staff or a replacement is a policy: a small
value that says who asks, which rules bind, what the row is and what is owed afterwards. Everything
else stands here once, in this order: rules, locks, idempotency key, slot, row, links, what is owed.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.db import DEFAULT_DB_ALIAS, transaction

from scheduler.availability.load_schedule import UnknownProvider
from scheduler.availability.schedule import SlotAssignment
from scheduler.availability.visit_rules import Visit, load_visit
from scheduler.booking.booking_rules import (
    condition_of,
    refuse_minor,
    refuse_too_many_holds,
    refuse_without_number,
)
from scheduler.booking.holds.expire import past_lapsed_holds
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import SlotTaken
from scheduler.booking.slot_assignment import assign_slot, nearest
from scheduler.booking.unless_taken import insert_unless_taken
from scheduler.clinic.models import Condition, Provider
from scheduler.core.status import AppointmentStatus
from scheduler.links import tokens
from scheduler.links.issue import issue_links
from scheduler.patients.models import Contact, Patient
from scheduler.patients.person import Person
from scheduler.transactions.idempotency import IdempotentCall
from scheduler.transactions.lock_order import Key
from scheduler.transactions.locks import Lock, day_key, held_exclusively, take_locks

ATTEMPTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRequest:
    """What is asked for. `start` is aware; `network` tells callers' networks apart.

    `overbook_reason`, from staff only, puts the visit on top of others where there is no other way.
    """

    visit_type: str
    start: datetime
    person: Person
    provider: str | None = None
    condition: str | None = None
    network: str = ""
    overbook_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a policy found out under the locks: the row's state, whose it is, its other fields, and
    its `place` where the policy brings one."""

    status: AppointmentStatus
    patient: Patient | None = None
    contact: Contact | None = None
    fields: Mapping[str, object] = field(default_factory=dict)
    place: SlotAssignment | None = None


@dataclass(frozen=True)
class Policy(ABC):
    """One way of taking a slot. The core calls the methods in the order they stand here."""

    request: BookingRequest

    # Staff see more visit types, at any notice, on a finer grid; age and number are theirs to ask.
    staff: ClassVar[bool] = False
    # Whether hours and other visits decide who and where; else the draft brings a place.
    assigned: ClassVar[bool] = True
    # Whether the row counts among the unfinished bookings that may keep a fifth of a day.
    counts_as_hold: ClassVar[bool] = False
    # Whether somebody gets to see the row behind a link.
    has_links: ClassVar[bool] = True

    def locks(self) -> Iterable[Key]:
        """Exclusive locks of contacts and networks; the core adds those of the slot."""
        return ()

    @abstractmethod
    def draft(self, visit: Visit, *, now: datetime) -> Draft:
        """Under the locks: refuse by limits of its own, find or make the patient, lock its rows."""

    def owe(self, appointment: Appointment, draft: Draft, *, now: datetime) -> None:  # noqa: B027
        """The row is written: plan messages, keep consents, ask staff. Some ways owe nothing."""


@dataclass(frozen=True, slots=True)
class Rules:
    """A visit type's rules as they bind who asks, and as other times are offered by them."""

    visit: Visit
    offered: Visit
    condition: Condition | None


def load_rules(policy: Policy) -> Rules:
    """Raises UnknownVisitType, UnknownCondition and, unless staff book, UnderAge and
    PhoneNeeded."""
    request = policy.request
    visit = offered = load_visit(request.visit_type, staff=policy.staff)
    if policy.staff:
        visit, offered = visit.for_staff(), visit.for_staff(on_its_grid=True)
    else:
        refuse_minor(request.person.date_of_birth, visit.local_day(request.start))
        refuse_without_number(visit, request.person.phone)
    return Rules(visit, offered, condition_of(request.condition))


def reserve(
    policy: Policy, *, now: datetime, idempotency: IdempotentCall | None = None
) -> Appointment:
    """Take the slot in a transaction of its own; it refuses to run inside another.

    Raises UnknownVisitType, UnknownProvider, UnknownCondition, NotOffered, PatientBusy, SlotTaken
    (with the nearest alternatives) and what the policy raises; then nothing is written.
    `idempotency` makes a repeated call raise Replay.
    """
    rules = load_rules(policy)

    def attempt() -> Appointment:
        with transaction.atomic(durable=True):
            return take(policy, rules, now=now, idempotency=idempotency)

    try:
        return past_lapsed_holds(attempt, now=now)
    except SlotTaken as taken:
        wanted = policy.request
        taken.alternatives = nearest(rules.offered, wanted.start, provider=wanted.provider, now=now)
        raise


def take(
    policy: Policy,
    rules: Rules,
    *,
    now: datetime,
    idempotency: IdempotentCall | None = None,
) -> Appointment:
    """Take the slot in the caller's transaction, whose locks come no later than these.

    `rules` are those of `load_rules`. Raises what `reserve` raises, SlotTaken without alternatives;
    LapsedHold is a SlotTaken for whom `past_lapsed_holds` is the answer.
    """
    visit, request = rules.visit, policy.request
    providers = visit.providers_for(request.provider) if policy.assigned else {}
    _lock(policy, visit, providers.values(), idempotency)
    if idempotency:
        idempotency.check(now=now)
    if policy.assigned and not providers and request.provider is not None:
        raise UnknownProvider(request.provider)
    draft = policy.draft(visit, now=now)
    appointment = _insert(policy, rules, draft, now=now)
    if policy.has_links:
        issue_links(appointment)
    policy.owe(appointment, draft, now=now)
    if idempotency:
        idempotency.remember(appointment, now=now)
    return appointment


def _lock(
    policy: Policy, visit: Visit, providers: Iterable[int], idempotency: IdempotentCall | None
) -> None:
    """Keep still what the slot depends on: these providers' hours, time off and moves, and where
    there is a daily cap other bookings; in one statement."""
    exclusive = [*policy.locks()]
    if idempotency:
        exclusive.append(idempotency.lock)
    if visit.daily_cap is not None:
        day = visit.local_day(policy.request.start)
        # Who has a provider's hours to themselves needs no lock of a day of them.
        exclusive += [
            (Lock.DAY, day_key(provider, day))
            for provider in providers
            if not held_exclusively((Lock.PROVIDER, provider))
        ]
    take_locks(exclusive=exclusive, shared=[(Lock.PROVIDER, provider) for provider in providers])


def _insert(policy: Policy, rules: Rules, draft: Draft, *, now: datetime) -> Appointment:
    """Write the row at the first place that is free."""
    values = _wherever(policy.request, rules, draft, now=now)
    visit, request = rules.visit, policy.request
    for _ in range(1 if draft.place else ATTEMPTS):
        place = draft.place
        if place is None:
            place, schedule = assign_slot(
                visit,
                request.start,
                provider=request.provider,
                now=now,
                overbook=bool(request.overbook_reason),
            )
            if policy.counts_as_hold:
                refuse_too_many_holds(schedule, visit.local_day(request.start))
        appointment = Appointment(
            reference=tokens.new_reference(),
            # What is known of the provider by now; the rest is read where it is asked for.
            provider=Provider.from_db(
                DEFAULT_DB_ALIAS, ["id", "slug"], [place.provider, place.slug]
            ),
            room_id=place.room,
            overbook_reason=request.overbook_reason if place.overbooked else None,
            **values,
        )
        if insert_unless_taken(appointment, now=now):
            return appointment
    raise SlotTaken


def _wherever(
    request: BookingRequest, rules: Rules, draft: Draft, *, now: datetime
) -> dict[str, Any]:
    """What the row says whichever place it gets."""
    busy_start, busy_end = rules.visit.busy(request.start)
    return {
        "visit_type_id": rules.visit.id,
        "patient": draft.patient,
        "contact": draft.contact,
        "status": draft.status,
        "starts_at": request.start,
        "ends_at": rules.visit.ends(request.start),
        "busy_start": busy_start,
        "busy_end": busy_end,
        "condition_id": rules.condition.pk if rules.condition else None,
        "language": request.person.language,
        "interpreter": request.person.interpreter,
        "created_at": now,
        **draft.fields,
    }
