"""Keep a time for a code, or for a call where no more codes may go to the number."""

from datetime import datetime

from scheduler.booking.holds.hold import hold
from scheduler.booking.holds.hold_for_call import hold_for_call
from scheduler.booking.models import Appointment
from scheduler.booking.reserve import BookingRequest
from scheduler.rate_limits.counting import CodeLimit
from scheduler.transactions.idempotency import IdempotentCall


def hold_or_call(
    wanted: BookingRequest,
    *,
    now: datetime,
    idempotency: IdempotentCall | None = None,
    instead_of: int | None = None,
) -> Appointment:
    """As `hold`; where strangers had all the codes that a number may get, as `hold_for_call`.

    Then `code_channel` is empty. Strangers on other networks don't stand in the way of that.
    Raises what these two raise.
    """
    try:
        return hold(wanted, now=now, idempotency=idempotency, instead_of=instead_of)
    except CodeLimit as limit:
        if limit.scope != "contact" or not wanted.person.phone:
            raise
    return hold_for_call(
        wanted, now=now, idempotency=idempotency, instead_of=instead_of, each_network=True
    )
