"""Where a request comes from, as far as trusted proxies vouch for it, and its network."""

from ipaddress import ip_address, ip_network


def caller(remote: str, forwarded: str | None, *, proxies: int) -> str:
    """The address behind `proxies` proxies of ours; `forwarded` is X-Forwarded-For, as it came.

    Each proxy appends who called it, so only the last `proxies` entries can be believed.
    """
    if not proxies or forwarded is None:
        return remote
    hops = forwarded.split(",")
    return hops[-min(proxies, len(hops))].strip()


def plain_address(address: str) -> str | None:
    """The address as it is kept, or None where it is none."""
    try:
        return str(ip_address(address.strip()))
    except ValueError:
        return None


def network(address: str) -> str:
    """The /24 (IPv4) or /48 (IPv6) of an address, or "unknown"."""
    try:
        found = ip_address(address.strip())
    except ValueError:
        return "unknown"
    return str(ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False))
