"""Move an appointment: the new time is taken in the same transaction that gives up the old."""

from datetime import datetime, timedelta

from django.db import transaction

from scheduler.availability.load_schedule import UnknownProvider
from scheduler.availability.visit_rules import Visit, load_visit
from scheduler.booking import late_changes
from scheduler.booking.holds.expire import expire_holds
from scheduler.booking.models import Appointment
from scheduler.booking.queue_phone_call import queue_phone_call
from scheduler.booking.refusals import SameTime, SlotTaken, StaleVersion, TooLateToMove
from scheduler.booking.reserve import refuse_overlap, refuse_without_number, save_unless_taken
from scheduler.booking.slot_assignment import assign_slot, nearest, providers_of
from scheduler.core import status
from scheduler.core.message_status import MessageStatus
from scheduler.core.status import AppointmentStatus
from scheduler.links.issue import INFORMATION_FOR, MANAGE_FOR
from scheduler.links.models import Link
from scheduler.messaging import plan
from scheduler.messaging.number_to_call import number_to_call
from scheduler.transactions.locks import Lock, day_key, exclusive
from scheduler.transactions.row_locks import lock_row

AT_ONCE = timedelta(0)
MOVABLE = (AppointmentStatus.BOOKED, AppointmentStatus.CONFIRMED)


def reschedule(
    appointment_id: int,
    start: datetime,
    *,
    provider: str | None = None,
    version: int | None = None,
    by: str,
    overbook_reason: str = "",
    tell: bool = True,
    news_after: timedelta = AT_ONCE,
    now: datetime,
) -> Appointment:
    """Move to `start`, with the same provider where nobody else is asked for and they are free.

    The row and its links stay; the confirmation is cleared, `sequence` and `version` go up, the
    old messages are withdrawn and new ones owed. Staff may overbook with a reason, and may leave
    the patient untold (`tell`: reminders of the new time go out all the same). Who is to be told
    by staff and can be written to nowhere is put on the call list. The news waits `news_after`, so
    that a move that is taken back meanwhile is never told.

    A call that nobody knows the number for is not moved before there is one.

    Raises StaleVersion, TooLateToMove, SameTime, IllegalTransition, PhoneNeeded, UnknownProvider,
    NotOffered, SlotTaken and PatientBusy.
    """
    staff = by == Appointment.Actor.STAFF
    before = Appointment.objects.select_related("visit_type").get(pk=appointment_id)
    visit = offered = load_visit(before.visit_type.slug, staff=True)
    if staff:
        visit, offered = visit.for_staff(), visit.for_staff(on_its_grid=True)
    _refuse(before, visit, start, provider=provider, version=version, staff=staff, now=now)
    expire_holds(*visit.busy(start), now=now)
    try:
        with transaction.atomic():
            exclusive(*locks_of_move(before, visit, start, provider))
            return move(
                before,
                visit,
                start,
                provider=provider,
                version=version,
                by=by,
                overbook_reason=overbook_reason,
                tell=tell,
                news_after=news_after,
                now=now,
            )
    except SlotTaken:
        raise SlotTaken(nearest(offered, start, provider=provider, now=now)) from None


def move(
    before: Appointment,
    visit: Visit,
    start: datetime,
    *,
    provider: str | None = None,
    version: int | None = None,
    by: str,
    overbook_reason: str = "",
    tell: bool = True,
    news_after: timedelta = AT_ONCE,
    now: datetime,
) -> Appointment:
    """The move itself, in the caller's transaction and under the locks of `locks_of_move(before)`.

    Lapsed holds are out of the way by then. Raises what `reschedule` raises, SlotTaken without
    alternatives, and StaleVersion where the visit went elsewhere before its locks were had.
    """
    staff = by == Appointment.Actor.STAFF
    appointment = lock_row(Appointment.objects.select_related("contact", "provider"), before.pk)
    if _whereabouts(appointment) != _whereabouts(before):
        raise StaleVersion
    _refuse(appointment, visit, start, provider=provider, version=version, staff=staff, now=now)
    if visit.by_phone:
        refuse_without_number(visit, number_to_call(appointment))
    old_start = appointment.starts_at
    place_at(appointment, visit, start, provider, overbook_reason=overbook_reason, now=now)
    if late_changes.is_late(visit, old_start, by=by, now=now):
        appointment.changed_late = True
        late_changes.tell_staff(appointment, "Moved late.", now=now)
    save_unless_taken(appointment)
    keep_links(appointment)
    _owe(appointment, old_start=old_start, tell=tell, wait=news_after, now=now)
    if staff and tell:
        queue_phone_call(appointment, now=now)
    return appointment


