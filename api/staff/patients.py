"""Finding a patient while somebody types."""

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from api.schemas import Problem
from api.staff.auth import StaffAuth
from scheduler.accounts.roles import Right
from scheduler.audit.viewed import patients_viewed
from scheduler.frontdesk.find_patients import find_patients

router = Router(tags=["staff"])


class PatientsQuery(Schema):
    q: str = Field("", max_length=100, description="A part of the name, phone or birth date.")


class PatientFound(Schema):
    id: int
    name: str
    date_of_birth: str | None
    phone: str
    possible_duplicate: bool


@router.get(
    "patients",
    auth=StaffAuth(Right.BOOK, Right.SEE_PATIENTS),
    response={200: list[PatientFound], 401: Problem, 403: Problem, 422: Problem, 423: Problem},
    summary="Find a patient",
)
def patients(request: HttpRequest, query: Query[PatientsQuery]) -> HttpResponse:
    """At most 20, in the order of what was found. Written as bytes: it is asked at every letter."""
    found = find_patients(query.q, request.user)
    patients_viewed(one.id for one in found)
    return HttpResponse(orjson.dumps(found), content_type="application/json")
