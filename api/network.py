"""Which network a call comes from: what code limits count."""

from django.http import HttpRequest

from api.throttle import address_of
from scheduler.core.network import network


def network_of(request: HttpRequest) -> str:
    """The caller's /24 (IPv4) or /48 (IPv6), or "unknown"."""
    return network(address_of(request))
