"""Arrange a call: an appointment in the call desk's column, told and reminded of like any other."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from scheduler.booking.book_by_staff import ByStaff, lock_booking, write_booking
from scheduler.booking.holds.expire import expire_holds
from scheduler.booking.models import Appointment
from scheduler.booking.reserve import BookingRequest, booking_rules
from scheduler.clinic.load_call_desk import CALL_SLUG, DESK_SLUG
from scheduler.contact_requests.log_call import CallOver
from scheduler.contact_requests.models import ContactRequest
from scheduler.core.refusal import Audience, Refusal
from scheduler.core.status import AppointmentStatus
from scheduler.patients.models import Contact
from scheduler.patients.names import fold_name
from scheduler.patients.person import Person
from scheduler.transactions.row_locks import lock_row

UPCOMING = (AppointmentStatus.BOOKED, AppointmentStatus.CONFIRMED)
SOMEBODY_ELSE = "other"


class AlreadyArranged(Refusal):
    """A call for this request is arranged already."""

    code = "already-arranged"
    met_by = Audience.STAFF


class RequestChanged(Refusal):
    """Who asked changed their request this very moment: what staff saw is not true any more."""

    code = "request-changed"
    met_by = Audience.STAFF


def schedule_call(
    request_id: int,
    start: datetime,
    *,
    sms_consent: bool = False,
    email_consent: bool = False,
    by: User,
    now: datetime,
) -> Appointment:
    """Book the call for the person who asked. The request stays open until the call is logged.

    The consents are what was read aloud and agreed to; without one, earlier or now, no message
    goes out. Whom the call is about is linked to the request. Raises CallOver, AlreadyArranged,
    RequestChanged and what `book_by_staff` raises, SlotTaken without alternatives.
    """
    before = _read().get(pk=request_id)
    wanted = BookingRequest(
        visit_type=CALL_SLUG,
        provider=DESK_SLUG,
        start=start,
        person=_person(before, sms_consent, email_consent),
    )
    visit, condition = booking_rules(wanted, staff=True)
    expire_holds(*visit.busy(start), now=now)
    with transaction.atomic():
        lock_booking(visit, wanted)
        request = lock_row(_read(), request_id)
        if request.status != ContactRequest.Status.OPEN:
            raise CallOver
        if _person(request, sms_consent, email_consent) != wanted.person:
            raise RequestChanged
        ahead = Appointment.objects.filter(
            contact_request=request, status__in=UPCOMING, starts_at__gt=now
        )
        if ahead.exists():
            raise AlreadyArranged
        details = ByStaff(patient=request.patient_id, contact_request=request)
        appointment = write_booking(visit, condition, wanted, details, now=now)
        request.patient = appointment.patient
        request.claimed_by_id, request.claimed_at = by.pk, now
        request.save(update_fields=["patient", "claimed_by", "claimed_at"])
        return appointment


def _read() -> QuerySet[ContactRequest]:
    return ContactRequest.objects.select_related("patient")


def _person(request: ContactRequest, sms_consent: bool, email_consent: bool) -> Person:
    """Who asked answers the phone: the patient, as far as we know, or somebody who helps."""
    patient = request.patient
    helped = patient is not None and fold_name(patient.name) != fold_name(request.name)
    return Person(
        name=patient.name if patient else request.name,
        phone=str(request.phone),
        email=request.email,
        language=request.language,
        contact_name=request.name if helped else "",
        relation=SOMEBODY_ELSE if helped else Contact.SELF,
        sms_consent=sms_consent,
        email_consent=email_consent,
    )
