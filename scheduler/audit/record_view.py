"""Write in the audit log that somebody on the staff looked at patients."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from scheduler.audit.models import AccessEvent


def record_view(
    user_id: int,
    *,
    route: str,
    method: str,
    patients: Collection[int],
    asked: Mapping[str, Any],
    now: datetime,
) -> AccessEvent:
    """One row for one request. `route` is the pattern of its address, never the address; `asked`
    is what was asked of the audit log, empty elsewhere."""
    return AccessEvent.objects.create(
        user_id=user_id,
        route=route,
        method=method,
        patients=sorted(patients),
        asked=dict(asked),
        at=now,
    )
