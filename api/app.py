"""The public API: one place for its errors, and the routers of its resources."""

from copy import copy
from functools import cached_property
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError, InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone
from ninja import NinjaAPI
from ninja.errors import HttpError, Throttled, ValidationError
from ninja.openapi.docs import Swagger
from ninja.openapi.schema import OpenAPISchema

from api import appointments, clinic, contact_requests, slots
from api.description import complete
from api.errors import refuse
from api.example import booking_example
from api.parser import JsonOnly
from api.problems import problem
from api.staff import appointments as staff_appointments
from api.staff import calendar as staff_calendar
from api.staff import patients as staff_patients
from scheduler.core.refusal import Refusal
from scheduler.transactions.row_locks import RowGone

log = structlog.get_logger(__name__)


class SchedulerAPI(NinjaAPI):
    @cached_property
    def _description(self) -> OpenAPISchema:
        """All that stays the same while this process runs; it takes a third of a second to make."""
        schema = super().get_openapi_schema()
        complete(schema)
        return schema

    def get_openapi_schema(self, **_: Any) -> OpenAPISchema:
        """The example of a booking is made as this is served: a fixed start would be past."""
        schema = copy(self._description)
        schema["servers"] = [{"url": settings.PUBLIC_URL, "description": "This clinic"}]
        example = booking_example(now=timezone.now())
        if example is not None:
            models = schema["components"]["schemas"]
            body = {**models["BookingIn"], "example": example}
            schema["components"] = {
                **schema["components"],
                "schemas": {**models, "BookingIn": body},
            }
        return schema


api = SchedulerAPI(
    title="Clinic scheduler",
    version="1",
    description=(
        "Find a time, hold it, enter the code, and change or cancel it with the token you got. "
        "Times are RFC 3339 with an offset. Errors are problem documents (RFC 9457) that name "
        "each field and say what would be right. Send an `Idempotency-Key` with a booking and it "
        "books once, however often it is sent."
    ),
    docs=Swagger(settings={"persistAuthorization": False}),
    parser=JsonOnly(),
    urls_namespace="api",
)
api.add_router("", clinic.router)
api.add_router("", slots.router)
api.add_router("", appointments.router)
api.add_router("", contact_requests.router)
api.add_router("staff/", staff_patients.router)
api.add_router("staff/", staff_calendar.router)
api.add_router("staff/", staff_appointments.router)

api.add_exception_handler(Refusal, refuse)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return problem(
        422,
        detail="Nothing was done. Mend the fields named and send it again.",
        errors=[(_field(one["loc"]), _sentence(one)) for one in error.errors],
    )


@api.exception_handler(Throttled)
def _throttled(request: HttpRequest, error: Throttled) -> HttpResponse:
    wait = int(error.wait or 1)
    return problem(429, detail=f"Try again in {wait} seconds.", retry_after=wait)


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    # Ninja wraps what our parser says of a body in a 400 of its own.
    told = error.__cause__ if isinstance(error.__cause__, HttpError) else error
    return problem(told.status_code, detail=str(told))


@api.exception_handler(InterfaceError)
@api.exception_handler(InternalError)
@api.exception_handler(OperationalError)
def _database_away(request: HttpRequest, error: DatabaseError | InterfaceError) -> HttpResponse:
    """`DatabaseMiddleware` answers, as it does for every other edge."""
    raise error


@api.exception_handler(RowGone)
def _gone(request: HttpRequest, error: RowGone) -> HttpResponse:
    return problem(404, detail="Somebody deleted it meanwhile.")


@api.exception_handler(RequestDataTooBig)
def _too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return problem(413, detail="The body is larger than anything that is asked for here.")


@api.exception_handler(BadRequest)
@api.exception_handler(MultiPartParserError)
@api.exception_handler(SuspiciousOperation)
def _unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
    """The check of CSRF reads a body before our parser can say that it has to be JSON."""
    return problem(400, detail="Send the body as JSON, with Content-Type: application/json.")


@api.exception_handler(Exception)
def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("unexpected error", exc_info=error)
    return problem(500, detail="Please try again, or call the clinic.")


def _field(location: tuple[Any, ...]) -> str:
    """A dotted path without the names of our own parameters: patient.phone, start, visit_type."""
    ours = {"body", "payload", "query", "path", "header"}
    parts = [str(part) for part in location if part not in ours]
    return ".".join(parts) or "body"


_SENTENCES = {
    "missing": "This is needed.",
    "extra_forbidden": "This isn't known here; leave it out.",
    "string_type": "Give text.",
    "string_pattern_mismatch": "It doesn't have the right form; its description shows it.",
    "string_too_short": "It is too short: give {min_length} characters or more.",
    "string_too_long": "It is too long: give {max_length} characters at most.",
    "literal_error": "Give one of {expected}.",
    "bool_type": "Give true or false.",
    "int_type": "Give a whole number.",
    "model_attributes_type": "Give an object with its fields.",
    "model_type": "Give an object with its fields.",
}


def _sentence(error: dict[str, Any]) -> str:
    known = _SENTENCES.get(error["type"])
    if known is None:
        return str(error["msg"]).removeprefix("Value error, ")
    return known.format(**error.get("ctx", {}))
