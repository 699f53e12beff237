"""A person dealt with something that needed one."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from scheduler.actions.opt_out import lift_pause, opt_out
from scheduler.models import InboundText, StaffTask
from scheduler.models.patient import Channel

SMS = Channel.SMS.value


class AlreadyHandled(Exception):
    """Somebody else was quicker; the text says who."""


class NotAboutStopping(Exception):
    """The task is not about a text that may be an opt-out."""


def settle_task(task_id: int, *, by: User, now: datetime) -> StaffTask:
    """Mark it handled by this person. Raises AlreadyHandled."""
    ours = StaffTask.objects.filter(pk=task_id, done_at=None).update(done_at=now, done_by=by.pk)
    task = StaffTask.objects.select_related("done_by", "appointment").get(pk=task_id)
    if not ours:
        raise AlreadyHandled(str(task.done_by or "the product itself"))
    return task


def stop_for_good(task_id: int, *, by: User, now: datetime) -> None:
    """They did mean to stop: the pause becomes an opt-out.

    Raises NotAboutStopping and AlreadyHandled.
    """
    with transaction.atomic():
        number = _paused_text(task_id).from_number
        settle_task(task_id, by=by, now=now)
        opt_out(SMS, number, source="staff", now=now)


def go_on_texting(task_id: int, *, by: User, now: datetime) -> None:
    """They meant something else: texts go on. Raises NotAboutStopping, AlreadyHandled and, where
    the number has stopped in the meantime, NotPaused."""
    with transaction.atomic():
        number = _paused_text(task_id).from_number
        settle_task(task_id, by=by, now=now)
        lift_pause(SMS, number, by=by, now=now)


def _paused_text(task_id: int) -> InboundText:
    task = StaffTask.objects.select_related("inbound").get(pk=task_id)
    if task.kind != StaffTask.Kind.MAYBE_STOP or task.inbound is None:
        raise NotAboutStopping
    return task.inbound
