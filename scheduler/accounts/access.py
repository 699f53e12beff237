"""Who may see what: what a patient's token opens, and what somebody's role on the staff does.

Staff rights are Django permissions, given by groups (`ROLES`). Whatever shows a patient to staff
says so with `show`; the middleware writes that on the trail.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.db.models import Exists, OuterRef, QuerySet

from scheduler import links
from scheduler.models import Appointment, ContactRequest, Link, Patient, Provider


class UnknownLink(Exception):
    """No link has this token, or it was revoked, or it is for something else."""


class ExpiredLink(Exception):
    """The link was good once. `language` is that of who it was sent to."""

    def __init__(self, language: str) -> None:
        super().__init__("the link has expired")
        self.language = language


def _link(purpose: str, token: str, *, now: datetime) -> Link:
    locator = links.locator_of(purpose, token)
    if locator is None:
        raise UnknownLink
    try:
        link = Link.objects.get(purpose=purpose, locator=locator)
    except Link.DoesNotExist:
        raise UnknownLink from None
    if not links.is_token(settings.LINK_KEYS, purpose, link.locator, link.version, token):
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


class Right(StrEnum):
    """What somebody on the staff may do; each is a permission that roles are made of."""

    SEE_CALENDAR = "see_calendar"
    SEE_OWN_DAY = "see_own_day"
    BOOK = "book_visits"
    SEE_PATIENTS = "see_patients"
    WORK_QUEUE = "work_queue"
    SEE_MESSAGES = "see_messages"
    EDIT_MESSAGES = "edit_messages"
    CLOSE_HOURS = "close_hours"
    SET_UP = "set_up"
    SEE_NUMBERS = "see_numbers"
    SEE_TRAIL = "see_trail"
    MERGE_PATIENTS = "merge_patients"


DESK, CLINICIAN, MANAGER = "Front desk", "Clinician", "Manager"
ROLES: Mapping[str, frozenset[Right]] = {
    DESK: frozenset(
        {
            Right.SEE_CALENDAR,
            Right.BOOK,
            Right.SEE_PATIENTS,
            Right.WORK_QUEUE,
            Right.SEE_MESSAGES,
        }
    ),
    CLINICIAN: frozenset({Right.SEE_OWN_DAY}),
    MANAGER: frozenset(Right) - {Right.SEE_OWN_DAY},
}

User = AbstractBaseUser | AnonymousUser


def may(user: User, right: Right) -> bool:
    """Whether one of the user's roles has the right. A superuser may do everything."""
    return isinstance(user, PermissionsMixin) and user.has_perm(f"scheduler.{right}")


def is_staff(user: User) -> bool:
    """Whether the user has any business on the staff's pages."""
    return any(may(user, right) for right in Right)


def provider_of(user: User) -> Provider | None:
    """The provider that the user is, if they are one."""
    return Provider.objects.filter(user=user.pk, active=True).first() if user.pk else None


def visible_patients(user: User) -> QuerySet[Patient]:
    """Everybody for those who may see patients; for clinicians, who has a visit with them."""
    if may(user, Right.SEE_PATIENTS):
        return Patient.objects.all()
    if not may(user, Right.SEE_OWN_DAY):
        return Patient.objects.none()
    return Patient.objects.filter(
        Exists(Appointment.objects.filter(patient=OuterRef("pk"), provider__user=user.pk))
    )


def visible_appointments(user: User) -> QuerySet[Appointment]:
    """All of them for those who see the calendar; for clinicians, their own."""
    if may(user, Right.SEE_CALENDAR):
        return Appointment.objects.all()
    if not may(user, Right.SEE_OWN_DAY):
        return Appointment.objects.none()
    return Appointment.objects.filter(provider__user=user.pk)


@dataclass(slots=True)
class Shown:
    """The ids of the patients that an answer shows; of the trail, what was `asked` of it."""

    patients: set[int] = field(default_factory=set)
    asked: dict[str, Any] = field(default_factory=dict)


_shown: ContextVar[Shown | None] = ContextVar("shown", default=None)


@contextmanager
def collect_shown() -> Iterator[Shown]:
    """Collects what is shown while the block lasts."""
    found = Shown()
    token = _shown.set(found)
    try:
        yield found
    finally:
        _shown.reset(token)


def show(patients: Iterable[int | None]) -> None:
    """Say that the answer to the current request shows these patients: it goes on the trail."""
    found = _shown.get()
    if found is not None:
        found.patients.update(patient for patient in patients if patient is not None)


def show_trail(asked: Mapping[str, Any]) -> None:
    """Say that the answer shows the trail, and what was asked of it, as plain JSON values."""
    found = _shown.get()
    if found is not None:
        found.asked.update(asked)
