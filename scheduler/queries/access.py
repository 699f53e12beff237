"""Who may see what: from an opaque token to the one thing it opens."""

from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from scheduler import links
from scheduler.models import Appointment, Condition, ContactRequest, Link
from scheduler.queries.conditions import condition_of


class UnknownLink(Exception):
    """No link has this token, or it was revoked, or it is for something else."""


class ExpiredLink(Exception):
    """The link was good once."""


def _link(purpose: str, token: str, *, now: datetime) -> Link:
    locator = links.locator_of(purpose, token)
    link = _of_purpose(purpose).filter(locator=locator).first() if locator else None
    if link is None or not links.is_token(
        settings.LINK_KEYS, purpose, link.locator, link.version, token
    ):
        raise UnknownLink
    if link.expires_at <= now:
        raise ExpiredLink
    return link


def _of_purpose(purpose: str) -> QuerySet[Link]:
    found = Link.objects.filter(purpose=purpose)
    if purpose == Link.Purpose.CONTACT_REQUEST:
        return found.select_related("contact_request")
    return found.select_related(
        "appointment__visit_type",
        "appointment__provider",
        "appointment__room",
        "appointment__condition",
        "appointment__contact",
        "appointment__patient",
    )


def appointment_by_token(
    token: str, *, now: datetime, purpose: str = Link.Purpose.APPOINTMENT
) -> Appointment:
    """The appointment that a token of `/a/` opens. Raises UnknownLink, ExpiredLink."""
    appointment = _link(purpose, token, now=now).appointment
    if appointment is None:
        raise UnknownLink
    return appointment


def condition_by_token(token: str, *, now: datetime) -> Condition | None:
    """The condition whose page a token of `/i/` leads to. Raises UnknownLink, ExpiredLink."""
    return condition_of(appointment_by_token(token, now=now, purpose=Link.Purpose.INFORMATION))


def contact_request_by_token(token: str, *, now: datetime) -> ContactRequest:
    """The request that a token of `/contact/r/` opens. Raises UnknownLink, ExpiredLink."""
    request = _link(Link.Purpose.CONTACT_REQUEST, token, now=now).contact_request
    if request is None:
        raise UnknownLink
    return request
