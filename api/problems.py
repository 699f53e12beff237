"""Errors as RFC 9457 problem documents, all of them made here."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

CONTENT_TYPE = "application/problem+json"
PREFIX = "/api/"

_TITLES = {
    400: ("bad-request", "The request can't be read"),
    401: ("signed-out", "Sign in first"),
    403: ("forbidden", "Not allowed"),
    404: ("not-found", "There is nothing here"),
    405: ("method-not-allowed", "This address doesn't take that method"),
    413: ("too-large", "The request is too large"),
    415: ("unsupported-media-type", "Send JSON"),
    422: ("invalid", "Something in the request isn't right"),
    423: ("locked", "The page is locked"),
    429: ("too-many-requests", "Too many requests"),
    500: ("server-error", "Something went wrong on our side"),
    503: ("unavailable", "We can't answer for a moment"),
}

_DETAILS = {503: "Nothing was done. Try again in a moment."}

Errors = Iterable[tuple[str, str]]
"""(field, what would be right); a field is a dotted path such as patient.phone."""


def problem(
    status: int,
    *,
    kind: str = "",
    title: str = "",
    detail: str = "",
    errors: Errors = (),
    retry_after: int | None = None,
    **extra: Any,
) -> HttpResponse:
    """One problem document; `kind` and `title` default to those of the status."""
    default_kind, default_title = _TITLES.get(status, ("error", "That didn't work"))
    body = {
        "type": f"{settings.PUBLIC_URL}/api/v1/docs#{kind or default_kind}",
        "title": title or default_title,
        "status": status,
        "detail": detail or _DETAILS.get(status, ""),
        "errors": [{"field": field, "message": message} for field, message in errors],
        **extra,
    }
    response = HttpResponse(json.dumps(body), status=status, content_type=CONTENT_TYPE)
    if retry_after is not None:
        response["Retry-After"] = str(max(1, retry_after))
    return response


class ProblemMiddleware:
    """What Django answers below `/api/` by itself (an unknown address, a wrong method) in JSON."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        ours = response.get("Content-Type", "").startswith(CONTENT_TYPE)
        if response.status_code < 400 or ours or not request.path.startswith(PREFIX):
            return response
        converted = problem(response.status_code)
        for header in ("Allow", "Retry-After"):
            if header in response:
                converted[header] = response[header]
        return converted
