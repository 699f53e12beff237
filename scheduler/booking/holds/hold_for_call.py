"""Keep a time for somebody who can't be sent a code: staff call, and book it with them."""

from datetime import datetime, time

from django.db import transaction

from scheduler.availability.visit_rules import Visit
from scheduler.booking.holds.expire import expire_holds
from scheduler.booking.holds.release_hold import release_hold
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import AwaitsCall, SlotTaken
from scheduler.booking.reserve import (
    BookingRequest,
    booking_rules,
    insert_appointment,
    lock_slot,
    with_alternatives,
)
from scheduler.clinic.closures import ONE_DAY, closed_days
from scheduler.core.business_days import add_business_days
from scheduler.core.status import AppointmentStatus
from scheduler.links.issue import issue_links
from scheduler.rate_limits import requests
from scheduler.rate_limits.counting import digest
from scheduler.rate_limits.models import RateLimitEvent
from scheduler.transactions.idempotency import IdempotentCall
from scheduler.worklist.ask_staff import ask_staff
from scheduler.worklist.models import StaffTask

NOON = time(12)
# Longer than any run of closed days that a clinic that calls people back could have.
LOOK_AHEAD = 60 * ONE_DAY


def hold_for_call(
    wanted: BookingRequest,
    *,
    now: datetime,
    idempotency: IdempotentCall | None = None,
    instead_of: int | None = None,
    each_network: bool = False,
) -> Appointment:
    """Keep the time until noon of the next business day, and ask staff to call the person's phone.

    The row's status is `held`, without a code. A visit before that noon is kept until it starts.
    One such hold a number, or with `each_network` one a number and network: who did not choose to
    be called must not find that a stranger's hold awaits the call. No code is sent, so the limits
    of codes don't count here, neither the number's nor the network's. Raises AwaitsCall,
    TooManyRequests, and what `hold` raises for the time; then nothing is written. `idempotency` and
    `instead_of` are as in `hold`.
    """
    visit, condition = booking_rules(wanted)
    expire_holds(*visit.busy(wanted.start), now=now)
    phone = wanted.person.phone
    caller = f"{phone} {wanted.network}" if each_network else phone
    until = min(next_business_noon(visit, now=now), wanted.start)
    try:
        with transaction.atomic():
            if idempotency:
                idempotency.claim(now=now)
            requests.count(RateLimitEvent.Kind.HOLD, [caller], wanted.network, now=now)
            owner = digest("call", caller)
            _refuse_second(owner, now=now)
            lock_slot(visit, wanted)
            release_hold(instead_of)
            appointment = insert_appointment(
                visit,
                wanted,
                condition,
                now=now,
                status=AppointmentStatus.HELD,
                held_details=wanted.person.to_json(),
                hold_expires_at=until,
                hold_owner=owner,
            )
            issue_links(appointment)
            ask_staff(StaffTask.Kind.CALL_TO_BOOK, appointment=appointment, urgent=True, now=now)
            if idempotency:
                idempotency.remember(appointment, now=now)
            return appointment
    except SlotTaken:
        raise with_alternatives(visit, wanted, now=now) from None


def cancel_call(appointment_id: int, *, now: datetime) -> None:
    """The person wants no call any more: free the time, settle the task. Twice changes nothing."""
    with transaction.atomic():
        release_hold(appointment_id)
        StaffTask.objects.filter(
            appointment=appointment_id, kind=StaffTask.Kind.CALL_TO_BOOK, done_at=None
        ).update(done_at=now)


def next_business_noon(visit: Visit, *, now: datetime) -> datetime:
    """Noon, by the clinic's clock, of the business day after today."""
    today = visit.local_day(now)
    closed = closed_days(today, today + LOOK_AHEAD)
    day = add_business_days(today, 1, weekdays_mask=visit.business_days, closed_days=closed)
    return datetime.combine(day, NOON, visit.tz)


def _refuse_second(owner: str, *, now: datetime) -> None:
    live = Appointment.objects.filter(
        hold_owner=owner, status=AppointmentStatus.HELD, hold_expires_at__gt=now
    )
    if live.exists():
        raise AwaitsCall
