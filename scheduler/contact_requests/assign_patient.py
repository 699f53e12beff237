"""Say whom a request is about."""

from scheduler.contact_requests.models import ContactRequest
from scheduler.patients.models import Patient


def assign_request(request_id: int, patient: Patient | None) -> ContactRequest:
    """Link the request to the patient whom staff found, or to nobody."""
    request = ContactRequest.objects.get(pk=request_id)
    request.patient = patient
    request.save(update_fields=["patient"])
    return request
