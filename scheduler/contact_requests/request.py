"""Someone asks to be called or written to."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from django.db import transaction

from scheduler import links
from scheduler.actions import limit_requests
from scheduler.actions.channels import is_on
from scheduler.actions.issue_links import issue_request_link
from scheduler.actions.locks import Lock, exclusive, key_of
from scheduler.actions.plan_messages import CONTACT_RECEIVED, CONTACT_UNREACHED
from scheduler.core.status import MessageStatus
from scheduler.models import Asked, Clinic, ContactRequest, Message
from scheduler.queries.current_clinic import current_clinic
from scheduler.queries.office_hours import OfficeHours, office_hours

NOON = time(12)
ANSWER_WITHIN = timedelta(hours=4)
LAST_WORD_FOR = timedelta(days=2)


def request_contact(request: ContactRequest, *, network: str, now: datetime) -> ContactRequest:
    """Save the request with a promise that respects the clinic's days, and owe the receipt.

    A request that comes with a `reference` (a form sent twice) is saved once; the saved one is
    returned. `network` is the caller's, for the limits. Raises TooManyRequests.
    """
    clinic = current_clinic()
    request.reference = request.reference or links.new_reference()
    with transaction.atomic():
        exclusive((Lock.IDEMPOTENCY, key_of("request", request.reference)))
        earlier = ContactRequest.objects.filter(reference=request.reference).first()
        if earlier is not None:
            return earlier
        contacts = [to for _channel, to in request.addresses]
        limit_requests.count(Asked.Kind.CONTACT, contacts, network, now=now)
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
                urgent=True,
                to=to,
                language=request.language,
                status=MessageStatus.PLANNED,
                due_at=now,
                next_attempt_at=now,
                expires_at=useful_until,
                created_at=now,
            )
            break


def promise(
    clinic: Clinic,
    *,
    days: Collection[date] = (),
    part_of_day: str = ContactRequest.PartOfDay.ANY,
    now: datetime,
) -> datetime:
    """When staff will have answered: four hours on within a working day, else by the next noon.

    Where the person chose `days` (local), by the end of the first of them that is not too soon:
    noon for mornings, else when the clinic closes.
    """
    today = now.astimezone(clinic.zone).date()
    office = office_hours(clinic, today)
    return promise_in(office, clinic, days=days, part_of_day=part_of_day, now=now)


def promise_in(
    office: OfficeHours,
    clinic: Clinic,
    *,
    days: Collection[date] = (),
    part_of_day: str = ContactRequest.PartOfDay.ANY,
    now: datetime,
) -> datetime:
    """The same by office hours that are at hand."""
    local = now.astimezone(clinic.zone)
    today = local.date()
    soonest = _next_noon(office.next_day(today), office.hours(office.next_day(today))[1], clinic)
    if office.is_open(today):
        opens, closes = office.hours(today)
        soon = local + ANSWER_WITHIN
        if local.time() < opens:
            soonest = _next_noon(today, closes, clinic)
        elif soon.date() == today and soon.time() <= closes:
            soonest = soon
    for day in sorted(days):
        closes = office.hours(day)[1]
        morning = part_of_day == ContactRequest.PartOfDay.MORNING
        ends = datetime.combine(day, min(NOON, closes) if morning else closes, clinic.zone)
        if office.is_open(day) and ends >= soonest:
            return ends
    return soonest


def _next_noon(day: date, closes: time, clinic: Clinic) -> datetime:
    return datetime.combine(day, min(NOON, closes), clinic.zone)
