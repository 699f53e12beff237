"""Write down how a try to reach somebody ended, and what follows from it."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from scheduler.booking.cancel import cancel
from scheduler.booking.confirm import confirm
from scheduler.booking.models import Appointment
from scheduler.booking.set_appointment_status import set_appointment_status
from scheduler.contact_requests.models import CallAttempt, CallClaim, ContactRequest
from scheduler.contact_requests.request import owe_last_word
from scheduler.core.refusal import Audience, Refusal
from scheduler.core.status import EXPECTED, AppointmentStatus
from scheduler.transactions.row_locks import lock_row
from scheduler.worklist.models import StaffTask

REACHED = CallAttempt.Outcome.REACHED
TRIES = 3
NEWS = (StaffTask.Kind.CALL_CLOSED, StaffTask.Kind.CALL_CHANGED)
CALLS = (StaffTask.Kind.CALL_TO_BOOK, *NEWS)
_S = AppointmentStatus


class CallOver(Refusal):
    """It is off the queue already: somebody reached them, or it was withdrawn."""

    code = "call-over"
    met_by = Audience.STAFF


def log_request_call(
    request_id: int, outcome: str, *, note: str = "", by: User, now: datetime
) -> ContactRequest:
    """A try to reach who asked to be called: reached closes the request, the third that fails takes
    it off the queue, unless a later call is arranged, and owes them a last word. `outcome` is a
    CallAttempt.Outcome.

    A call that was arranged is over with it: held if they were reached, missed if not, and not
    needed any more where they were reached before. Raises CallOver.
    """
    with transaction.atomic():
        request = lock_row(ContactRequest.objects.all(), request_id)
        if request.status != ContactRequest.Status.OPEN:
            raise CallOver
        CallAttempt.objects.create(
            contact_request=request, outcome=outcome, note=note, by_id=by.pk, at=now
        )
        waiting = _end_arranged(request, reached=outcome == REACHED, now=now)
        if outcome == REACHED:
            request.status = ContactRequest.Status.DONE
        elif not waiting and request.attempts.count() >= TRIES:
            request.status = ContactRequest.Status.UNREACHED
            owe_last_word(request, now=now)
        request.claimed_by = request.claimed_at = None
        request.save(update_fields=["status", "claimed_by", "claimed_at"])
        return request


def log_visit_call(
    appointment_id: int, outcome: str, *, note: str = "", by: User, now: datetime
) -> Appointment:
    """A try to hear whether somebody will come: reached, the visit is confirmed.

    Raises CallOver where it is no longer a question.
    """
    with transaction.atomic():
        appointment = lock_row(Appointment.objects.all(), appointment_id)
        if appointment.status != _S.BOOKED or appointment.starts_at <= now:
            raise CallOver
        _try(appointment, outcome, note, by, now)
        if outcome == REACHED:
            confirm(appointment.pk, via=Appointment.ConfirmedVia.STAFF, now=now)
        return appointment


def log_task_call(
    task_id: int, outcome: str, *, note: str = "", by: User, now: datetime
) -> StaffTask:
    """A try to reach somebody for whom a time is kept, on whom we closed, or who is to hear of a
    change; the third that fails ends it. Reached, a task of news is done; what becomes of a kept
    time is said with `book_reached` or `give_up_hold`. Raises CallOver.
    """
    with transaction.atomic():
        task, visit = _locked(task_id)
        _try(visit, outcome, note, by, now)
        tries = CallAttempt.objects.filter(appointment=visit, at__gte=task.created_at)
        reached = outcome == REACHED
        if (reached and task.kind in NEWS) or (
            not reached and tries.exclude(outcome=REACHED).count() >= TRIES
        ):
            task.done_at = now
            task.done_by_id = by.pk
            task.note = task.note if reached else f"Not reached in {TRIES} tries."
            task.save(update_fields=["done_at", "done_by", "note"])
            # What was typed for a time that lapsed was kept for this call alone.
            Appointment.objects.filter(pk=visit.pk, status=_S.EXPIRED).update(held_details=None)
        return task


def _locked(task_id: int) -> tuple[StaffTask, Appointment]:
    """The task and its visit, the visit's row first, as whoever gives the time back or books it.

    Raises CallOver.
    """
    tasks = StaffTask.objects.filter(kind__in=CALLS)
    about = tasks.filter(pk=task_id).values_list("appointment", flat=True).first()
    if about is None:
        raise CallOver
    visit = lock_row(Appointment.objects.all(), about)
    task = lock_row(tasks, task_id)
    if task.done_at is not None:
        raise CallOver
    return task, visit


def _try(appointment: Appointment, outcome: str, note: str, by: User, now: datetime) -> None:
    CallAttempt.objects.create(
        appointment=appointment, outcome=outcome, note=note, by_id=by.pk, at=now
    )
    CallClaim.objects.filter(appointment=appointment).delete()


def _end_arranged(request: ContactRequest, *, reached: bool, now: datetime) -> bool:
    """Settle the calls that were arranged; whether one is still ahead."""
    arranged = Appointment.objects.filter(contact_request=request, status__in=EXPECTED)
    waiting = False
    for call in arranged:
        ahead = call.starts_at > now
        if not reached and ahead:
            waiting = True
        elif not reached:
            set_appointment_status(call.pk, _S.NO_SHOW, now=now)
        elif ahead:
            cancel(call.pk, by=Appointment.Actor.STAFF, tell=False, now=now)
        else:
            for step in (_S.ARRIVED, _S.IN_ROOM, _S.COMPLETED):
                set_appointment_status(call.pk, step, now=now)
    return waiting
