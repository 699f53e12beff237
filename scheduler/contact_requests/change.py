"""Who asked to be called thinks again: another number, other times, or no call at all."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from scheduler.booking.cancel import cancel_contact_appointments
from scheduler.clinic.current import current_clinic
from scheduler.contact_requests.models import ContactRequest
from scheduler.contact_requests.promise import promise
from scheduler.contact_requests.request import owe_receipt
from scheduler.core.message_status import MessageStatus
from scheduler.links.issue import REQUEST_FOR
from scheduler.messaging.models import Message
from scheduler.rate_limits import requests
from scheduler.rate_limits.models import RateLimitEvent
from scheduler.transactions.row_locks import lock_row

TYPED = (
    "name",
    "topic",
    "phone",
    "email",
    "language",
    "days",
    "part_of_day",
    "times",
    "note",
)


class RequestClosed(Exception):
    """The request was answered or withdrawn: there is nothing left to change."""


def change_contact_request(
    request_id: int, wanted: ContactRequest, *, network: str, now: datetime
) -> ContactRequest:
    """Take over what `wanted` (unsaved) says; the promise moves only with the days that suit.

    A promise that moved is told anew. A new number or address gets the receipt, too, and the links
    that went to the old one stop working: it may never have been the person's own. What is told
    counts like a request. Raises RequestClosed and TooManyRequests.
    """
    while True:
        # Where another change comes between, this one is weighed again against what that left.
        with suppress(_Overtaken), transaction.atomic():
            return _change(request_id, wanted, network=network, now=now)


class _Overtaken(Exception):
    """The request is not any more as it was read before it was locked."""


def _change(
    request_id: int, wanted: ContactRequest, *, network: str, now: datetime
) -> ContactRequest:
    before = ContactRequest.objects.get(pk=request_id)
    promised_by = _promise(before, wanted, now=now)
    told = set(wanted.addresses)
    if promised_by == before.promised_by:
        told -= set(before.addresses)
    if told:
        # Those who count are locked before the row is.
        contacts = [to for _channel, to in told]
        requests.count(RateLimitEvent.Kind.CONTACT, contacts, network, now=now)
    request = _open(request_id)
    if _weighed(request) != _weighed(before):
        raise _Overtaken
    for field in TYPED:
        setattr(request, field, getattr(wanted, field))
    request.promised_by = promised_by
    request.save()
    _keep_link(request, before)
    if (before.addresses, before.promised_by) != (request.addresses, promised_by):
        _withdraw_messages(request, now=now)
        owe_receipt(request, now=now)
    else:
        _planned(request).update(language=request.language)
    return request


def _weighed(request: ContactRequest) -> tuple[Any, ...]:
    """What a change is compared with."""
    return request.addresses, request.promised_by, request.days, request.part_of_day


def _keep_link(request: ContactRequest, before: ContactRequest) -> None:
    """It lives as long after the new promise as it did after the old one; to a new number or
    address it is another one."""
    changed: dict[str, Any] = {}
    if before.promised_by != request.promised_by:
        changed["expires_at"] = request.promised_by + REQUEST_FOR
    if before.addresses != request.addresses:
        changed["version"] = F("version") + 1
    if changed:
        request.links.update(**changed)


def _promise(before: ContactRequest, wanted: ContactRequest, *, now: datetime) -> datetime:
    if (before.days, before.part_of_day) == (wanted.days, wanted.part_of_day):
        return before.promised_by
    clinic = current_clinic()
    return promise(clinic, days=wanted.days, part_of_day=wanted.part_of_day, now=now)


def withdraw_contact_request(request_id: int, *, now: datetime) -> ContactRequest:
    """Nobody will call; twice changes nothing. Raises RequestClosed once it was answered."""
    with transaction.atomic():
        request = lock_row(ContactRequest.objects.all(), request_id)
        if request.status == ContactRequest.Status.DONE:
            raise RequestClosed
        if request.status == ContactRequest.Status.OPEN:
            request.status = ContactRequest.Status.WITHDRAWN
            request.save(update_fields=["status"])
            _withdraw_messages(request, now=now)
            cancel_contact_appointments(request, now=now)
        return request


def _open(request_id: int) -> ContactRequest:
    request = lock_row(ContactRequest.objects.all(), request_id)
    if request.status != ContactRequest.Status.OPEN:
        raise RequestClosed
    return request


def _planned(request: ContactRequest) -> QuerySet[Message]:
    return Message.objects.filter(contact_request=request, status=MessageStatus.PLANNED)


def _withdraw_messages(request: ContactRequest, *, now: datetime) -> None:
    _planned(request).update(
        status=MessageStatus.CANCELLED, reason="no-longer-true", settled_at=now
    )
