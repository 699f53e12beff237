"""Patients who may be the person that somebody is about to write down again."""

from datetime import date
from typing import Any

from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from scheduler.patients.models import Patient
from scheduler.patients.names import fold_name


def alike(
    name: str, *, born: date | None = None, phone: str = "", email: str = ""
) -> tuple[str, list[Any]]:
    """A condition on scheduler_patient, and its values: who shares a number, an address, or a name
    and birth date; where none of them is known, the name. `phone` is E.164 or empty. Those who were
    merged into another are left out.

    SQL, because it is part of the statement that writes a new patient down.
    """
    found: dict[str, list[Any]] = {}
    if phone:
        found["scheduler_patient.phone = %s"] = [phone]
    if email:
        found["upper(scheduler_patient.email) = upper(%s)"] = [email]
    if born:
        same = "scheduler_patient.folded_name = %s AND scheduler_patient.date_of_birth = %s"
        found[f"({same})"] = [fold_name(name), born]
    if not found:
        found["scheduler_patient.folded_name = %s"] = [fold_name(name)]
    values = [value for of_one in found.values() for value in of_one]
    return f"scheduler_patient.merged_into_id IS NULL AND ({' OR '.join(found)})", values


def possible_duplicates(
    name: str, *, born: date | None = None, phone: str = "", email: str = ""
) -> QuerySet[Patient]:
    """Those of whom `alike` is true."""
    condition, values = alike(name, born=born, phone=phone, email=email)
    found = RawSQL(condition, values, output_field=BooleanField())  # noqa: S611 - our own words
    return Patient.objects.filter(found).order_by("pk")