def _whereabouts(appointment: Appointment) -> tuple[int | None, ...]:
    """What the locks of a move were taken for."""
    return appointment.provider_id, appointment.room_id, appointment.patient_id


def _refuse(
    appointment: Appointment,
    visit: Visit,
    start: datetime,
    *,
    provider: str | None,
    version: int | None,
    staff: bool,
    now: datetime,
) -> None:
    if appointment.status not in MOVABLE:
        raise status.IllegalTransition(
            AppointmentStatus(appointment.status), AppointmentStatus.BOOKED
        )
    if version is not None and version != appointment.version:
        raise StaleVersion
    if not staff and now > appointment.starts_at - visit.move_cutoff:
        raise TooLateToMove
    if start == appointment.starts_at and provider in {None, appointment.provider.slug}:
        raise SameTime


def locks_of_move(
    appointment: Appointment, visit: Visit, start: datetime, provider: str | None
) -> list[tuple[Lock, int]]:
    """What a move to `start` may touch: providers, rooms, the patient, the daily caps."""
    providers = {*providers_of(visit, provider), appointment.provider_id}
    rooms = {*visit.rooms} | ({appointment.room_id} if appointment.room_id else set())
    day = visit.local_day(start)
    return [
        *((Lock.PROVIDER, one) for one in providers),
        *((Lock.ROOM, room) for room in rooms),
        (Lock.PATIENT, appointment.patient_id or 0),
        *((Lock.DAY, day_key(one, day)) for one in providers if visit.daily_cap),
    ]


def place_at(
    appointment: Appointment,
    visit: Visit,
    start: datetime,
    provider: str | None,
    *,
    overbook_reason: str = "",
    now: datetime,
) -> None:
    """Give a locked appointment its new time, not saved yet, under `locks_of_move`.

    Raises UnknownProvider, NotOffered, SlotTaken without alternatives, and PatientBusy.
    """
    if provider is not None and not providers_of(visit, provider):
        raise UnknownProvider(provider)
    place = assign_slot(
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
    if appointment.patient:
        refuse_overlap(appointment.patient, appointment)
    appointment.status = AppointmentStatus.BOOKED
    appointment.confirmed_at = None
    appointment.confirmed_via = ""
    appointment.sequence += 1
    appointment.version += 1


def keep_links(appointment: Appointment) -> None:
    """The links live as long after the new time as they did after the old one."""
    for purpose, lives in (
        (Link.Purpose.APPOINTMENT, MANAGE_FOR),
        (Link.Purpose.INFORMATION, INFORMATION_FOR),
    ):
        appointment.links.filter(purpose=purpose).update(expires_at=appointment.ends_at + lives)


def _owe(
    appointment: Appointment, *, old_start: datetime, tell: bool, wait: timedelta, now: datetime
) -> None:
    addresses = plan.consented(appointment.contact) if appointment.contact else []
    untold = appointment.messages.filter(
        kind=plan.MOVED, status=MessageStatus.PLANNED, due_at__gt=now
    ).first()
    if untold is not None and untold.old_starts_at is not None:
        # They know of the time before that one.
        old_start = untold.old_starts_at
        tell = tell and old_start != appointment.starts_at
    if tell:
        plan.plan(
            appointment,
            plan.MOVED,
            addresses,
            now=now,
            with_reminders=True,
            old_start=old_start,
            wait=wait,
        )
    else:
        plan.replan_reminders(appointment, addresses, now=now)
