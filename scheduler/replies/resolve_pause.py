"""A text that may be an opt-out waits for a person: they stop for good, or texts go on."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from scheduler.core.refusal import Audience, Refusal
from scheduler.messaging.consent.by_staff import source_of
from scheduler.messaging.consent.lift_opt_out import lift_pause
from scheduler.messaging.consent.opt_out import opt_out
from scheduler.messaging.models import Channel
from scheduler.replies.models import InboundText
from scheduler.worklist.models import StaffTask
from scheduler.worklist.settle import settle_task

SMS = Channel.SMS.value


class NotAboutStopping(Refusal):
    """The task is not about a text that may be an opt-out."""

    code = "not-about-stopping"
    met_by = Audience.STAFF


def stop_for_good(task_id: int, *, by: User, now: datetime) -> None:
    """They did mean to stop: the pause becomes an opt-out.

    Raises NotAboutStopping and AlreadyHandled.
    """
    with transaction.atomic():
        number = _paused_text(task_id).from_number
        settle_task(task_id, by=by, now=now)
        opt_out(SMS, number, source=source_of(by), now=now)


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
