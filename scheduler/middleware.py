"""What happens around every request: a log line by route, the context of the audit trail, and at
staff addresses a lock, a second factor and the trail of who looked at whom."""

import uuid
from collections.abc import Callable
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

import structlog
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone, translation
from pghistory.middleware import HistoryMiddleware

from scheduler.actions import lock_session
from scheduler.actions.note_access import note_access
from scheduler.queries.access import collect_shown

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


STAFF_PLACES = ("/staff/", "/admin/", "/api/v1/staff/")
# Signing in and out, a second factor and unlocking are open to who is not (or no longer) in.
DOORS = ("/staff/account/", "/staff/unlock/")


class StaffMiddleware:
    """Around every request at a staff address: English, no caches, a lock after idle minutes, a
    second factor where it is required, and a row on the trail for whatever showed patients."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(STAFF_PLACES):
            return self.get_response(request)
        with translation.override("en"):
            response = self._refusal(request) or self._answer(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def _refusal(self, request: HttpRequest) -> HttpResponse | None:
        if not request.user.is_authenticated or request.path.startswith(DOORS):
            return None
        state = lock_session.touch(
            request.session, polling="X-Poll" in request.headers, now=timezone.now()
        )
        if state == "over":
            logout(request)
            return None
        if state == "locked":
            return _turn_away(request, reverse("staff-unlock"), status=423)
        if settings.STAFF_MFA_REQUIRED and not is_mfa_enabled(request.user):
            return _turn_away(request, reverse("mfa_index"), status=403)
        return None

    def _answer(self, request: HttpRequest) -> HttpResponse:
        with collect_shown() as shown:
            response = self.get_response(request)
            if (shown.patients or shown.asked) and request.user.pk:
                note_access(
                    request.user.pk,
                    route=route_of(request),
                    method=request.method or "",
                    patients=shown.patients,
                    asked=shown.asked,
                    now=timezone.now(),
                )
        return response


def _turn_away(request: HttpRequest, to: str, *, status: int) -> HttpResponse:
    """A page that is opened goes there first; what a script asks for is told so by its status."""
    if request.method == "GET" and not (request.headers.get("HX-Request") or _is_json(request)):
        return redirect(f"{to}?{urlencode({'next': request.get_full_path()})}")
    return HttpResponse(status=status)


def _is_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
