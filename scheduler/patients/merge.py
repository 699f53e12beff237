"""Two rows are one person: everything goes to the one that is kept, and nobody is deleted."""

from dataclasses import dataclass

from django.db import transaction

from scheduler.booking.models import Appointment
from scheduler.core.refusal import Audience, Refusal
from scheduler.core.status import PATIENT_LIVE
from scheduler.patients.duplicates import alike_of
from scheduler.patients.match import lock_addresses
from scheduler.patients.models import Contact, Patient
from scheduler.transactions.locks import Lock, exclusive


class NotTwo(Exception):
    """They are one row, or one of them was merged already."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """A visit of who is kept and one of the other, at the same time."""

    kept: Appointment
    other: Appointment


class VisitsOverlap(Refusal):
    """Both have visits at the same time: one of each pair must be moved or canceled first."""

    code = "visits-overlap"
    met_by = Audience.STAFF

    def __init__(self, overlaps: list[Overlap]) -> None:
        super().__init__("visits overlap")
        self.overlaps = overlaps


def merge_patients(kept_id: int, other_id: int) -> Patient:
    """The kept patient, with the other's visits, helpers, notes and requests, and with those
    details that they lacked. What is known of the other leads to the kept one from then on.

    Raises NotTwo and VisitsOverlap; then nothing is written.
    """
    ids = [kept_id, other_id]
    with transaction.atomic():
        # Who books by one of these addresses waits, so that no visit is made for the other now.
        lock_addresses(*_addresses(ids))
        exclusive(*((Lock.PATIENT, pk) for pk in ids))
        found = Patient.objects.select_for_update().filter(merged_into=None).in_bulk(ids)
        if len(found) != 2:
            raise NotTwo
        kept, other = found[kept_id], found[other_id]
        if overlaps := _overlaps(kept, other):
            raise VisitsOverlap(overlaps)
        _move(kept, other)
        _give_details(kept, other)
        other.merged_into, other.possible_duplicate = kept, False
        other.save()
        kept.possible_duplicate = kept.possible_duplicate and bool(alike_of([kept.pk], each=1))
        kept.save()
        return kept


def _addresses(ids: list[int]) -> list[str]:
    return [
        str(address)
        for pair in Patient.objects.filter(pk__in=ids).values_list("phone", "email")
        for address in pair
    ]


def _overlaps(kept: Patient, other: Patient) -> list[Overlap]:
    live = Appointment.objects.filter(status__in=PATIENT_LIVE).select_related(
        "visit_type", "provider"
    )
    theirs = list(live.filter(patient=other))
    return [
        Overlap(one, two)
        for one in live.filter(patient=kept).order_by("starts_at")
        for two in theirs
        if one.starts_at < two.ends_at and two.starts_at < one.ends_at
    ]


def _move(kept: Patient, other: Patient) -> None:
    # Requests before visits, as whoever logs a call takes them.
    other.contact_requests.update(patient=kept)
    for contact in other.contacts.all():
        twin = Contact.objects.filter(
            patient=kept,
            name=contact.name,
            relation=contact.relation,
            phone=contact.phone,
            email=contact.email,
        ).first()
        if twin is None:
            contact.patient = kept
            contact.save(update_fields=["patient"])
        else:
            Appointment.objects.filter(contact=contact).update(contact=twin)
    Appointment.objects.filter(patient=other).update(patient=kept)
    other.notes.update(patient=kept)
    Patient.objects.filter(merged_into=other).update(merged_into=kept)


def _give_details(kept: Patient, other: Patient) -> None:
    kept.date_of_birth = kept.date_of_birth or other.date_of_birth
    kept.phone = kept.phone or other.phone
    kept.email = kept.email or other.email
