"""What happens around every request: a log line by route, an answer where the database gave none,
the context of the audit trail, and at staff addresses a lock, a second factor and the audit log of
who looked at whom."""

import json
import sys
import uuid
from collections.abc import Callable
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

import structlog
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.core.signals import got_request_exception
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone, translation
from django.utils.translation import get_language_from_request
from django.views.defaults import page_not_found
from prometheus_client import Counter

from scheduler.accounts import lock_session
from scheduler.audit.asked_by import AskedBy, know_asker
from scheduler.audit.context import audit_context
from scheduler.audit.record_view import record_view
from scheduler.audit.viewed import collect_viewed
from scheduler.clinic.current import fetched_once
from scheduler.clinic.models import Clinic
from scheduler.core.network import caller, plain_address
from scheduler.transactions.row_locks import RowGone
from scheduler.transactions.timeouts import match_pace, struck, why_away

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


away = Counter("scheduler_database_away", "Requests that PostgreSQL did not answer.", ["why"])
ASK_AGAIN_AFTER = 5
BUSY = "The database is busy. Nothing was changed. Try again in a moment."


class DatabaseMiddleware:
    """Where PostgreSQL is away, or a limit on its locks and statements struck: 503 at every edge.

    What the request wrote was rolled back with its transaction. Nothing here asks the database.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        match_pace()
        with fetched_once():
            response = self.get_response(request)
        error = getattr(request, "database_error", None)
        if error is None:
            return response
        why = why_away(error)
        if why == "lock":
            struck()
        away.labels(why).inc()
        log.error("database away", why=why, exc_info=error)
        return _unavailable(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What a view, or the API, stumbled over."""
        if isinstance(exception, RowGone):
            return page_not_found(request, exception)
        if not why_away(exception):
            return None
        request.database_error = exception  # type: ignore[attr-defined]
        return HttpResponse(status=503)


@receiver(got_request_exception)
def _in_a_middleware(request: HttpRequest, **_: object) -> None:
    """What another middleware stumbled over: sessions and sign-in are read there."""
    error = sys.exc_info()[1]
    if why_away(error):
        request.database_error = error  # type: ignore[attr-defined]


def _unavailable(request: HttpRequest) -> HttpResponse:
    """A page for who opened one, a toast for a script of the staff's pages, else the bare status:
    `ProblemMiddleware` makes a document of it for the API, and Twilio reads no more than that."""
    response = HttpResponse(status=503)
    if request.headers.get("HX-Request"):
        response["HX-Trigger"] = json.dumps({"say": BUSY})
    elif not request.path.startswith(("/api/", "/webhooks/")):
        response.content = _page(request).encode()
    response["Retry-After"] = str(ASK_AGAIN_AFTER)
    response["Cache-Control"] = "no-store"
    return response


def _page(request: HttpRequest) -> str:
    staff = request.path.startswith(STAFF_PLACES)
    with translation.override("en" if staff else get_language_from_request(request)):
        return render_to_string("503.html", {"clinic": Clinic(**settings.CLINIC)})


class AuditMiddleware:
    """The audit log says who changed something and by which route, never by which path."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Who it is may be read from the database: now, and not amid somebody's change.
        bool(request.user.is_authenticated)

        def metadata() -> dict[str, Any]:
            user = request.user.pk if request.user.is_authenticated else None
            return {"user": user, "route": route_of(request)}

        with audit_context(metadata), know_asker(lambda: _asker(request)):
            return self.get_response(request)


def _asker(request: HttpRequest) -> AskedBy:
    remote = request.META.get("REMOTE_ADDR") or ""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR")
    address = plain_address(caller(remote, forwarded, proxies=settings.NUM_PROXIES))
    return AskedBy(request.user.pk, address, by_api=request.path.startswith("/api/"))


STAFF_PLACES = ("/staff/", "/admin/", "/api/v1/staff/")
# Signing in and out, a second factor and unlocking are open to who is not (or no longer) in.
DOORS = ("/staff/account/", "/staff/unlock/")


class StaffMiddleware:
    """Around every request at a staff address: English, no caches, a lock after idle minutes, a
    second factor where it is required, and a row in the audit log for whatever showed patients."""

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
        with collect_viewed() as shown:
            response = self.get_response(request)
            if (shown.patients or shown.asked) and request.user.pk:
                record_view(
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
