"""What every page may name: the clinic, so that no template holds its facts."""

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from scheduler.clinic.current import current_clinic
from scheduler.clinic.models import Clinic


def _current_clinic() -> Clinic:
    """The clinic's row, or its seed from the environment where there is none to be had.

    The phone number must also stand on the page that says the database is down.
    """
    try:
        return current_clinic()
    except (Clinic.DoesNotExist, DatabaseError):
        return Clinic(**settings.CLINIC)


def clinic(_request: HttpRequest) -> dict[str, object]:
    """`clinic`: a `Clinic`, read on first use."""
    return {"clinic": SimpleLazyObject(_current_clinic)}
