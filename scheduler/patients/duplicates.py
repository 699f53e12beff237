"""Patients who may be one person, entered twice: staff decide."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from scheduler.patients.models import Patient

# Who resembles somebody that was merged resembles the one who was kept. Each reason has an index of
# its own, and gives no more than is asked for; a condition with OR would compare everybody.
_ALIKE = """
    SELECT one.id, alike.id, bool_or(alike.phone), bool_or(alike.email), bool_or(alike.person),
           bool_or(alike.born)
      FROM scheduler_patient AS one
      CROSS JOIN LATERAL ({reasons}) AS alike
     WHERE one.id = ANY(%(patients)s)
     GROUP BY 1, 2
     ORDER BY 1, 2
"""
_REASON = """
    (SELECT coalesce(other.merged_into_id, other.id) AS id,
            bool_or(one.phone <> '' AND other.phone = one.phone) AS phone,
            bool_or(one.email <> '' AND upper(other.email) = upper(one.email)) AS email,
            coalesce(bool_or(other.folded_name = one.folded_name
                             AND other.date_of_birth = one.date_of_birth), false) AS person,
            coalesce(bool_or(other.folded_name <> one.folded_name
                             AND other.date_of_birth = one.date_of_birth), false) AS born
       FROM scheduler_patient AS other
      WHERE {same} AND coalesce(other.merged_into_id, other.id) <> one.id
      GROUP BY 1 ORDER BY 1 LIMIT %(each)s)
"""
_SAME = (
    "one.phone <> '' AND other.phone = one.phone",
    "one.email <> '' AND upper(other.email) = upper(one.email)",
    "other.folded_name = one.folded_name AND other.date_of_birth = one.date_of_birth",
)
STATEMENT = _ALIKE.format(reasons=" UNION ALL ".join(_REASON.format(same=one) for one in _SAME))
A_PAGE = 20
# Of those whom a patient resembles, so many are shown; a shared number may have hundreds.
NAMED = 5
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
    """A flagged patient and who they may be, five at most (`more`: there are others); nobody any
    more where those were changed since."""

    patient: Patient
    alike: list[Alike]
    more: bool = False


def flagged() -> QuerySet[Patient]:
    return Patient.objects.filter(possible_duplicate=True, merged_into=None)


def doubts(*, page: int = 1) -> tuple[list[Doubt], bool]:
    """One page of the flagged patients, the latest first, and whether there are more; three
    queries."""
    first = (page - 1) * A_PAGE
    patients = list(flagged().order_by("-created_at", "-pk")[first : first + A_PAGE + 1])
    more, patients = len(patients) > A_PAGE, patients[:A_PAGE]
    found = alike_of((patient.pk for patient in patients), each=NAMED + 1)
    named = {pk: pairs[:NAMED] for pk, pairs in found.items()}
    others = Patient.objects.in_bulk({other for pairs in named.values() for other, _ in pairs})
    shown = [
        Doubt(
            patient,
            [Alike(others[other], why) for other, why in named.get(patient.pk, [])],
            more=len(found.get(patient.pk, [])) > NAMED,
        )
        for patient in patients
    ]
    return shown, more


def alike_of(
    patients: Iterable[int], *, each: int | None = None
) -> dict[int, list[tuple[int, list[str]]]]:
    """Patient id to (id of who resembles them, the reasons), merged patients left out; of each
    reason the first `each`, or all."""
    found: dict[int, list[tuple[int, list[str]]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, {"patients": list(patients), "each": each})
        for one, other, *same in cursor.fetchall():
            why = [reason for reason, is_same in zip(_REASONS, same, strict=True) if is_same]
            found.setdefault(one, []).append((other, why))
    return found


def known_already(patients: Iterable[int]) -> QuerySet[Patient]:
    """Those of these patients whose name and birth date somebody else has too."""
    others = Patient.objects.filter(
        folded_name=OuterRef("folded_name"), date_of_birth=OuterRef("date_of_birth")
    ).exclude(pk=OuterRef("pk"))
    return Patient.objects.filter(Exists(others), pk__in=list(patients))
