"""Bring visits in from another system: all lines or none, and no visit twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from scheduler.availability.visit_rules import Visit, load_visit
from scheduler.booking.models import Appointment
from scheduler.booking.slot_assignment import insert_unless_taken
from scheduler.clinic.current import current_clinic
from scheduler.clinic.models import Clinic, Provider, Room, VisitType
from scheduler.core.status import AppointmentStatus
from scheduler.links import tokens
from scheduler.links.issue import issue_links
from scheduler.patients import parsing
from scheduler.patients.import_lines import Line, Progress, Reader
from scheduler.patients.import_report import Imported, Refused, RefusedLine
from scheduler.patients.match_candidates import MatchCandidates
from scheduler.patients.models import Patient
from scheduler.patients.parsing_dates import written_date

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


@dataclass(frozen=True, slots=True)
class _Names:
    """What the short names stand for."""

    visits: Mapping[str, Visit]
    providers: Mapping[str, int]
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
            visit = _read(reader, names, known, now=now)
            added += visit is not None and _add(visit, reader, now=now)
            progress()
        if refusals:
            raise Refused(refusals)
    return Imported(added=added, unchanged=len(lines) - added)


def _names() -> _Names:
    slugs = VisitType.objects.filter(active=True).values_list("slug", flat=True)
    return _Names(
        visits={slug: load_visit(slug, staff=True) for slug in slugs},
        providers=dict(Provider.objects.values_list("slug", "pk")),
        rooms={"": None, **dict(Room.objects.values_list("slug", "pk"))},
        clinic=current_clinic(),
    )


def _read(
    reader: Reader, names: _Names, known: MatchCandidates, *, now: datetime
) -> Appointment | None:
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
    busy_start, busy_end = visit.busy(start)
    return Appointment(
        reference=tokens.new_reference(),
        visit_type_id=visit.id,
        provider_id=provider,
        room_id=room,
        patient=patient,
        contact=patient.contacts.order_by("pk").first(),
        status=status,
        starts_at=start,
        ends_at=visit.ends(start),
        busy_start=busy_start,
        busy_end=busy_end,
        language=patient.language,
        note=note,
        created_by=Appointment.Actor.SYSTEM,
        created_at=now,
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
    contact = patient.contacts.order_by("pk").first()
    return bool((contact and contact.phone) or patient.phone)


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


def _add(visit: Appointment, reader: Reader, *, now: datetime) -> bool:
    """False where it is known already, or refused because another stands at its time."""
    same = Appointment.objects.filter(
        patient=visit.patient, starts_at=visit.starts_at, visit_type=visit.visit_type_id
    )
    if same.exists():
        return False
    if insert_unless_taken(visit, now=now) is not None:
        reader.refuse("start", "The provider, the room or the patient has another visit then.")
        return False
    # Also what is over or canceled: staff may take that back, and then it is told of.
    issue_links(visit)
    return True
