"""Keep a time for somebody who can't be sent a code: staff call, and book it with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from django.db import transaction

from scheduler.availability.visit_rules import Visit
from scheduler.booking.holds.release_hold import release_hold
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import AwaitsCall
from scheduler.booking.reserve import Draft, Policy
from scheduler.clinic.closures import ONE_DAY, closed_days
from scheduler.core.business_days import add_business_days
from scheduler.core.status import AppointmentStatus
from scheduler.rate_limits import requests
from scheduler.rate_limits.counting import digest, locks_of
from scheduler.rate_limits.models import RateLimitEvent
from scheduler.transactions.lock_order import Key
from scheduler.worklist.ask_staff import ask_staff
from scheduler.worklist.models import StaffTask

NOON = time(12)
# Longer than any run of closed days that a clinic that calls people back could have.
LOOK_AHEAD = 60 * ONE_DAY


@dataclass(frozen=True)
class HoldForCall(Policy):
    """Keep the time until noon of the next business day, and ask staff to call the person's phone.

    The row's status is `held`, without a code. A visit before that noon is kept until it starts.
    One such hold a number, or with `each_network` one a number and network: who did not choose to
    be called must not find that a stranger's hold awaits the call. No code is sent, so the limits
    of codes don't count here, neither the number's nor the network's. `instead_of` is as for a
    Hold. Raises AwaitsCall, TooManyHolds and TooManyRequests besides what `reserve` raises.
    """

    instead_of: int | None = None
    each_network: bool = False

    counts_as_hold = True

    @property
    def _caller(self) -> str:
        phone = self.request.person.phone
        return f"{phone} {self.request.network}" if self.each_network else phone

    def locks(self) -> Iterable[Key]:
        return locks_of([self._caller], self.request.network)

    def draft(self, visit: Visit, *, now: datetime) -> Draft:
        kind = RateLimitEvent.Kind.HOLD
        requests.count(kind, [self._caller], self.request.network, now=now)
        owner = digest("call", self._caller)
        _refuse_second(owner, now=now)
        release_hold(self.instead_of)
        return Draft(
            status=AppointmentStatus.HELD,
            fields={
                "held_details": self.request.person.to_json(),
                "hold_expires_at": min(next_business_noon(visit, now=now), self.request.start),
                "hold_owner": owner,
            },
        )

    def owe(self, appointment: Appointment, draft: Draft, *, now: datetime) -> None:
        ask_staff(StaffTask.Kind.CALL_TO_BOOK, appointment=appointment, urgent=True, now=now)


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
