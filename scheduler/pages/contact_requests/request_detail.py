"""A request to be called, seen by who made it: when to expect us, changing it, withdrawing it."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from scheduler.clinic.current import current_clinic
from scheduler.clinic.time_format import When, in_words
from scheduler.contact_requests.change import (
    RequestClosed,
    change_contact_request,
    withdraw_contact_request,
)
from scheduler.contact_requests.models import ContactRequest
from scheduler.core.message_status import MessageStatus
from scheduler.links.issue import token_of
from scheduler.pages.contact_requests import callable_days
from scheduler.pages.contact_requests.form import PARTS, TOPICS, ContactForm, typed_before
from scheduler.pages.language import page_language
from scheduler.pages.link_guard import for_request
from scheduler.pages.network import network_of
from scheduler.pages.notes import go, note_of_request
from scheduler.pages.refusals import add_refusal
from scheduler.pages.show_form import show_form
from scheduler.rate_limits.requests import TooManyRequests
from tasks.nudge import nudge

TOLD = (
    MessageStatus.PLANNED,
    MessageStatus.CLAIMED,
    MessageStatus.ACCEPTED,
    MessageStatus.DELIVERED,
)


@dataclass(frozen=True, slots=True)
class RequestPage:
    """What the page shows. `expect` is the clinic's time, in words; `told` where the receipt goes.

    `late` says that the promised time is over and nobody has marked the request as answered.
    """

    token: str
    status: str
    late: bool
    by_phone: bool
    reach: str
    expect: When
    topic: str
    language: str
    days: list[str]
    part_of_day: str
    times: str
    note: str
    told: str


def _path(token: str) -> str:
    return reverse("contact-request", args=[token])


@require_safe
@for_request
def show(request: HttpRequest, token: str, asked: ContactRequest, now: datetime) -> HttpResponse:
    context = {"asked": _present(asked, token, now), "notice": note_of_request(request, asked)}
    return render(request, "contact_requests/request.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_request
def change(request: HttpRequest, token: str, asked: ContactRequest, now: datetime) -> HttpResponse:
    """GET shows what was asked for, POST replaces it."""
    if asked.status != ContactRequest.Status.OPEN:
        return go(_path(token))
    form = ContactForm(
        request.POST if request.method == "POST" else None,
        days=callable_days.callable_days(current_clinic(), now=now),
        language=page_language(),
        initial=typed_before(asked),
    )
    if request.method == "POST" and form.is_valid():
        try:
            changed = change_contact_request(
                asked.pk, form.wanted(), network=network_of(request), now=now
            )
        except RequestClosed:
            return go(_path(token))
        except TooManyRequests as refusal:
            add_refusal(form, refusal)
        else:
            nudge()
            return go(_path(token_of(changed.links.get())), "request-changed")
    return show_form(request, "contact_requests/change.html", {"form": form, "token": token})


@require_http_methods(["GET", "HEAD", "POST"])
@for_request
def withdraw(
    request: HttpRequest, token: str, asked: ContactRequest, now: datetime
) -> HttpResponse:
    """POST withdraws. Opening the address does nothing but lead back to the request."""
    if request.method == "POST":
        # Answered meanwhile: the page says so.
        with suppress(RequestClosed):
            withdraw_contact_request(asked.pk, now=now)
    return go(_path(token))


def _present(asked: ContactRequest, token: str, now: datetime) -> RequestPage:
    language = page_language()
    receipt = asked.messages.filter(status__in=TOLD).order_by("-sequence").first()
    told = asked.email if receipt and receipt.channel == "email" else ""
    if receipt and receipt.channel == "sms":
        told = asked.phone.as_national
    return RequestPage(
        token=token,
        status=asked.status,
        late=asked.status == ContactRequest.Status.OPEN and asked.promised_by < now,
        by_phone=bool(asked.phone),
        reach=asked.phone.as_national if asked.phone else asked.email,
        expect=in_words(asked.promised_by, current_clinic().zone, language),
        topic=str(dict(TOPICS)[asked.topic]),
        language=asked.get_language_display(),
        days=[callable_days.in_words(day, language) for day in sorted(asked.days)],
        part_of_day=str(dict(PARTS)[asked.part_of_day]),
        times=asked.times,
        note=asked.note,
        told=told,
    )
