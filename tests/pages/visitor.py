"""A patient at the booking pages: what they type, page by page, with values that would be right."""

from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from scheduler.booking.models import Appointment
from tests.factories import code_of
from tests.pages.reading import soup, values_of

SURGERY = "condition-post-laminectomy-syndrome"
PERSON = {
    "who": "me",
    "name": "Ana Ruiz",
    "date_of_birth": "03/09/1958",
    "phone": "(419) 555-0123",
    "sms_consent": "on",
    "email": "",
    "language": "en",
}

# The rows of sessions, by the answers that were typed and all that they depend on.
_LEFT: dict[tuple[Any, ...], dict[str, Any]] = {}


class Visitor:
    """One browser. `send` posts a form as a page would: with the token that the cookie holds."""

    def __init__(self, browser: Client) -> None:
        self.browser = browser
        self.token = browser.cookies[settings.CSRF_COOKIE_NAME] = "t" * 32

    def get(self, page: str = "") -> HttpResponse:
        response: HttpResponse = self.browser.get(f"/book/{page}")  # type: ignore[assignment]
        return response

    def send(self, page: str, form: dict[str, Any], *, follow: bool = True) -> HttpResponse:
        """Send the page's form; returns the page that it leads to."""
        typed = {**self.seen(page), **form, "csrfmiddlewaretoken": self.token}
        response: HttpResponse = self.browser.post(  # type: ignore[assignment]
            f"/book/{page}", typed, follow=follow
        )
        return response

    def seen(self, page: str) -> dict[str, str]:
        """The answers that the page shows, as its form sends them back."""
        if page not in {"check/", "code/"}:
            return {}
        shown = values_of(self.get(page), "seen")
        return {"seen": shown[0]} if shown else {}

    def times(self, query: str = "") -> list[str]:
        return values_of(self.get(f"time/{query}"), "start")

    def begin(self, been: str = "new", reason: str = SURGERY) -> "Visitor":
        self.send("", {"been": been}, follow=False)
        self.send("why/", {"reason": reason}, follow=False)
        return self

    def choose(self, start: str = "", provider: str = "") -> "Visitor":
        form = {"start": start or self.times()[0], "with": provider}
        self.send("time/", form, follow=False)
        return self

    def tell(self, **changes: str) -> "Visitor":
        self.send("you/", {**PERSON, **changes}, follow=False)
        return self

    def to_check(self, start: str = "", **changes: str) -> "Visitor":
        return self.begin().choose(start).tell(**changes)

    def at_check(self, start: str = "", **changes: str) -> "Visitor":
        """As by `to_check`, for a test that begins there with the clinic as the fixture makes it.

        The same answers are typed once a worker; whoever comes later has the session they left.
        """
        answers = (start, *sorted(changes.items()), timezone.now(), *self.browser.defaults.items())
        assert settings.SESSION_COOKIE_NAME not in self.browser.cookies
        if answers in _LEFT:
            left = _LEFT[answers]
            Session(**left).save(force_insert=True)
            self.browser.cookies[settings.SESSION_COOKIE_NAME] = left["session_key"]
        else:
            self.to_check(start, **changes)
            key = self.browser.cookies[settings.SESSION_COOKIE_NAME].value
            _LEFT[answers] = dict(Session.objects.values().get(pk=key))
        return self

    def to_code(self, start: str = "", **changes: str) -> Appointment:
        return self.to_check(start, **changes).reserve()

    def at_code(self, start: str = "", **changes: str) -> Appointment:
        """As by `to_code`, for a test that begins there."""
        return self.at_check(start, **changes).reserve()

    def reserve(self) -> Appointment:
        self.send("check/", {}, follow=False)
        return Appointment.objects.get(status="held")

    def enter(self, code: str) -> HttpResponse:
        return self.send("code/", {"code": code})

    def book(self, **changes: str) -> Appointment:
        return self.verify(self.to_code(**changes))

    def booked(self, **changes: str) -> Appointment:
        """As by `book`, for a test that begins there."""
        return self.verify(self.at_code(**changes))

    def verify(self, held: Appointment) -> Appointment:
        self.enter(code_of(held))
        held.refresh_from_db()
        return held


def where(response: HttpResponse) -> str:
    """The address at which a chain of redirects ended."""
    return str(response.request["PATH_INFO"])  # type: ignore[attr-defined]


def errors_of(response: HttpResponse) -> dict[str, str]:
    """Field to what is said beside it."""
    found = {}
    for message in soup(response).select(".usa-error-message"):
        name = str(message["id"]).removeprefix("id_").removesuffix("_error")
        found[name] = " ".join(message.get_text().replace("Error:", "").split())
    return found
