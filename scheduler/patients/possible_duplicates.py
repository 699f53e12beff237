"""Patients who may be the person that somebody is about to write down again."""

from datetime import date

from django.db.models import Q, QuerySet

from scheduler.patients.models import Patient
from scheduler.patients.names import fold_name


def possible_duplicates(
    name: str, *, born: date | None = None, phone: str = "", email: str = ""
) -> QuerySet[Patient]:
    """Who shares a number, an address, or a name and birth date; where none of them is known, the
    name. `phone` is E.164 or empty. Those who were merged into another are left out."""
    folded = fold_name(name)
    alike = Q()
    if phone:
        alike |= Q(phone=phone)
    if email:
        alike |= Q(email__iexact=email)
    if born:
        alike |= Q(folded_name=folded, date_of_birth=born)
    if not alike:
        alike = Q(folded_name=folded)
    return Patient.objects.filter(alike, merged_into=None).order_by("pk")
