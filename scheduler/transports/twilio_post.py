"""One POST to Twilio's API, step by step, so that it is known how far it came.

Each takes a connection of its own. One that was kept and died while idle would look exactly like a
lost answer, and texts leave about once a second: a fresh one costs little and keeps us certain.
"""

import ssl
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies_environment, proxy_bypass

import certifi

from scheduler.transports.errors import Refused, Unknown

API = "https://api.twilio.com"


@dataclass(frozen=True, slots=True)
class Answer:
    """What Twilio answered: an HTTP status, the body, and a header's value, empty without it."""

    status: int
    body: bytes
    retry_after: str


def post(
    base: str,
    path: str,
    form: Mapping[str, object],
    *,
    credentials: tuple[str, str],
    timeout: float,
    may_leave: Callable[[], None],
) -> Answer:
    """POST the form to `path` at `base` (empty: Twilio's own); raises `Refused` or `Unknown`.

    `timeout` is in seconds, for connecting and for each wait. `may_leave` is asked right before the
    form is given away, and may raise.
    """
    user, password = credentials
    headers = {
        "Authorization": f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json",
        "Connection": "close",
    }
    connection = _connection(base or API, timeout)
    try:
        try:
            connection.connect()
        except OSError:
            # No name, no route, nobody there, a wrong certificate: nothing was given away.
            raise Refused("refused", "no connection") from None
        may_leave()
        connection.request("POST", path, body=urlencode(form), headers=headers)
        response = connection.getresponse()
        body = response.read()
    except TimeoutError:
        raise Unknown("timeout", "no answer in time") from None
    except (OSError, HTTPException) as error:
        raise Unknown("reset", type(error).__name__) from None
    finally:
        connection.close()
    return Answer(response.status, body, response.headers.get("Retry-After", ""))


def _connection(base: str, timeout: float) -> HTTPConnection:
    """To the host, or to the proxy that the environment names for it."""
    url = urlsplit(base)
    host, port = url.hostname or "", url.port
    if url.scheme == "http":
        return HTTPConnection(host, port, timeout=timeout)
    proxies = getproxies_environment()
    proxy = urlsplit(proxies.get("https", ""))
    if not proxy.hostname or proxy_bypass(host):
        return HTTPSConnection(host, port, timeout=timeout, context=_trust())
    tunnel = HTTPSConnection(proxy.hostname, proxy.port, timeout=timeout, context=_trust())
    tunnel.set_tunnel(host, port)
    return tunnel


@cache
def _trust() -> ssl.SSLContext:
    """Whose certificates are believed; read once, for that takes longer than a text."""
    return ssl.create_default_context(cafile=certifi.where())
