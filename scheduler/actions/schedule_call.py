"""Arrange a call: an appointment in the call desk's column, told and reminded of like any other."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from scheduler.actions.book_by_staff import ByStaff, book_by_staff
from scheduler.actions.load_call_desk import CALL_SLUG, DESK_SLUG
from scheduler.actions.log_call import CallOver
from scheduler.actions.match_patient import Person
from scheduler.actions.take_time import Wanted
from scheduler.core.names import fold_name
from scheduler.core.status import AppointmentStatus
from scheduler.models import Appointment, Contact, ContactRequest

UPCOMING = (AppointmentStatus.BOOKED, AppointmentStatus.CONFIRMED)
SOMEBODY_ELSE = "other"


class AlreadyArranged(Exception):
    """A call for this request is arranged already."""


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
    goes out. Whom the call is about is linked to the request. Raises CallOver, AlreadyArranged and
    what `book_by_staff` raises.
    """
    with transaction.atomic():
        request = (
            ContactRequest.objects.select_for_update(of=("self",))
            .select_related("patient")
            .get(pk=request_id)
        )
        if request.status != ContactRequest.Status.OPEN:
            raise CallOver
        ahead = Appointment.objects.filter(
            contact_request=request, status__in=UPCOMING, starts_at__gt=now
        )
        if ahead.exists():
            raise AlreadyArranged
        wanted = Wanted(
            visit_type=CALL_SLUG,
            provider=DESK_SLUG,
            start=start,
            person=_person(request, sms_consent, email_consent),
        )
        details = ByStaff(patient=request.patient_id, contact_request=request)
        appointment = book_by_staff(wanted, details, now=now)
        request.patient = appointment.patient
        request.claimed_by_id, request.claimed_at = by.pk, now
        request.save(update_fields=["patient", "claimed_by", "claimed_at"])
        return appointment


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
