"""Hold a slot while a code is on its way."""

from datetime import datetime, timedelta

from django.db import transaction

from scheduler.booking.holds.expire import expire_holds
from scheduler.booking.holds.release_hold import release_hold
from scheduler.booking.holds.send_code import choose_channel, owe_code
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import SlotTaken
from scheduler.booking.reserve import (
    BookingRequest,
    booking_rules,
    insert_appointment,
    lock_slot,
    with_alternatives,
)
from scheduler.core.status import AppointmentStatus
from scheduler.links.issue import issue_links
from scheduler.rate_limits.counting import digest, lock
from scheduler.transactions.idempotency import IdempotentCall

HOLD_FOR = timedelta(minutes=15)
HOLDS_A_CONTACT = 2


def hold(
    wanted: BookingRequest,
    *,
    now: datetime,
    idempotency: IdempotentCall | None = None,
    instead_of: int | None = None,
) -> Appointment:
    """Keep the time for 15 minutes and owe a code to the contact. The row's status is `held`.

    Raises UnknownVisitType, UnknownProvider, UnknownCondition, UnderAge, PhoneNeeded, NotOffered,
    SlotTaken, TooManyHolds, NoSuchContact and CodeLimit; then nothing is written. `idempotency`
    makes a repeated call answer alike. `instead_of` is the caller's own earlier hold, given up in
    the same transaction.
    """
    visit, condition = booking_rules(wanted)
    expire_holds(*visit.busy(wanted.start), now=now)
    try:
        with transaction.atomic():
            if idempotency:
                idempotency.claim(now=now)
            lock([to for _, to in wanted.person.addresses], wanted.network)
            channel, to = choose_channel(wanted.person, wanted.network, now=now)
            owner = digest("hold", f"{to} {wanted.network}")
            lock_slot(visit, wanted)
            release_hold(instead_of)
            _release_earlier(owner)
            appointment = insert_appointment(
                visit,
                wanted,
                condition,
                now=now,
                status=AppointmentStatus.HELD,
                held_details=wanted.person.to_json(),
                hold_expires_at=now + HOLD_FOR,
                hold_owner=owner,
                code_channel=channel,
            )
            issue_links(appointment)
            owe_code(appointment, (channel, to), wanted.network, now=now)
            if idempotency:
                idempotency.remember(appointment, now=now)
            return appointment
    except SlotTaken:
        raise with_alternatives(visit, wanted, now=now) from None


def _release_earlier(owner: str) -> None:
    """Who takes a third time gives up the first: two live holds a contact and network."""
    live = Appointment.objects.filter(hold_owner=owner, status=AppointmentStatus.HELD)
    surplus = live.order_by("-created_at", "-pk").values_list("pk", flat=True)[
        HOLDS_A_CONTACT - 1 :
    ]
    Appointment.objects.filter(pk__in=list(surplus)).update(
        status=AppointmentStatus.EXPIRED, held_details=None
    )
