"""Bring visits in from another system: all lines or none, and no visit twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from scheduler.availability.schedule import SlotAssignment
from scheduler.availability.visit_rules import Visit, load_visit
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import PatientBusy, SlotTaken
from scheduler.booking.reserve import BookingRequest, Draft, Policy, Rules, take
from scheduler.clinic.current import current_clinic
from scheduler.clinic.models import Clinic, Provider, Room, VisitType
from scheduler.core.status import AppointmentStatus
from scheduler.patients import parsing
from scheduler.patients.import_lines import Line, Progress, Reader
from scheduler.patients.import_report import Imported, Refused, RefusedLine
from scheduler.patients.match_candidates import MatchCandidates
from scheduler.patients.models import Contact, Patient
from scheduler.patients.parsing_dates import written_date
from scheduler.patients.person import Person

_STATES = {
    status.value: status
    for status in AppointmentStatus
    if status not in {AppointmentStatus.HELD, AppointmentStatus.EXPIRED}
}
COLUMNS = {
    "patient_name": "as in the patients' file",
    "patient_date_of_birth": "as there",
    "patient_phone": "as there; the phone or the mail address must be the patient's",
    "patient_email": "as there",
    "visit_type": "the short name of a visit type, such as follow-up",
    "provider": "the short name of a provider, such as dana-whitfield",
    "room": "the short name of a room; may be empty",
    "start": "such as 2026-11-24 10:00 on the clinic's clock, or with an offset",
    "status": f"{', '.join(_STATES)}; booked where it is empty",
    "note": "for staff; may be empty",
}
NOTE_LENGTH = 500


@dataclass(frozen=True)
class ImportVisit(Policy):
    """Write down a visit as another system knows it: past or coming, where it was or will be.

    Only the constraints on places and patients bind it, and nothing is owed for it.
    """

    patient: Patient
    place: SlotAssignment
    status: AppointmentStatus = AppointmentStatus.BOOKED
    note: str = ""

    staff = True
    assigned = False

    def draft(self, visit: Visit, *, now: datetime) -> Draft:
        return Draft(
            status=self.status,
            patient=self.patient,
            contact=_contact_of(self.patient),
            place=self.place,
            fields={"note": self.note, "created_by": Appointment.Actor.SYSTEM},
        )


@dataclass(frozen=True, slots=True)
class _Names:
    """What the short names stand for; a provider is an id and a slug."""

    visits: Mapping[str, Visit]
    providers: Mapping[str, tuple[int, str]]
    rooms: Mapping[str, int | None]
    clinic: Clinic


def import_appointments(lines: Sequence[Line], *, now: datetime, progress: Progress) -> Imported:
    """Add the visits that are not known yet by patient, start and visit type.

    The visits may be past or coming; opening hours and notice are not asked about, overlaps are.
    Nothing is owed for them, no confirmation and no reminder. Raises Refused with every line
    that is not right; then nothing is written.
    """
    refusals: list[RefusedLine] = []
    names = _names()
    known = MatchCandidates(line.cells.get("patient_name", "") for line in lines)
    added = 0
    with transaction.atomic():
        for line in lines:
            reader = Reader(line, refusals)
            found = _read(reader, names, known)
            added += found is not None and _add(*found, reader, now=now)
            progress()
        if refusals:
            raise Refused(refusals)
    return Imported(added=added, unchanged=len(lines) - added)


def _names() -> _Names:
    slugs = VisitType.objects.filter(active=True).values_list("slug", flat=True)
    return _Names(
        visits={slug: load_visit(slug, staff=True) for slug in slugs},
        providers={slug: (pk, slug) for pk, slug in Provider.objects.values_list("pk", "slug")},
        rooms={"": None, **dict(Room.objects.values_list("slug", "pk"))},
        clinic=current_clinic(),
    )


def _read(
    reader: Reader, names: _Names, known: MatchCandidates
) -> tuple[ImportVisit, Visit] | None:
    patient = _patient(reader, known)
    visit = reader.choose("visit_type", names.visits, default="")
    provider = reader.choose("provider", names.providers, default="")
    room = reader.choose("room", names.rooms, default="")
    status = reader.choose("status", _STATES, default=AppointmentStatus.BOOKED.value)
    note = reader.read("note", parsing.text, length=NOTE_LENGTH) or ""
    start = reader.read(
        "start", lambda cell: _instant(cell, names.clinic), needed="Give the start of the visit."
    )
    if patient and visit and visit.by_phone and not _number_of(patient):
        reader.refuse("patient_phone", "We call for this visit: import the patient with a number.")
    if not reader.good or not (patient and visit and provider and status and start):
        return None
    person = Person(name=patient.name, language=patient.language)
    return (
        ImportVisit(
            BookingRequest(visit_type=visit.slug, start=start, person=person),
            patient=patient,
            place=SlotAssignment(*provider, room),
            status=status,
            note=note,
        ),
        visit,
    )


def _patient(reader: Reader, known: MatchCandidates) -> Patient | None:
    name = reader.read("patient_name", parsing.name, needed="Give the patient's name.")
    born = reader.read("patient_date_of_birth", written_date)
    phone = reader.read("patient_phone", parsing.phone)
    email = reader.read("patient_email", parsing.email, length=parsing.EMAIL_LENGTH)
    if not reader.good or name is None:
        return None
    patient = known.find(name, born, phone or "", email or "")
    if patient is None:
        reader.refuse("patient_name", "There is no such patient: import the patients first.")
    return patient


def _number_of(patient: Patient) -> bool:
    """Whether there is a number to call: their contact's, who is the visit's, or their own."""
    contact = _contact_of(patient)
    return bool((contact and contact.phone) or patient.phone)


def _contact_of(patient: Patient) -> Contact | None:
    return patient.contacts.order_by("pk").first()


def _instant(cell: str, clinic: Clinic) -> datetime:
    """An aware time. Raises NotValid, also for a time that the clinic's clock skips."""
    try:
        at = datetime.fromisoformat(cell)
    except ValueError:
        raise parsing.NotValid("start", "Give a time such as 2026-11-24 10:00.") from None
    if at.tzinfo is None:
        local = at.replace(tzinfo=clinic.zone)
        if local.astimezone(UTC).astimezone(clinic.zone).replace(tzinfo=None) != at:
            raise parsing.NotValid("start", "The clock skips that time on that day.")
        at = local
    if not 1990 <= at.year < 2200:
        raise parsing.NotValid("start", "Give a time in this century.")
    return at


def _add(policy: ImportVisit, visit: Visit, reader: Reader, *, now: datetime) -> bool:
    """False where it is known already, or refused because another stands at its time."""
    same = Appointment.objects.filter(
        patient=policy.patient, starts_at=policy.request.start, visit_type=visit.id
    )
    if same.exists():
        return False
    try:
        take(policy, Rules(visit=visit, offered=visit, condition=None), now=now)
    except (PatientBusy, SlotTaken):
        reader.refuse("start", "The provider, the room or the patient has another visit then.")
        return False
    return True
