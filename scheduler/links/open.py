"""What a patient's token opens: their appointment, their request to be called, or the message
whose like they want no more."""

from datetime import datetime
from uuid import UUID

from django.conf import settings

from scheduler.booking.models import Appointment
from scheduler.contact_requests.models import ContactRequest
from scheduler.links import tokens
from scheduler.links.issue import know_links
from scheduler.links.models import Link
from scheduler.links.refusals import ExpiredLink, UnknownLink
from scheduler.messaging.models import Message


def _locator(purpose: str, token: str) -> str:
    locator = tokens.locator_of(purpose, token)
    if locator is None:
        raise UnknownLink
    return locator


def _check(link: Link | None, token: str, *, now: datetime) -> Link:
    """The link, if the token is its own and not too old."""
    if link is None:
        raise UnknownLink
    if not tokens.is_token(settings.LINK_KEYS, link.purpose, link.locator, link.version, token):
        raise UnknownLink
    if link.expires_at <= now:
        raise ExpiredLink(_language_of(link))
    return link


def _language_of(link: Link) -> str:
    of_owners = ("appointment__language", "contact_request__language")
    found = Link.objects.filter(pk=link.pk).values_list(*of_owners).first()
    # Without a row it was cleared out meanwhile.
    return next(filter(None, found or ()), settings.LANGUAGE_CODE)


def appointment_by_token(
    token: str, *, now: datetime, purpose: str = Link.Purpose.APPOINTMENT
) -> Appointment:
    """The appointment that a token of `/a/`, or of another purpose, opens.

    It knows all its links. Raises UnknownLink, ExpiredLink. Two narrow queries: planning the join
    of all its tables takes longer than answering it.
    """
    locator = _locator(purpose, token)
    opened = Link.objects.filter(purpose=purpose, locator=locator)
    links = list(Link.objects.filter(appointment__in=opened.values("appointment")))
    the_one = (one for one in links if (one.purpose, one.locator) == (purpose, locator))
    link = _check(next(the_one, None), token, now=now)
    rows = Appointment.objects.select_related("visit_type", "provider", "contact")
    found = rows.filter(pk=link.appointment_id or 0).first()
    if found is None:
        raise UnknownLink
    know_links(found, links)
    return found


def contact_request_by_token(token: str, *, now: datetime) -> ContactRequest:
    """The request that a token of `/contact/r/` opens. Raises UnknownLink, ExpiredLink."""
    purpose = Link.Purpose.CONTACT_REQUEST
    opened = Link.objects.filter(purpose=purpose, locator=_locator(purpose, token))
    link = _check(opened.select_related("contact_request").first(), token, now=now)
    if link.contact_request is None:
        raise UnknownLink
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
