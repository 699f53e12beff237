"""Throttling by address for what can be abused. Without Redis it lets everybody in."""

from time import monotonic

import structlog
from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest
from ninja.throttling import AnonRateThrottle

BACK_OFF = 5.0
log = structlog.get_logger(__name__)


class _Quiet:
    """Until when this process leaves Redis alone, after it did not answer."""

    until = 0.0


class AddressThrottle(AnonRateThrottle):
    """So many calls an address; an address is counted behind NUM_PROXIES trusted proxies."""

    cache = caches["throttle"]

    def __init__(self, rate: str, scope: str) -> None:
        self.scope = scope
        super().__init__(rate)

    def allow_request(self, request: HttpRequest) -> bool:
        if not settings.API_THROTTLE or monotonic() < _Quiet.until:
            return True
        try:
            return bool(super().allow_request(request))
        except Exception as error:
            _Quiet.until = monotonic() + BACK_OFF
            log.warning("throttle skipped", error=type(error).__name__)
            return True

    def wait(self) -> float | None:
        return super().wait() or 1.0


def address_of(request: HttpRequest) -> str:
    """The caller's address, as far as the trusted proxies vouch for it."""
    return str(AnonRateThrottle("1/s").get_ident(request) or "")
