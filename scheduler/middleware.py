"""What happens around every request: a log line by route, and the context of the audit trail."""

import uuid
from collections.abc import Callable
from time import perf_counter
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from pghistory.middleware import HistoryMiddleware

log = structlog.get_logger(__name__)


def route_of(request: HttpRequest) -> str:
    """The route's pattern, such as `a/<token>`: a path may hold a token, a pattern does not."""
    if request.resolver_match is not None:
        return request.resolver_match.route
    try:
        return resolve(request.path_info).route
    except Resolver404:
        return "unknown"


class RequestLogMiddleware:
    """One line a request: id, method, route, status, milliseconds. Nothing that was typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex[:16]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=request_id)
        started = perf_counter()
        response = self.get_response(request)
        response["X-Request-Id"] = request_id
        log.info(
            "request",
            method=request.method,
            route=route_of(request),
            status=response.status_code,
            ms=round((perf_counter() - started) * 1000, 1),
        )
        return response


class AuditMiddleware(HistoryMiddleware):
    """The trail says who changed something and by which route, never by which path."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        return {"user": request.user.pk if request.user.is_authenticated else None} | {
            "route": route_of(request)
        }
