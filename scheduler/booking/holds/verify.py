"""The right code turns a hold into an appointment."""

from datetime import datetime

from django.conf import settings

from scheduler.booking.holds.book_held import book_held
from scheduler.booking.holds.send_code import CODE_LIVES, check_held
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import WrongCode
from scheduler.links.codes import is_code
from scheduler.patients.person import Person
from scheduler.transactions.statements import change_row

TRIES = 5
_COUNT_TRY = """
    UPDATE scheduler_appointment SET code_tries = code_tries + 1
     WHERE id = %(appointment)s AND status = 'held' AND code_tries < %(tries)s
       AND hold_expires_at > %(now)s
    RETURNING {columns}
"""


def verify(appointment_id: int, code: str, *, now: datetime) -> Appointment:
    """Book the held time for the patient whom the proven contact, name and birth date mean.

    Raises WrongCode, HoldExpired, AlreadyVerified, AlreadyBooked and PatientBusy. A try counts
    whatever becomes of it: it is committed before the code is looked at.
    """
    appointment, tries_left = _count_try(appointment_id, now=now)
    alive = appointment.code_sent_at is not None and appointment.code_sent_at + CODE_LIVES > now
    if not alive:
        raise WrongCode(0)
    number = appointment.code_number
    if not is_code(settings.LINK_KEYS, appointment.reference, number, code):
        raise WrongCode(tries_left)
    person = Person.from_json(appointment.held_details or {})
    proven = [address for address in person.addresses if address[0] == appointment.code_channel]
    return book_held(appointment, proven=proven, source="online booking", now=now)


def _count_try(appointment_id: int, *, now: datetime) -> tuple[Appointment, int]:
    """Count one try of the hold, and say how many are left; one statement, seen by everybody.

    Raises HoldExpired, AlreadyVerified, and WrongCode where there was no try left.
    """
    values = {"appointment": appointment_id, "tries": TRIES, "now": now}
    counted = change_row(Appointment, _COUNT_TRY, values)
    if counted is None:
        check_held(Appointment.objects.get(pk=appointment_id), now=now)
        raise WrongCode(0)
    return counted, TRIES - counted.code_tries
