"""Staff reached the person for whom a time is kept: book it, and write the call down."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from scheduler.actions.book_held import book_after_call
from scheduler.actions.log_call import CALLS, REACHED, CallOver, log_task_call
from scheduler.models import Appointment, StaffTask


def book_reached(task_id: int, *, note: str = "", by: User, now: datetime) -> Appointment:
    """Book what the task keeps. Raises CallOver, and what `book_after_call` raises."""
    with transaction.atomic():
        task = StaffTask.objects.select_for_update().get(pk=task_id, kind__in=CALLS)
        if task.done_at is not None or task.appointment_id is None:
            raise CallOver
        log_task_call(task_id, REACHED, note=note, by=by, now=now)
        booked = book_after_call(task.appointment_id, now=now)
        StaffTask.objects.filter(pk=task_id).update(done_by=by.pk)
        return booked
