"""Keep a time for a code, or for a call where no more codes may go to the number."""

from datetime import datetime

from scheduler.actions.book import hold
from scheduler.actions.hold_for_call import hold_for_call
from scheduler.actions.limit_codes import CodeLimit
from scheduler.actions.once import Once
from scheduler.actions.take_time import Wanted
from scheduler.models import Appointment


def keep(
    wanted: Wanted, *, now: datetime, once: Once | None = None, instead_of: int | None = None
) -> Appointment:
    """As `hold`; where strangers had all the codes that a number may get, as `hold_for_call`.

    Then `code_channel` is empty. Strangers on other networks don't stand in the way of that.
    Raises what these two raise.
    """
    try:
        return hold(wanted, now=now, once=once, instead_of=instead_of)
    except CodeLimit as limit:
        if limit.scope != "contact" or not wanted.person.phone:
            raise
    return hold_for_call(wanted, now=now, once=once, instead_of=instead_of, each_network=True)
