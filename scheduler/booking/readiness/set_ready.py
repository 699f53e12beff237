"""Say how far one thing has come that must be at hand before a visit."""

from datetime import datetime

from scheduler.booking.models import Appointment, ReadyItem
from scheduler.clinic.models import Readiness


class UnknownTick(Exception):
    """There is no such thing to have at hand, or no such state for it."""


def set_ready(
    appointment: Appointment, item: str, state: str, *, by: int, now: datetime
) -> ReadyItem:
    """The tick as it is from now on; saying it twice changes nothing. `by` is a user's id.

    Raises UnknownTick.
    """
    if item not in Readiness or state not in ReadyItem.State:
        raise UnknownTick(f"{item}: {state}")
    tick, created = ReadyItem.objects.get_or_create(
        appointment=appointment, item=item, defaults={"state": state, "by_id": by, "at": now}
    )
    if not created and tick.state != state:
        tick.state, tick.by_id, tick.at = state, by, now
        tick.save(update_fields=["state", "by", "at"])
    return tick
