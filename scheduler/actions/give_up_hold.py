"""They don't want the time that was kept until a call: let others have it."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from scheduler.actions.book import give_up
from scheduler.actions.log_call import CallOver
from scheduler.actions.settle_task import AlreadyHandled, settle_task
from scheduler.models import Appointment, CallClaim, StaffTask


def give_up_hold(task_id: int, *, by: User, now: datetime) -> None:
    """Free the time and forget what was typed; the call is done. Raises CallOver."""
    with transaction.atomic():
        try:
            task = settle_task(task_id, by=by, now=now)
        except AlreadyHandled:
            raise CallOver from None
        if task.kind != StaffTask.Kind.CALL_TO_BOOK or task.appointment_id is None:
            raise CallOver
        give_up(task.appointment_id)
        Appointment.objects.filter(pk=task.appointment_id, patient=None).update(held_details=None)
        CallClaim.objects.filter(appointment=task.appointment_id).delete()
