"""Which network a page is asked for from: what limits count."""

from django.conf import settings
from django.http import HttpRequest

from scheduler.core.network import caller, network


def network_of(request: HttpRequest) -> str:
    """The caller's /24 (IPv4) or /48 (IPv6), or "unknown"."""
    remote = request.META.get("REMOTE_ADDR") or ""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR")
    return network(caller(remote, forwarded, proxies=settings.NUM_PROXIES))
