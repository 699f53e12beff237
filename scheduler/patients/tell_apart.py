"""Two rows that look alike are two people, or are to be looked at again."""

from scheduler.patients.models import Patient


def tell_apart(patient_id: int) -> None:
    """Staff say that this patient is none of those whom they resemble."""
    Patient.objects.filter(pk=patient_id).update(possible_duplicate=False)


def compare_again(patient_id: int) -> None:
    """Staff take `tell_apart` back."""
    Patient.objects.filter(pk=patient_id, merged_into=None).update(possible_duplicate=True)
