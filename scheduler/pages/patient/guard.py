"""The door of every page behind a link: who may come in, and what stays out of caches and logs."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from scheduler.models import Appointment
from scheduler.queries.access import ExpiredLink, UnknownLink, appointment_by_token

AppointmentView = Callable[[HttpRequest, str, Appointment, datetime], HttpResponse]
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
    return render(request, "patient/link_expired.html", status=410 if gone else 404)


def for_appointment(view: AppointmentView) -> TokenView:
    """Calls `view(request, token, appointment, now)` where the token opens an appointment.

    Without Django's CSRF check: the token in the address is the whole authority and no cookie
    adds to it, so another site that could forge a request could as well open the page.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        now = timezone.now()
        try:
            appointment = appointment_by_token(token, now=now)
        except (UnknownLink, ExpiredLink) as error:
            return keep_private(refuse_link(request, gone=isinstance(error, ExpiredLink)))
        return keep_private(view(request, token, appointment, now))

    return guarded
