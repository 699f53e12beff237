"""The way from what to read back to the visit, for a browser that came from the visit's page.

The link to what to read opens nothing else, so that it can be passed on. Hence the way back does
not stand in its address: it is in a cookie that lasts as long as the browser is open.
"""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from scheduler.booking.models import Appointment
from scheduler.links.open import appointment_by_token
from scheduler.links.refusals import ExpiredLink, UnknownLink

COOKIE = "visit"
# The only pages that get the cookie: those of the links to what to read.
PATH = "/i/"


def remember_visit(response: HttpResponse, token: str) -> HttpResponse:
    response.set_cookie(
        COOKIE,
        token,
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def way_back(request: HttpRequest, appointment: Appointment, *, now: datetime) -> str:
    """The path of this visit's page, or "" where the browser came from elsewhere."""
    token = request.COOKIES.get(COOKIE, "")
    try:
        visit = appointment_by_token(token, now=now)
    except (UnknownLink, ExpiredLink):
        return ""
    return reverse("appointment", args=[token]) if visit == appointment else ""
