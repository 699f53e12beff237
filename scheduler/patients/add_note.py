"""Write something down about a patient, for everybody on the staff."""

from datetime import datetime

from scheduler.patients.models import Patient, PatientNote


def add_note(patient: Patient, text: str, *, by: int, now: datetime) -> PatientNote:
    """`by` is the id of the user who writes. A note is kept as it is: a mistake gets another."""
    return PatientNote.objects.create(patient=patient, text=text, by_id=by, at=now)
