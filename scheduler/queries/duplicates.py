"""Patients who may be one person, entered twice: staff decide."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from scheduler.models import Patient

# Who resembles somebody that was merged resembles the one who was kept.
_ALIKE = """
    SELECT one.id, coalesce(other.merged_into_id, other.id),
           bool_or(one.phone <> '' AND other.phone = one.phone),
           bool_or(one.email <> '' AND upper(other.email) = upper(one.email)),
           coalesce(bool_or(other.folded_name = one.folded_name
                            AND other.date_of_birth = one.date_of_birth), false),
           coalesce(bool_or(other.folded_name <> one.folded_name
                            AND other.date_of_birth = one.date_of_birth), false)
      FROM scheduler_patient AS one
      JOIN scheduler_patient AS other
        ON ((one.phone <> '' AND other.phone = one.phone)
            OR (one.email <> '' AND upper(other.email) = upper(one.email))
            OR (other.folded_name = one.folded_name AND other.date_of_birth = one.date_of_birth))
       AND coalesce(other.merged_into_id, other.id) <> one.id
     WHERE one.id = ANY(%s)
     GROUP BY 1, 2
     ORDER BY 1, 2
"""
SHOWN = 50
SAME_PERSON = "the same name and birth date"
_REASONS = (
    "the same phone number",
    "the same mail address",
    SAME_PERSON,
    "the same birth date",
)


@dataclass(frozen=True, slots=True)
class Alike:
    """Somebody whom a flagged patient resembles, and in what."""

    patient: Patient
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A flagged patient and who they may be; nobody any more where those were changed since."""

    patient: Patient
    alike: list[Alike]


def flagged() -> QuerySet[Patient]:
    return Patient.objects.filter(possible_duplicate=True, merged_into=None)


def doubts() -> list[Doubt]:
    """The flagged patients, the latest first, at most 50."""
    patients = list(flagged().order_by("-created_at", "-pk")[:SHOWN])
    found = alike_of(patient.pk for patient in patients)
    others = Patient.objects.in_bulk({other for pairs in found.values() for other, _ in pairs})
    return [
        Doubt(patient, [Alike(others[other], why) for other, why in found.get(patient.pk, [])])
        for patient in patients
    ]


def alike_of(patients: Iterable[int]) -> dict[int, list[tuple[int, list[str]]]]:
    """Patient id to (id of who resembles them, the reasons), merged patients left out."""
    found: dict[int, list[tuple[int, list[str]]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_ALIKE, [list(patients)])
        for one, other, *same in cursor.fetchall():
            why = [reason for reason, is_same in zip(_REASONS, same, strict=True) if is_same]
            found.setdefault(one, []).append((other, why))
    return found
