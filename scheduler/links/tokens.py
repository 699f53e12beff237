"""Capability tokens and codes: derived from keys, never stored.

A token is a random locator, by which its row is found, followed by a MAC over purpose, locator
and version. Who reads the database has the locators only; who guesses must hit both. The first
key signs, every key is accepted, so keys rotate without breaking a link that is out.
"""

import hmac
import re
import secrets
import string
from collections.abc import Sequence

from scheduler.core.keyed_digest import keyed_digest

_ALPHABET = string.digits + string.ascii_letters
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

# purpose -> characters of (locator, MAC). "i" only ever leads to a public page and must stay
# short enough for a text; "a" opens an appointment, "c" a request to be called. "u" stops the
# reminders to where one was sent: its locator is the message's public id in hexadecimal digits.
SHAPES = {"a": (8, 8), "c": (8, 8), "i": (5, 3), "u": (32, 12)}
UNSUBSCRIBE = "u"


def new_locator(purpose: str) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(SHAPES[purpose][0]))


def new_reference() -> str:
    """Eight Crockford characters: easy to read out, no I, L, O or U."""
    return "".join(secrets.choice(_CROCKFORD) for _ in range(8))


def _mac(key: str, purpose: str, locator: str, version: int) -> str:
    number = int.from_bytes(keyed_digest(key, "link", purpose, locator, version)[:16])
    digits = []
    for _ in range(SHAPES[purpose][1]):
        number, digit = divmod(number, len(_ALPHABET))
        digits.append(_ALPHABET[digit])
    return "".join(digits)


def token(keys: Sequence[str], purpose: str, locator: str, version: int) -> str:
    return locator + _mac(keys[0], purpose, locator, version)


def locator_of(purpose: str, value: str) -> str | None:
    """The locator in a token of this purpose, or None where it cannot be one."""
    locator, mac = SHAPES[purpose]
    if len(value) != locator + mac or not re.fullmatch(r"[0-9A-Za-z]+", value):
        return None
    return value[:locator]


def is_token(keys: Sequence[str], purpose: str, locator: str, version: int, value: str) -> bool:
    """Whether `value` was derived for exactly this purpose, row and version."""
    found = False
    for key in keys:
        expected = locator + _mac(key, purpose, locator, version)
        found |= hmac.compare_digest(expected.encode(), value.encode())
    return found
