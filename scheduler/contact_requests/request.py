"""Someone asks to be called or written to."""

from datetime import datetime, timedelta

from django.db import transaction

from scheduler.clinic.current import current_clinic
from scheduler.contact_requests.models import ContactRequest
from scheduler.contact_requests.promise import promise
from scheduler.core.message_status import MessageStatus
from scheduler.links import tokens
from scheduler.links.issue import issue_request_link
from scheduler.messaging.delivery.channels import is_on
from scheduler.messaging.models import Message
from scheduler.messaging.plan import CONTACT_RECEIVED, CONTACT_UNREACHED
from scheduler.rate_limits import requests
from scheduler.rate_limits.models import RateLimitEvent
from scheduler.transactions.locks import Lock, exclusive, key_of

LAST_WORD_FOR = timedelta(days=2)


def request_contact(request: ContactRequest, *, network: str, now: datetime) -> ContactRequest:
    """Save the request with a promise that respects the clinic's days, and owe the receipt.

    A request that comes with a `reference` (a form sent twice) is saved once; the saved one is
    returned. `network` is the caller's, for the limits. Raises TooManyRequests.
    """
    clinic = current_clinic()
    request.reference = request.reference or tokens.new_reference()
    with transaction.atomic():
        exclusive((Lock.IDEMPOTENCY, key_of("request", request.reference)))
        earlier = ContactRequest.objects.filter(reference=request.reference).first()
        if earlier is not None:
            return earlier
        contacts = [to for _channel, to in request.addresses]
        requests.count(RateLimitEvent.Kind.CONTACT, contacts, network, now=now)
        request.created_at = now
        request.promised_by = promise(
            clinic, days=request.days, part_of_day=request.part_of_day, now=now
        )
        request.save()
        issue_request_link(request)
        owe_receipt(request, now=now)
    return request


def owe_receipt(request: ContactRequest, *, now: datetime) -> None:
    """Plan the one message that says when to expect us; it is of use until then."""
    useful_until = max(request.promised_by, now + timedelta(hours=1))
    _owe(request, CONTACT_RECEIVED, useful_until, now=now)


def owe_last_word(request: ContactRequest, *, now: datetime) -> None:
    """Plan the one message that says that we tried in vain, and what they can do."""
    _owe(request, CONTACT_UNREACHED, now + LAST_WORD_FOR, now=now)


def _owe(request: ContactRequest, kind: str, useful_until: datetime, *, now: datetime) -> None:
    """It answers the person's own request, so it needs no consent, and it is not repeated."""
    for channel, to in request.addresses:
        if is_on(channel):
            Message.objects.create(
                contact_request=request,
                kind=kind,
                channel=channel,
                sequence=request.messages.count(),
                to=to,
                language=request.language,
                status=MessageStatus.PLANNED,
                due_at=now,
                next_attempt_at=now,
                expires_at=useful_until,
                created_at=now,
            )
            break
