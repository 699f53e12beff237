"""Make the links of appointments and requests, and the tokens that go out for them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings

from scheduler.booking.models import Appointment
from scheduler.contact_requests.models import ContactRequest
from scheduler.links import tokens
from scheduler.links.models import Link
from scheduler.transactions.statements import planned_cursor

# The patient may look the visit up for a while after it; the information stays of use longer.
MANAGE_FOR = timedelta(days=30)
INFORMATION_FOR = timedelta(days=365)
# A request can be looked up, changed or withdrawn for a while after it should be answered.
REQUEST_FOR = timedelta(days=30)

_INSERT = """
    INSERT INTO scheduler_link (version, purpose, locator, appointment_id, expires_at)
    SELECT 1, drawn.purpose, drawn.locator, %(appointment)s, drawn.expires_at
      FROM unnest(%(purposes)s::text[], %(locators)s::text[], %(ends)s::timestamptz[])
           AS drawn (purpose, locator, expires_at)
        ON CONFLICT (purpose, locator) DO NOTHING
    RETURNING id, purpose, locator, version, expires_at
"""


def issue_links(appointment: Appointment) -> None:
    """Write the appointment's links, and let it know them. A locator that is taken already is drawn
    again."""
    missing = {
        Link.Purpose.APPOINTMENT: MANAGE_FOR,
        Link.Purpose.INFORMATION: INFORMATION_FOR,
    }
    links: list[Link] = []
    while missing:
        for link in _insert(appointment, missing):
            del missing[Link.Purpose(link.purpose)]
            links.append(link)
    know_links(appointment, links)


def know_links(appointment: Appointment, links: list[Link]) -> None:
    """`appointment.links.all()` are these: no statement asks for what was just read or written."""
    known = appointment.links.all()
    known._result_cache = links
    known._prefetch_done = True  # type: ignore[attr-defined]
    vars(appointment).setdefault("_prefetched_objects_cache", {})["links"] = known


def _insert(appointment: Appointment, lives: Mapping[Link.Purpose, timedelta]) -> list[Link]:
    """Draw a locator for each and write the rows in one go; those that were written."""
    values: dict[str, Any] = {
        "appointment": appointment.pk,
        "purposes": [purpose.value for purpose in lives],
        "locators": [tokens.new_locator(purpose) for purpose in lives],
        "ends": [appointment.ends_at + time for time in lives.values()],
    }
    with planned_cursor() as cursor:
        cursor.execute(_INSERT, values)
        return [
            Link(
                pk=pk,
                purpose=purpose,
                locator=locator,
                version=version,
                appointment=appointment,
                expires_at=expires_at,
            )
            for pk, purpose, locator, version, expires_at in cursor.fetchall()
        ]


def issue_request_link(request: ContactRequest) -> None:
    """Write the request's one link. A locator that is taken already is drawn again."""
    while not request.links.exists():
        Link.objects.bulk_create(
            [
                Link(
                    purpose=Link.Purpose.CONTACT_REQUEST,
                    locator=tokens.new_locator(Link.Purpose.CONTACT_REQUEST),
                    contact_request=request,
                    expires_at=request.promised_by + REQUEST_FOR,
                )
            ],
            ignore_conflicts=True,
        )


def token_of(link: Link) -> str:
    return tokens.token(settings.LINK_KEYS, link.purpose, link.locator, link.version)


def tokens_of(found: Iterable[Link]) -> dict[str, str]:
    """Purpose ("a", "i", "c") to the token of that link."""
    return {link.purpose: token_of(link) for link in found}


def tokens_in_text(found: Iterable[Link], message: int, keys: Sequence[str]) -> dict[str, str]:
    """The same as they go out in the text with this id: they tell it from every other text."""
    return {
        link.purpose: tokens.token(
            keys,
            link.purpose,
            link.locator,
            link.version,
            mark=tokens.mark_of(link.purpose, message),
        )
        for link in found
    }


def unsubscribe_token(message_id: str, found: Iterable[Link]) -> str:
    """What stops the reminders to where this message (32 hexadecimal digits) goes.

    It dies with the link to the visit: `found` are the visit's links.
    """
    [version] = [link.version for link in found if link.purpose == Link.Purpose.APPOINTMENT]
    return tokens.token(settings.LINK_KEYS, tokens.UNSUBSCRIBE, message_id, version)


def manage_url(token: str) -> str:
    return f"{settings.LINK_URL}/a/{token}"


def information_url(token: str) -> str:
    return f"{settings.LINK_URL}/i/{token}"


def unsubscribe_url(token: str) -> str:
    return f"{settings.LINK_URL}/u/{token}"


def request_url(token: str) -> str:
    return f"{settings.LINK_URL}/contact/r/{token}"
