"""Who asked to be called thinks again: another number, other times, or no call at all."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from scheduler.actions import limit_requests
from scheduler.actions.request_contact import owe_receipt, promise
from scheduler.core.status import MessageStatus
from scheduler.models import Asked, Clinic, ContactRequest, Message

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

    A new number or address gets the receipt, and the links that went to the old one stop working:
    it may never have been the person's own. Raises RequestClosed and TooManyRequests.
    """
    with transaction.atomic():
        before = ContactRequest.objects.get(pk=request_id)
        moved = set(wanted.addresses) - set(before.addresses)
        if moved:
            contacts = [to for _channel, to in moved]
            limit_requests.count(Asked.Kind.CONTACT, contacts, network, now=now)
        request = _open(request_id)
        other_times = (request.days, request.part_of_day) != (wanted.days, wanted.part_of_day)
        for field in TYPED:
            setattr(request, field, getattr(wanted, field))
        if other_times:
            request.promised_by = promise(
                Clinic.objects.get(), days=request.days, part_of_day=request.part_of_day, now=now
            )
        request.save()
        if before.addresses != request.addresses:
            _withdraw_messages(request, now=now)
            request.links.update(version=F("version") + 1)
            owe_receipt(request, now=now)
        else:
            _planned(request).update(language=request.language)
        return request


def withdraw_contact_request(request_id: int, *, now: datetime) -> ContactRequest:
    """Nobody will call; twice changes nothing. Raises RequestClosed once it was answered."""
    with transaction.atomic():
        request = ContactRequest.objects.select_for_update().get(pk=request_id)
        if request.status == ContactRequest.Status.DONE:
            raise RequestClosed
        if request.status == ContactRequest.Status.OPEN:
            request.status = ContactRequest.Status.WITHDRAWN
            request.save(update_fields=["status"])
            _withdraw_messages(request, now=now)
        return request


def _open(request_id: int) -> ContactRequest:
    request = ContactRequest.objects.select_for_update().get(pk=request_id)
    if request.status != ContactRequest.Status.OPEN:
        raise RequestClosed
    return request


def _planned(request: ContactRequest) -> QuerySet[Message]:
    return Message.objects.filter(contact_request=request, status=MessageStatus.PLANNED)


def _withdraw_messages(request: ContactRequest, *, now: datetime) -> None:
    _planned(request).update(
        status=MessageStatus.CANCELLED, reason="no-longer-true", settled_at=now
    )
