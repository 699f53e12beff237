"""A person dealt with something that needed one."""

from datetime import datetime

from django.contrib.auth.models import User

from scheduler.core.refusal import Audience, Refusal
from scheduler.worklist.models import StaffTask


class AlreadyHandled(Refusal):
    """Somebody else was quicker: who, by name."""

    code = "already-handled"
    met_by = Audience.STAFF

    def __init__(self, name: str) -> None:
        super().__init__(name, name=name)


def settle_task(task_id: int, *, by: User, now: datetime) -> StaffTask:
    """Mark it handled by this person. Raises AlreadyHandled."""
    ours = StaffTask.objects.filter(pk=task_id, done_at=None).update(done_at=now, done_by=by.pk)
    task = StaffTask.objects.select_related("done_by", "appointment").get(pk=task_id)
    if not ours:
        raise AlreadyHandled(str(task.done_by or "the product itself"))
    return task
