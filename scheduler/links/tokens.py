"""Capability tokens and codes: derived from keys, never stored.

A token is a random locator, by which its row is found, followed by a MAC over purpose, locator
and version. Who reads the database has the locators only; who guesses must hit both. The first
key signs, every key is accepted, so keys rotate without breaking a link that is out.

A token may be marked with a small number: what it opens stays the same, but a token that went out
in one text differs from that in the next. The mark is added to the MAC as a number is to a number,
so that a marked token is as long as another, and a guess still has to hit the MAC.
"""

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
# purpose -> how many marks its tokens have room for; a guess is so many times likelier to hit.
MARKS = {"a": 62**2, "c": 62**2, "i": 62}


def new_locator(purpose: str) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(SHAPES[purpose][0]))


def new_reference() -> str:
    """Eight Crockford characters: easy to read out, no I, L, O or U."""
    return "".join(secrets.choice(_CROCKFORD) for _ in range(8))


def _mac(key: str, purpose: str, locator: str, version: int) -> int:
    number = int.from_bytes(keyed_digest(key, "link", purpose, locator, version)[:16])
    return number % _macs(purpose)


def _macs(purpose: str) -> int:
    """How many different MACs a token of this purpose has room for."""
    return int(len(_ALPHABET) ** SHAPES[purpose][1])


def _written(number: int, purpose: str) -> str:
    digits = []
    for _ in range(SHAPES[purpose][1]):
        number, digit = divmod(number, len(_ALPHABET))
        digits.append(_ALPHABET[digit])
    return "".join(digits)


def _read(mac: str) -> int:
    return sum(_ALPHABET.index(digit) * len(_ALPHABET) ** at for at, digit in enumerate(mac))


def mark_of(purpose: str, message: int) -> int:
    """The mark of tokens that go out in the message with this id. Links elsewhere have 0, and what
    went out next to it has another one."""
    return 1 + message % (MARKS[purpose] - 1)


def token(keys: Sequence[str], purpose: str, locator: str, version: int, *, mark: int = 0) -> str:
    number = (_mac(keys[0], purpose, locator, version) + mark) % _macs(purpose)
    return locator + _written(number, purpose)


def locator_of(purpose: str, value: str) -> str | None:
    """The locator in a token of this purpose, or None where it cannot be one."""
    locator, mac = SHAPES[purpose]
    if len(value) != locator + mac or not re.fullmatch(r"[0-9A-Za-z]+", value):
        return None
    return value[:locator]


def is_token(keys: Sequence[str], purpose: str, locator: str, version: int, value: str) -> bool:
    """Whether `value` was derived for exactly this purpose, row and version, whatever its mark."""
    if locator_of(purpose, value) != locator:
        return False
    given = _read(value[len(locator) :])
    found = False
    for key in keys:
        mark = (given - _mac(key, purpose, locator, version)) % _macs(purpose)
        found |= mark < MARKS.get(purpose, 1)
    return found
