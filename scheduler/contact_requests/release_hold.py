"""They don't want the time that was kept until a call: let others have it."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from scheduler.booking.holds.release_hold import release_hold
from scheduler.booking.models import Appointment
from scheduler.contact_requests.log_call import CallOver
from scheduler.contact_requests.models import CallClaim
from scheduler.worklist.models import StaffTask
from scheduler.worklist.settle import AlreadyHandled, settle_task


def release_hold_of_call(task_id: int, *, by: User, now: datetime) -> None:
    """Free the time and forget what was typed; the call is done. Raises CallOver."""
    kept = (
        StaffTask.objects.filter(pk=task_id, kind=StaffTask.Kind.CALL_TO_BOOK)
        .values_list("appointment", flat=True)
        .first()
    )
    if kept is None:
        raise CallOver
    with transaction.atomic():
        # The visit's row before the task's, as whoever gives the time back or books it.
        release_hold(kept)
        Appointment.objects.filter(pk=kept, patient=None).update(held_details=None)
        CallClaim.objects.filter(appointment=kept).delete()
        try:
            settle_task(task_id, by=by, now=now)
        except AlreadyHandled:
            raise CallOver from None
