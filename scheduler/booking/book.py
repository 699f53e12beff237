"""Take a time: hold it while a code is on its way, or book it at once."""

from datetime import datetime, timedelta

from django.db import transaction

from scheduler.actions import limit_codes, plan_messages
from scheduler.actions.expire_holds import expire_holds
from scheduler.actions.issue_links import issue_links
from scheduler.actions.match_patient import lock_contact, match_patient, record_consent
from scheduler.actions.once import Once
from scheduler.actions.place import NotOffered, SlotTaken
from scheduler.actions.send_code import choose_channel, owe_code
from scheduler.actions.take_time import (
    PatientBusy,
    PhoneNeeded,
    TooManyHolds,
    UnderAge,
    UnknownCondition,
    Wanted,
    insert,
    lock_time,
    refuse_overlap,
    rules,
    with_alternatives,
)
from scheduler.core.status import PATIENT_LIVE, AppointmentStatus
from scheduler.models import Appointment, Patient

HOLD_FOR = timedelta(minutes=15)
HOLDS_A_CONTACT = 2

__all__ = [
    "NotOffered",
    "PatientBusy",
    "PhoneNeeded",
    "SlotTaken",
    "TooManyHolds",
    "UnderAge",
    "UnknownCondition",
    "Wanted",
    "refuse_overlap",
]


class AlreadyBooked(Exception):
    """The patient has an upcoming online visit of this type."""


def hold(
    wanted: Wanted, *, now: datetime, once: Once | None = None, instead_of: int | None = None
) -> Appointment:
    """Keep the time for 15 minutes and owe a code to the contact. The row's status is `held`.

    Raises UnknownVisitType, UnknownProvider, UnknownCondition, UnderAge, PhoneNeeded, NotOffered,
    SlotTaken, TooManyHolds, NoSuchContact and CodeLimit; then nothing is written. `once` makes a
    repeated call answer alike. `instead_of` is the caller's own earlier hold, given up in the same
    transaction.
    """
    visit, condition = rules(wanted)
    expire_holds(*visit.busy(wanted.start), now=now)
    try:
        with transaction.atomic():
            if once:
                once.claim(now=now)
            limit_codes.lock([to for _, to in wanted.person.addresses], wanted.network)
            channel, to = choose_channel(wanted.person, wanted.network, now=now)
            owner = limit_codes.digest("hold", f"{to} {wanted.network}")
            lock_time(visit, wanted)
            give_up(instead_of)
            _give_up_earlier(owner)
            appointment = insert(
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
            if once:
                once.remember(appointment, now=now)
            return appointment
    except SlotTaken:
        raise with_alternatives(visit, wanted, now=now) from None


def book_at_once(
    wanted: Wanted, *, now: datetime, by: str, once: Once | None = None
) -> Appointment:
    """Book without a code: by staff, or where verification is switched off.

    Raises what `hold` raises, and AlreadyBooked and PatientBusy; then nothing is written.
    """
    staff = by == Appointment.Actor.STAFF
    visit, condition = rules(wanted, staff=staff)
    expire_holds(*visit.busy(wanted.start), now=now)
    person = wanted.person
    try:
        with transaction.atomic():
            if once:
                once.claim(now=now)
            lock_contact(person)
            lock_time(visit, wanted)
            patient, contact = match_patient(person, person.addresses, now=now)
            if not staff:
                refuse_second_visit(patient, visit.id, now=now)
            appointment = insert(
                visit,
                wanted,
                condition,
                now=now,
                status=AppointmentStatus.BOOKED,
                patient=patient,
                contact=contact,
                created_by=by,
            )
            issue_links(appointment)
            record_consent(person, source=f"booking by {by}", now=now)
            plan_messages.plan(
                appointment,
                plan_messages.CONFIRMATION,
                person.agreed,
                now=now,
                with_reminders=True,
            )
            if once:
                once.remember(appointment, now=now)
            return appointment
    except SlotTaken:
        raise with_alternatives(visit, wanted, now=now) from None


def refuse_second_visit(patient: Patient, visit_type: int, *, now: datetime) -> None:
    """Raises AlreadyBooked where the patient has an upcoming visit of this type."""
    upcoming = Appointment.objects.filter(
        patient=patient, visit_type=visit_type, status__in=PATIENT_LIVE, starts_at__gt=now
    )
    if upcoming.exists():
        raise AlreadyBooked


def give_up(appointment_id: int | None) -> None:
    """Let go of a hold, if it is one still; for who owns it. Its code finds nothing any more."""
    Appointment.objects.filter(pk=appointment_id or 0, status=AppointmentStatus.HELD).update(
        status=AppointmentStatus.EXPIRED, held_details=None
    )


def _give_up_earlier(owner: str) -> None:
    """Who takes a third time gives up the first: two live holds a contact and network."""
    live = Appointment.objects.filter(hold_owner=owner, status=AppointmentStatus.HELD)
    surplus = live.order_by("-created_at", "-pk").values_list("pk", flat=True)[
        HOLDS_A_CONTACT - 1 :
    ]
    Appointment.objects.filter(pk__in=list(surplus)).update(
        status=AppointmentStatus.EXPIRED, held_details=None
    )
