"""Stop all sending for a while, and go on: what is due meanwhile waits, but for codes."""

from datetime import datetime

from django.contrib.auth.models import User

from scheduler.clinic.current import this_clinic


def pause_sending(*, by: User, now: datetime) -> bool:
    """Let nothing leave but codes, from the next claim on; False where it was paused already.

    What is being sent at this moment goes out. Whoever paused first stays named.
    """
    found = this_clinic().filter(sending_paused_at=None)
    return bool(found.update(sending_paused_at=now, sending_paused_by=by.pk))


def resume_sending() -> bool:
    """Let everything leave that is due and still of use; False where nothing was paused."""
    paused = this_clinic().filter(sending_paused_at__isnull=False)
    return bool(paused.update(sending_paused_at=None, sending_paused_by=None))
