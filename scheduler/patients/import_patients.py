"""Bring patients in from another system: all lines or none, and never anybody twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from scheduler.patients import parsing
from scheduler.patients.duplicates import known_already
from scheduler.patients.import_lines import Line, Progress, Reader
from scheduler.patients.import_report import Imported, Refused, RefusedLine
from scheduler.patients.match_candidates import MatchCandidates
from scheduler.patients.models import Contact, Patient
from scheduler.patients.names import fold_name
from scheduler.patients.parsing_dates import written_birth_date

# What each column holds; the first must not be empty.
COLUMNS = {
    "name": "first and last name",
    "date_of_birth": "such as 3/9/1958 or 1958-03-09; may be empty",
    "phone": "with its area code; may be empty",
    "email": "may be empty",
    "language": f"{' or '.join(code for code, _ in settings.LANGUAGES)}; en where it is empty",
}


@dataclass(frozen=True, slots=True)
class _Typed:
    name: str
    born: date | None
    phone: str
    email: str
    language: str


def import_patients(lines: Sequence[Line], *, now: datetime, progress: Progress) -> Imported:
    """Add who is not known yet by name, birth date and phone or mail; who is known stays as is.

    Somebody new with the name and birth date of another is flagged as a possible duplicate.
    Raises Refused with every line that is not right; then nothing is written.
    """
    refusals: list[RefusedLine] = []
    found = []
    for line in lines:
        found.append(_read(Reader(line, refusals), today=timezone.localdate(now)))
        progress()
    if refusals:
        raise Refused(refusals)
    with transaction.atomic():
        return _add([one for one in found if one], now=now)


def _read(reader: Reader, *, today: date) -> _Typed | None:
    name = reader.read("name", parsing.name, needed="Give the name.")
    born = reader.read("date_of_birth", partial(written_birth_date, today=today))
    phone = reader.read("phone", parsing.phone)
    email = reader.read("email", parsing.email, length=parsing.EMAIL_LENGTH)
    languages = {code: code for code, _ in settings.LANGUAGES}
    language = reader.choose("language", languages, default=settings.LANGUAGE_CODE)
    if not reader.good or name is None or language is None:
        return None
    return _Typed(name, born, phone or "", email or "", language)


def _add(found: list[_Typed], *, now: datetime) -> Imported:
    known = MatchCandidates(one.name for one in found)
    fresh = []
    for one in found:
        if known.find(one.name, one.born, one.phone, one.email) is None:
            patient = Patient(
                name=one.name,
                folded_name=fold_name(one.name),
                date_of_birth=one.born,
                phone=one.phone,
                email=one.email,
                language=one.language,
                created_at=now,
            )
            known.add(patient)
            fresh.append(patient)
    Patient.objects.bulk_create(fresh, batch_size=1000)
    Contact.objects.bulk_create(
        (
            Contact(patient=patient, name=patient.name, phone=patient.phone, email=patient.email)
            for patient in fresh
            if patient.phone or patient.email
        ),
        batch_size=1000,
    )
    _flag(fresh)
    return Imported(added=len(fresh), unchanged=len(found) - len(fresh))


def _flag(fresh: list[Patient]) -> None:
    """Families share numbers: among many at once only a name and a birth date raise a doubt."""
    known_already(patient.pk for patient in fresh).update(possible_duplicate=True)
