"""The six digits that prove a number or mail address: derived, never stored."""

import hmac
from collections.abc import Sequence

from scheduler.core.keyed_digest import keyed_digest

CODE_DIGITS = 6


def _code(key: str, reference: str, number: int) -> str:
    value = int.from_bytes(keyed_digest(key, "code", reference, number)[:8])
    return f"{value % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def code(keys: Sequence[str], reference: str, number: int) -> str:
    """The six digits that prove a contact: `number` counts the codes sent for one hold."""
    return _code(keys[0], reference, number)


def is_code(keys: Sequence[str], reference: str, number: int, value: str) -> bool:
    found = False
    for key in keys:
        expected = _code(key, reference, number)
        found |= hmac.compare_digest(expected.encode(), value.strip().encode())
    return found
