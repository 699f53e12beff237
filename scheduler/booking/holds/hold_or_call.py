"""Keep a time for a code, or for a call where no more codes may go to the number."""

from datetime import datetime

from scheduler.booking.holds.hold import Hold
from scheduler.booking.holds.hold_for_call import HoldForCall
from scheduler.booking.models import Appointment
from scheduler.booking.reserve import BookingRequest, reserve
from scheduler.rate_limits.counting import CodeLimit
from scheduler.transactions.idempotency import IdempotentCall


def hold_or_call(
    request: BookingRequest,
    *,
    now: datetime,
    idempotency: IdempotentCall | None = None,
    instead_of: int | None = None,
) -> Appointment:
    """A Hold; where strangers had all the codes that a number may get, a HoldForCall.

    Then `code_channel` is empty. Strangers on other networks don't stand in the way of that.
    Raises what `reserve` raises with these two.
    """
    try:
        return reserve(Hold(request, instead_of=instead_of), now=now, idempotency=idempotency)
    except CodeLimit as limit:
        if limit.scope != "contact" or not request.person.phone:
            raise
    for_call = HoldForCall(request, instead_of=instead_of, each_network=True)
    return reserve(for_call, now=now, idempotency=idempotency)
