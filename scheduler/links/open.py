"""What a patient's token opens: their appointment, their request to be called, or the message
whose like they want no more."""

from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Model

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider, VisitType
from scheduler.contact_requests.models import ContactRequest
from scheduler.links import tokens
from scheduler.links.issue import know_links
from scheduler.links.models import Link
from scheduler.links.refusals import ExpiredLink, UnknownLink
from scheduler.messaging.models import Message
from scheduler.patients.models import Contact
from scheduler.transactions.statements import columns_of, fetch_planned, take_row

# Read whole, under the name that each has in the statement.
_WHOLE: dict[str, type[Model]] = {
    "visit": Appointment,
    "visit_type": VisitType,
    "provider": Provider,
    "contact": Contact,
}
_OPENED = """
    SELECT (SELECT json_agg(link) FROM scheduler_link AS link
             WHERE link.appointment_id = opened.appointment_id),
           {columns}
      FROM scheduler_link AS opened
      JOIN scheduler_appointment AS visit ON visit.id = opened.appointment_id
      JOIN scheduler_visittype AS visit_type ON visit_type.id = visit.visit_type_id
      JOIN scheduler_provider AS provider ON provider.id = visit.provider_id
      LEFT JOIN scheduler_contact AS contact ON contact.id = visit.contact_id
     WHERE opened.purpose = %(purpose)s AND opened.locator = %(locator)s
"""


def appointment_by_token(
    token: str, *, now: datetime, purpose: str = Link.Purpose.APPOINTMENT
) -> Appointment:
    """The appointment that a token of `/a/`, or of another purpose, opens, in one statement.

    It knows its visit type, its provider, its contact and all its links. Raises UnknownLink and
    ExpiredLink.
    """
    locator = _locator(purpose, token)
    found = fetch_planned(_statement(), {"purpose": purpose, "locator": locator})
    if not found:
        raise UnknownLink
    values = iter(found[0])
    links = [_link(row) for row in next(values)]
    rows: dict[str, Any] = {name: take_row(model, values) for name, model in _WHOLE.items()}
    visit: Appointment = rows.pop("visit")
    for name, row in rows.items():
        setattr(visit, name, row)
    [opened] = (link for link in links if link.purpose == purpose)
    _check(opened, token, visit.language, now=now)
    know_links(visit, links)
    return visit


def contact_request_by_token(token: str, *, now: datetime) -> ContactRequest:
    """The request that a token of `/contact/r/` opens. Raises UnknownLink, ExpiredLink."""
    purpose = Link.Purpose.CONTACT_REQUEST
    links = Link.objects.filter(purpose=purpose, locator=_locator(purpose, token))
    link = links.select_related("contact_request").first()
    if link is None or link.contact_request is None:
        raise UnknownLink
    _check(link, token, link.contact_request.language, now=now)
    return link.contact_request


def reminder_by_token(token: str, *, now: datetime) -> Message:
    """The reminder that a token of `/u/` came with. Raises UnknownLink, ExpiredLink.

    It is good as long as the link to the visit is: a version raised there revokes both.
    """
    locator = _locator(tokens.UNSUBSCRIBE, token)
    try:
        public_id = UUID(hex=locator)
    except ValueError:
        raise UnknownLink from None
    message = Message.objects.filter(public_id=public_id).first()
    if message is None or message.appointment_id is None:
        raise UnknownLink
    of_visit = Link.objects.filter(purpose=Link.Purpose.APPOINTMENT)
    link = of_visit.filter(appointment=message.appointment_id).first()
    keys = settings.LINK_KEYS
    if link is None or not tokens.is_token(keys, tokens.UNSUBSCRIBE, locator, link.version, token):
        raise UnknownLink
    if link.expires_at <= now:
        raise ExpiredLink(message.language)
    return message


@cache
def _statement() -> str:
    columns = (columns_of(model, name) for name, model in _WHOLE.items())
    return _OPENED.format(columns=", ".join(columns))


def _locator(purpose: str, token: str) -> str:
    locator = tokens.locator_of(purpose, token)
    if locator is None:
        raise UnknownLink
    return locator


def _link(row: dict[str, Any]) -> Link:
    """Of a row as JSON. A visit has one link of each purpose."""
    return Link(**{**row, "expires_at": datetime.fromisoformat(row["expires_at"])})


def _check(link: Link, token: str, language: str, *, now: datetime) -> None:
    """Raises UnknownLink unless the token is the link's own, ExpiredLink where it is too old."""
    if not tokens.is_token(settings.LINK_KEYS, link.purpose, link.locator, link.version, token):
        raise UnknownLink
    if link.expires_at <= now:
        raise ExpiredLink(language)
