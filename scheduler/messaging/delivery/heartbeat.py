"""Let a part of the product say that it is at work."""

from datetime import datetime

from scheduler.messaging.models import Heartbeat


def beat(name: str, *, now: datetime) -> None:
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, at=now)],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["at"],
    )
