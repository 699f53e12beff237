"""Staff reached the person for whom a time is kept: book it, and write the call down."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from scheduler.booking.holds.book_held import book_held_by_call, settle_calls
from scheduler.booking.models import Appointment
from scheduler.contact_requests.log_call import CALLS, REACHED, CallOver, log_task_call
from scheduler.worklist.models import StaffTask


def book_held_time(task_id: int, *, note: str = "", by: User, now: datetime) -> Appointment:
    """Book what the task keeps. Raises CallOver, and what `book_held_by_call` raises."""
    task = StaffTask.objects.get(pk=task_id, kind__in=CALLS)
    if task.done_at is not None or task.appointment_id is None:
        raise CallOver
    with transaction.atomic():
        # The visit's locks come before the task's row: the booking first, and all of it falls
        # where the call is found to be over.
        booked = book_held_by_call(task.appointment_id, now=now)
        log_task_call(task_id, REACHED, note=note, by=by, now=now)
        settle_calls(booked, by=by, now=now)
        return booked
