"""The door of every page behind a link: who may come in, in which language they are received, and
what stays out of caches and logs."""

from collections.abc import Callable
from datetime import datetime
from functools import partial, wraps
from typing import TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt

from scheduler.booking.models import Appointment
from scheduler.contact_requests.models import ContactRequest
from scheduler.links.models import Link
from scheduler.links.open import (
    appointment_by_token,
    contact_request_by_token,
    reminder_by_token,
)
from scheduler.links.refusals import ExpiredLink, UnknownLink
from scheduler.messaging.models import Message
from scheduler.pages.language import chosen_language

Opened = TypeVar("Opened", Appointment, ContactRequest, Message)
LinkView = Callable[[HttpRequest, str, Opened, datetime], HttpResponse]
TokenView = Callable[..., HttpResponse]


def keep_private(response: HttpResponse) -> HttpResponse:
    """Headers that keep a link, and what it opens, out of referrers, caches and search engines."""
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def keep_answers(response: HttpResponse) -> HttpResponse:
    """Headers of a form that holds what a person typed, at an address that holds no secret.

    Not "no-referrer": with that, browsers post `Origin: null`, which Django's CSRF check refuses.
    """
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store"
    return response


def refuse_link(request: HttpRequest, *, gone: bool) -> HttpResponse:
    """The one page for links that open nothing; 410 when it once did, else 404."""
    return render(request, "visit/link_expired.html", status=410 if gone else 404)


def for_link(find: Callable[..., Opened]) -> Callable[[LinkView[Opened]], TokenView]:
    """Calls `view(request, token, opened, now)` with what `find(token, now=now)` opens.

    `find` raises UnknownLink and ExpiredLink: both show the same page, which opens nothing.
    Without Django's CSRF check: the token in the address is the whole authority and no cookie
    adds to it, so another site that could forge a request could as well open the page.
    """

    def door(view: LinkView[Opened]) -> TokenView:
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, token: str) -> HttpResponse:
            now = timezone.now()
            try:
                opened = find(token, now=now)
            except UnknownLink:
                return keep_private(refuse_link(request, gone=False))
            except ExpiredLink as expired:
                refuse = partial(refuse_link, request, gone=True)
                return keep_private(_in_language(request, expired.language, refuse))
            show = partial(view, request, token, opened, now)
            return keep_private(_in_language(request, opened.language, show))

        return guarded

    return door


def _in_language(
    request: HttpRequest, language: str, answer: Callable[[], HttpResponse]
) -> HttpResponse:
    """In the language that the link was sent in, whatever the browser asks for; a language that
    the visitor chose on our pages goes before it."""
    language = chosen_language(request) or language
    with translation.override(language):
        response = answer()
    response["Content-Language"] = language
    return response


for_appointment = for_link(appointment_by_token)
for_information = for_link(partial(appointment_by_token, purpose=Link.Purpose.INFORMATION))
for_request = for_link(contact_request_by_token)
for_reminder = for_link(reminder_by_token)
