"""The six digits that prove a number or mail address: choose where they go, owe them, resend."""

from datetime import datetime, timedelta

from django.db import transaction

from scheduler.booking.models import Appointment
from scheduler.booking.refusals import AlreadyVerified, HoldExpired, NoSuchContact, TooSoon
from scheduler.core.message_status import MessageStatus
from scheduler.core.status import AppointmentStatus
from scheduler.messaging import plan
from scheduler.messaging.delivery.channels import is_on
from scheduler.messaging.models import Message
from scheduler.messaging.write_planned import write_planned
from scheduler.patients.person import Person
from scheduler.rate_limits import codes
from scheduler.rate_limits.counting import CodeLimit, lock
from scheduler.transactions.row_locks import lock_row

CODES_A_HOLD = 3
CODE_LIVES = timedelta(minutes=15)
HOLD_LIVES = timedelta(minutes=30)
PAUSE = timedelta(seconds=30)


def choose_channel(person: Person, network: str, *, now: datetime) -> tuple[str, str]:
    """Where the first code goes: the number, else the mail address, as typed and within limits.

    Whether the number opted out, or was found unusable, plays no part: the answer would tell a
    stranger that it belongs to a patient. Who gets no code asks for one by mail, or to be called.
    Raises CodeLimit where both had enough codes for now, NoSuchContact where neither was given.
    """
    given = [address for address in person.addresses if is_on(address[0])]
    if not given:
        raise NoSuchContact
    free = codes.check([to for _, to in given], network, now=now)
    return next((channel, to) for channel, to in given if to in free)


def owe_code(
    appointment: Appointment, address: tuple[str, str], network: str, *, now: datetime
) -> None:
    """Count and plan the code of a hold's present number, in the caller's transaction."""
    codes.count(address[1], network, now=now)
    expires = appointment.hold_expires_at or now
    code = plan.new(appointment, plan.CODE, address, due=now, expires=expires, now=now)
    write_planned([code])


def _owe_next_code(
    appointment: Appointment, address: tuple[str, str], network: str, *, now: datetime
) -> None:
    """The hold gets another code, and earlier ones are void."""
    appointment.code_channel = address[0]
    appointment.code_number += 1
    appointment.code_sent_at = now
    appointment.code_tries = 0
    appointment.hold_expires_at = min(now + CODE_LIVES, appointment.created_at + HOLD_LIVES)
    appointment.save(
        update_fields=[
            "code_channel",
            "code_number",
            "code_sent_at",
            "code_tries",
            "hold_expires_at",
        ]
    )
    Message.objects.filter(
        appointment=appointment, kind=plan.CODE, status=MessageStatus.PLANNED
    ).update(status=MessageStatus.CANCELLED, reason="no-longer-true", settled_at=now)
    owe_code(appointment, address, network, now=now)


def resend_code(appointment_id: int, channel: str, *, network: str, now: datetime) -> Appointment:
    """Send a new code by `channel` ("sms" or "email"); the one before it stops working.

    A time that is kept for a call has no code, so none is sent for it. Raises NoSuchContact,
    HoldExpired, AlreadyVerified, TooSoon and CodeLimit.
    """
    with transaction.atomic():
        # The typed contact never changes, so it may be read before the locks are taken.
        details = Appointment.objects.values_list("held_details", flat=True).get(pk=appointment_id)
        addresses = dict(Person.from_json(details).addresses) if details else {}
        if to := addresses.get(channel):
            lock([to], network)
        appointment = lock_row(Appointment.objects.all(), appointment_id)
        check_held(appointment, now=now)
        if not to or not appointment.code_channel:
            raise NoSuchContact
        if appointment.code_sent_at and appointment.code_sent_at + PAUSE > now:
            wait = appointment.code_sent_at + PAUSE - now
            raise TooSoon(int(wait.total_seconds()) + 1)
        if appointment.code_number >= CODES_A_HOLD:
            raise CodeLimit("hold", HOLD_LIVES)
        codes.check([to], network, now=now)
        _owe_next_code(appointment, (channel, to), network, now=now)
        return appointment


def check_held(appointment: Appointment, *, now: datetime) -> None:
    """Raises HoldExpired or AlreadyVerified unless the time is being kept."""
    if appointment.status == AppointmentStatus.EXPIRED:
        raise HoldExpired
    if appointment.status != AppointmentStatus.HELD:
        raise AlreadyVerified
    if appointment.hold_expires_at is None or appointment.hold_expires_at <= now:
        raise HoldExpired
