"""The right code turns a hold into an appointment."""

from datetime import datetime

from django.conf import settings
from django.db.models import F

from scheduler.booking.holds.book_held import book_held
from scheduler.booking.holds.send_code import CODE_LIVES, check_held
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import WrongCode
from scheduler.links.codes import is_code
from scheduler.patients.person import Person

TRIES = 5


def verify(appointment_id: int, code: str, *, now: datetime) -> Appointment:
    """Book the held time for the patient whom the proven contact, name and birth date mean.

    Raises WrongCode, HoldExpired, AlreadyVerified, AlreadyBooked and PatientBusy. A try counts
    whatever becomes of it: it is committed before the code is looked at.
    """
    appointment = Appointment.objects.get(pk=appointment_id)
    check_held(appointment, now=now)
    tries_left = _count_try(appointment)
    alive = appointment.code_sent_at is not None and appointment.code_sent_at + CODE_LIVES > now
    if not alive:
        raise WrongCode(0)
    number = appointment.code_number
    if not is_code(settings.LINK_KEYS, appointment.reference, number, code):
        raise WrongCode(tries_left)
    person = Person.from_json(appointment.held_details or {})
    proven = [address for address in person.addresses if address[0] == appointment.code_channel]
    return book_held(appointment, proven=proven, source="online booking", now=now)


def _count_try(appointment: Appointment) -> int:
    """Count one try and say how many are left. Raises WrongCode where there was none."""
    counted = Appointment.objects.filter(
        pk=appointment.pk, code_number=appointment.code_number, code_tries__lt=TRIES
    ).update(code_tries=F("code_tries") + 1)
    if not counted:
        raise WrongCode(0)
    appointment.refresh_from_db(fields=["code_tries"])
    return TRIES - appointment.code_tries
