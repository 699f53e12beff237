"""Write on the trail that somebody on the staff looked at patients."""

from collections.abc import Collection
from datetime import datetime

from scheduler.models import AccessEvent


def note_access(
    user_id: int, *, route: str, method: str, patients: Collection[int], now: datetime
) -> AccessEvent:
    """One row for one request. `route` is the pattern of its address, never the address."""
    return AccessEvent.objects.create(
        user_id=user_id, route=route, method=method, patients=sorted(patients), at=now
    )
