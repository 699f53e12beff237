"""Arrange a call: an appointment in the call desk's column, told and reminded of like any other."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import QuerySet

from scheduler.availability.visit_rules import Visit
from scheduler.booking.book_by_staff import BookByStaff
from scheduler.booking.models import Appointment
from scheduler.booking.reserve import BookingRequest, Draft, reserve
from scheduler.clinic.load_call_desk import CALL_SLUG, DESK_SLUG
from scheduler.contact_requests.log_call import CallOver
from scheduler.contact_requests.models import ContactRequest
from scheduler.core.refusal import Audience, Refusal
from scheduler.core.status import EXPECTED
from scheduler.patients.models import Contact
from scheduler.patients.names import fold_name
from scheduler.patients.person import Person
from scheduler.transactions.row_locks import lock_row

SOMEBODY_ELSE = "other"


class AlreadyArranged(Refusal):
    """A call for this request is arranged already."""

    code = "already-arranged"
    met_by = Audience.STAFF


class RequestChanged(Refusal):
    """Who asked changed their request this very moment: what staff saw is not true any more."""

    code = "request-changed"
    met_by = Audience.STAFF


@dataclass(frozen=True)
class ContactAppointment(BookByStaff):
    """The call itself: booked like any visit by staff, for the request as staff saw it.

    Raises CallOver, AlreadyArranged and RequestChanged besides what BookByStaff raises.
    """

    request_id: int = 0
    by: int = 0

    def draft(self, visit: Visit, *, now: datetime) -> Draft:
        contact_request = lock_row(_read(), self.request_id)
        if contact_request.status != ContactRequest.Status.OPEN:
            raise CallOver
        typed = self.request.person
        if _person(contact_request, typed.sms_consent, typed.email_consent) != typed:
            raise RequestChanged
        ahead = Appointment.objects.filter(
            contact_request=contact_request, status__in=EXPECTED, starts_at__gt=now
        )
        if ahead.exists():
            raise AlreadyArranged
        found = contact_request.patient_id
        told = replace(self, patient=found, contact_request=contact_request)
        return super(ContactAppointment, told).draft(visit, now=now)

    def owe(self, appointment: Appointment, draft: Draft, *, now: datetime) -> None:
        super().owe(appointment, draft, now=now)
        ContactRequest.objects.filter(pk=self.request_id).update(
            patient=appointment.patient, claimed_by=self.by, claimed_at=now
        )


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
    goes out. Whom the call is about is linked to the request. Raises what `reserve` raises with a
    ContactAppointment.
    """
    before = _read().get(pk=request_id)
    wanted = BookingRequest(
        visit_type=CALL_SLUG,
        provider=DESK_SLUG,
        start=start,
        person=_person(before, sms_consent, email_consent),
    )
    return reserve(ContactAppointment(wanted, request_id=request_id, by=by.pk), now=now)


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
