"""Is the process up, is the product at work, and its numbers."""

import hmac
from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView
from redis import Redis, RedisError

from api.message_metrics import message_metrics
from api.throttle import address_of
from scheduler.clinic.current import this_clinic
from scheduler.core.message_status import MessageStatus
from scheduler.messaging.models import Heartbeat, Message
from scheduler.transactions.timeouts import PROBE, why_away, within

WORKER_SEEN_WITHIN = timedelta(seconds=30)
OVERDUE_AFTER = timedelta(minutes=5)


class HealthMiddleware:
    """`/healthz`: the process answers. It comes first, so that nothing is asked or waited for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return _healthz(request) if request.path == "/healthz" else self.get_response(request)


@require_safe
def _healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"ok": True})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 while patients can book and messages leave, or staff paused them; losing Redis alone
    is no 503. Answers soon also where the database is stuck."""
    checks: dict[str, Any] = {"redis": _redis(), **_database()}
    ready = checks["database"] and checks.get("worker") and not checks.get("overdue")
    detail = checks if _may_see(request) else {}
    return JsonResponse({"ready": bool(ready), **detail}, status=200 if ready else 503)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    if not _may_see(request):
        return HttpResponseForbidden("Only from this machine, or with the health token.")
    response: HttpResponse = ExportToDjangoView(request)
    response.content += message_metrics(now=timezone.now())
    return response


# What every booking looks at: a table that somebody has locked shows here before patients see it.
_LOOK = """
    SELECT (SELECT 1 FROM scheduler_provider LIMIT 1),
           (SELECT 1 FROM scheduler_appointment LIMIT 1),
           (SELECT 1 FROM scheduler_message LIMIT 1)
"""


def _database() -> dict[str, Any]:
    """Whether it answers soon, and then what is owed; `why` tells a stuck one from one that is
    away."""
    try:
        with within(PROBE):
            with connection.cursor() as cursor:
                cursor.execute(_LOOK)
            return {"database": True, **_worker()}
    except (DatabaseError, InterfaceError) as error:
        return {"database": False, "why": why_away(error) or "error"}


def _redis() -> bool:
    client = Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=settings.REDIS_TIMEOUT,
        socket_connect_timeout=settings.REDIS_TIMEOUT,
    )
    try:
        return bool(client.ping())
    except RedisError:
        return False
    finally:
        client.close()


def _worker() -> dict[str, Any]:
    now = timezone.now()
    seen = Heartbeat.objects.filter(name="worker").values_list("at", flat=True).first()
    due = Message.objects.filter(
        status=MessageStatus.PLANNED, sending_at=None, channel__in=["sms", "email"]
    )
    oldest = due.order_by("next_attempt_at").values_list("next_attempt_at", flat=True).first()
    late = max((now - oldest).total_seconds(), 0) if oldest else 0
    paused = this_clinic().filter(sending_paused_at__isnull=False).exists()
    return {
        "worker": seen is not None and now - seen < WORKER_SEEN_WITHIN,
        "worker_seen": seen,
        "oldest_overdue_seconds": round(late, 1),
        "sending_paused": paused,
        "overdue": late > OVERDUE_AFTER.total_seconds() and not paused,
    }


def _may_see(request: HttpRequest) -> bool:
    """Detail is for whoever has HEALTH_TOKEN, or calls straight from this machine."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    expected = settings.HEALTH_TOKEN
    if expected and hmac.compare_digest(token.encode(), expected.encode()):
        return True
    forwarded = "X-Forwarded-For" in request.headers and not settings.NUM_PROXIES
    try:
        return ip_address(address_of(request)).is_loopback and not forwarded
    except ValueError:
        return False
