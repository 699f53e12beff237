"""The environment, and what settings ask of it; an `.env` beside the code fills in."""

from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(env.str("ENV_FILE", default=str(BASE_DIR / ".env")))


# A mail service to the keys that its address holds, as anymail names them.
MAIL_SERVICES: Mapping[str, tuple[str, ...]] = {
    "brevo": ("API_KEY",),
    "mailjet": ("API_KEY", "SECRET_KEY"),
    "postmark": ("SERVER_TOKEN",),
    "sparkpost": ("API_KEY",),
}


def required(name: str, hint: str) -> str:
    value: str = env.str(name, default="").strip()
    if not value:
        raise ImproperlyConfigured(f"{name} is not set: {hint}")
    return value


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def on(name: str) -> bool:
    """A switch that is `on` unless somebody turned it `off`."""
    value: str = env.str(name, default="on").lower()
    if value not in {"on", "off"}:
        raise ImproperlyConfigured(f"{name} must be 'on' or 'off', not {value!r}.")
    return value == "on"


def mail_settings(url: str, *, timeout: int) -> dict[str, Any]:
    """Django's settings for mail from an address such as smtp+tls://user:password@host:587, or
    postmark://key for a mail service's API. `timeout` is in seconds."""
    service, _, rest = url.partition("://")
    if service not in MAIL_SERVICES:
        found: dict[str, Any] = env.email_url_config(url)
        return found
    names = MAIL_SERVICES[service]
    keys = [unquote(key) for key in rest.rstrip("/").split(":")]
    if len(keys) != len(names) or not all(keys):
        parts = ":".join(name.lower() for name in names)
        raise ImproperlyConfigured(f"EMAIL_URL for {service} must look like {service}://{parts}.")
    given = {f"{service}_{name}".upper(): key for name, key in zip(names, keys, strict=True)}
    return {
        "EMAIL_BACKEND": f"anymail.backends.{service}.EmailBackend",
        "ANYMAIL": {**given, "REQUESTS_TIMEOUT": timeout},
    }
