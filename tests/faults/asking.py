"""What patients ask for, over the API of a running product."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from tests.calling import Answer
from tests.running import Product

API = "/api/v1"
_numbers = count(100)


def person(*, phone: str = "", email: str = "", **fields: Any) -> dict[str, Any]:
    """A booking's `patient` and `consent`, of somebody whom nobody has seen before."""
    number = next(_numbers)
    if not (phone or email):
        phone = f"+1419{200 + number // 10000:03d}{number % 10000:04d}"
    given = {"phone": phone, "email": email}
    return {
        "patient": {
            "name": f"Quenby {_letters(number)}",
            "date_of_birth": "1961-04-09",
            **{name: value for name, value in given.items() if value},
            **fields,
        },
        "consent": {"sms": bool(phone), "email": bool(email)},
    }


def _letters(number: int) -> str:
    """A surname for a number: names have no digits."""
    return "Lindqvist" + "".join(chr(ord("a") + int(digit)) for digit in str(number))


def free_slots(product: Product, visit_type: str = "new-patient") -> list[dict[str, str]]:
    """The free starts of the coming weeks, soonest first."""
    first = datetime.now(ZoneInfo("America/New_York")).date()
    query = f"visit_type={visit_type}&from={first}&to={first + timedelta(days=60)}"
    slots: list[dict[str, str]] = product.get(f"{API}/slots?{query}").json["slots"]
    return slots


def apart(slots: list[dict[str, str]], number: int) -> list[dict[str, str]]:
    """So many of the slots, one after the other: to book one leaves the others free."""
    found: list[dict[str, str]] = []
    for slot in slots:
        if not found or slot["start"] >= found[-1]["end"]:
            found.append(slot)
    assert len(found) >= number
    return found[:number]


def book(
    product: Product,
    slot: dict[str, str],
    who: dict[str, Any] | None = None,
    *,
    visit_type: str = "new-patient",
    **headers: str,
) -> Answer:
    """POST appointments for this start and provider."""
    body = {
        "visit_type": visit_type,
        "start": slot["start"],
        "provider": slot["provider"],
        **(who or person()),
    }
    return product.post(f"{API}/appointments", body, **headers)
