"""Patients known by name, birth date and phone or mail, for many lines at once."""

from collections.abc import Iterable
from datetime import date

from scheduler.patients.models import Patient
from scheduler.patients.names import fold_name


class MatchCandidates:
    """Everybody of these names, read in one query; who was merged stands for who was kept."""

    def __init__(self, names: Iterable[str]) -> None:
        self._found: dict[tuple[str, date | None], list[Patient]] = {}
        folded = {fold_name(name) for name in names}
        known = Patient.objects.filter(folded_name__in=folded).select_related("merged_into")
        for patient in known.order_by("pk"):
            self.add(patient)

    def add(self, patient: Patient) -> None:
        key = (patient.folded_name, patient.date_of_birth)
        self._found.setdefault(key, []).append(patient)

    def find(self, name: str, born: date | None, phone: str, email: str) -> Patient | None:
        """The one with this name and birth date and one of these, or with neither where none is
        given."""
        for patient in self._found.get((fold_name(name), born), []):
            same_phone = bool(phone) and str(patient.phone) == phone
            same_email = bool(email) and patient.email.casefold() == email.casefold()
            unreachable = not (phone or email or patient.phone or patient.email)
            if same_phone or same_email or unreachable:
                return patient.merged_into or patient
        return None
