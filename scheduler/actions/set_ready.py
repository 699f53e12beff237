"""Say how far one thing has come that must be at hand before a visit."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser

from scheduler.models import Appointment, Readiness, ReadyItem


class UnknownTick(Exception):
    """There is no such thing to have at hand, or no such state for it."""


def set_ready(
    appointment: Appointment, item: str, state: str, *, by: AbstractBaseUser, now: datetime
) -> ReadyItem:
    """The tick as it is from now on; saying it twice changes nothing. Raises UnknownTick."""
    if item not in Readiness or state not in ReadyItem.State:
        raise UnknownTick(f"{item}: {state}")
    tick, created = ReadyItem.objects.get_or_create(
        appointment=appointment, item=item, defaults={"state": state, "by_id": by.pk, "at": now}
    )
    if not created and tick.state != state:
        tick.state, tick.by_id, tick.at = state, by.pk, now
        tick.save(update_fields=["state", "by", "at"])
    return tick
