"""What a patient's token opens: their appointment, or their request to be called."""

from datetime import datetime

from django.conf import settings

from scheduler.booking.models import Appointment
from scheduler.contact_requests.models import ContactRequest
from scheduler.links import tokens
from scheduler.links.models import Link
from scheduler.links.refusals import ExpiredLink, UnknownLink


def _link(purpose: str, token: str, *, now: datetime) -> Link:
    locator = tokens.locator_of(purpose, token)
    if locator is None:
        raise UnknownLink
    try:
        link = Link.objects.get(purpose=purpose, locator=locator)
    except Link.DoesNotExist:
        raise UnknownLink from None
    if not tokens.is_token(settings.LINK_KEYS, purpose, link.locator, link.version, token):
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

    Raises UnknownLink, ExpiredLink. Two narrow queries: planning the join of all its tables takes
    longer than answering it.
    """
    link = _link(purpose, token, now=now)
    if link.appointment_id is None:
        raise UnknownLink
    found = Appointment.objects.select_related("visit_type", "provider", "contact")
    try:
        return found.get(pk=link.appointment_id)
    except Appointment.DoesNotExist:
        raise UnknownLink from None


def contact_request_by_token(token: str, *, now: datetime) -> ContactRequest:
    """The request that a token of `/contact/r/` opens. Raises UnknownLink, ExpiredLink."""
    request = _link(Link.Purpose.CONTACT_REQUEST, token, now=now).contact_request
    if request is None:
        raise UnknownLink
    return request
