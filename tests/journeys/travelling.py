"""A patient's way through the product in this process: API, pages and webhooks through Django's
client, messages as a worker delivers them, Twilio and SMTP as peers that speak the protocols.
"""

import re
from datetime import datetime
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlencode, urlsplit

import time_machine
from django.test import Client
from icalendar import Calendar, Event

from tasks.messages import deliver_due
from tests import factories
from tests.fakes.smtp import FakeSmtp
from tests.fakes.twilio import FakeTwilio
from tests.fakes.twilio_records import Text
from tests.fakes.twilio_webhooks import inbound_form, signature

API = "/api/v1/appointments"
PUBLIC_URL = "http://127.0.0.1:8000"
FORM = "application/x-www-form-urlencoded"


class Journey:
    """One patient with a phone and a mail address, and the hour it is."""

    def __init__(
        self, twilio: FakeTwilio, smtp: FakeSmtp, clock: time_machine.Traveller, language: str
    ) -> None:
        self.twilio = twilio
        self.smtp = smtp
        self.clock = clock
        self.language = language
        self.client = Client(headers={"accept-language": language})
        self.token = ""
        self._texts = self._mails = 0

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        response = self.client.post(path, body, content_type="application/json")
        assert response.status_code in {200, 201}, response.content
        content: dict[str, Any] = response.json()
        return content

    def book(self, start: datetime) -> dict[str, Any]:
        """POST appointments; what follows is about this one."""
        body = factories.body(start, patient=factories.patient_body(language=self.language))
        answer = self.post(API, body)
        self.token = answer["token"]
        return answer

    def do(self, verb: str, body: dict[str, Any]) -> dict[str, Any]:
        return self.post(f"{API}/{self.token}/{verb}", body)

    def look(self) -> dict[str, Any]:
        content: dict[str, Any] = self.client.get(f"{API}/{self.token}").json()
        return content

    def reply(self, words: str) -> None:
        """A text to the clinic, told by Twilio's signed webhook."""
        form = inbound_form(self.twilio.receive(factories.PHONE, words))
        path = "/webhooks/twilio/inbound"
        signed = signature(self.twilio.auth_token, PUBLIC_URL + path, form)
        response = self.client.post(
            path, urlencode(form), content_type=FORM, headers={"x-twilio-signature": signed}
        )
        assert response.status_code == 200, response.content

    def told(self) -> tuple[list[Text], list[EmailMessage]]:
        """The texts and mails that are new once a worker has delivered what is due."""
        for channel in ("sms", "email") * 2:
            deliver_due(channel)
        texts, mails = self.twilio.sent[self._texts :], self.smtp.mails[self._mails :]
        self._texts, self._mails = len(self.twilio.sent), len(self.smtp.mails)
        return texts, mails

    def follow(self, url: str) -> tuple[int, str]:
        """The status and the path that a browser ends on, redirects followed."""
        response = self.client.get(urlsplit(url).path, follow=True)
        return response.status_code, response.wsgi_request.path


def words_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def event_of(mail: EmailMessage) -> tuple[str, Event]:
    """The calendar's method and its one event; all its copies in the mail are the same."""
    found = {
        part.get_content().encode() if isinstance(part.get_content(), str) else part.get_content()
        for part in mail.walk()
        if part.get_content_type() in {"text/calendar", "application/ics"}
    }
    copies = {b"\n".join(one.splitlines()).strip() for one in found}
    assert len(copies) == 1
    calendar = Calendar.from_ical(next(iter(found)))
    [event] = calendar.events
    return str(calendar["method"]), event


def links_in(words: str, purpose: str) -> set[str]:
    return set(re.findall(rf"{PUBLIC_URL}/{purpose}/[0-9A-Za-z]+", words))
