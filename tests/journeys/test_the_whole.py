"""One visit from the first call to the last message, in both languages."""

import re
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from scheduler.clinic.models import Provider
from scheduler.messaging.models import Message
from tasks.transports import transports
from tests.data_checks.coherent import findings
from tests.factories import NOW, TUESDAY, at
from tests.fakes.smtp import FakeSmtp
from tests.fakes.twilio import FakeTwilio
from tests.fakes.twilio_records import Text
from tests.journeys.travelling import PUBLIC_URL, Journey, event_of, links_in, words_of
from tests.messaging.test_discretion import FORBIDDEN, plain

MINUTE = timedelta(minutes=1)
READ_BEFORE = {"en": ("Read: ", "Read before your visit"), "es": ("Leer: ", "Lea antes de su cita")}


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def twilio(settings: Settings) -> Iterator[FakeTwilio]:
    with FakeTwilio() as twilio:
        settings.SMS_TRANSPORT = "twilio"
        settings.TWILIO_API_BASE = twilio.base_url
        settings.TWILIO_ACCOUNT_SID = twilio.account_sid
        settings.TWILIO_AUTH_TOKEN = twilio.auth_token
        settings.TWILIO_FROM = twilio.number
        settings.SMS_PER_SECOND = 1000.0
        yield twilio


@pytest.fixture
def smtp(settings: Settings) -> Iterator[FakeSmtp]:
    with FakeSmtp() as smtp:
        settings.EMAIL_TRANSPORT = "email"
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = smtp.host, smtp.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        yield smtp


@pytest.fixture(params=["en", "es"])
def journey(
    request: pytest.FixtureRequest,
    dana: Provider,
    twilio: FakeTwilio,
    smtp: FakeSmtp,
    clock: time_machine.Traveller,
) -> Iterator[Journey]:
    """Ana, at a clinic where Dana works; the transports are made for these peers only. What the
    journey leaves behind fits together."""
    transports.cache_clear()
    yield Journey(twilio, smtp, clock, request.param)
    transports.cache_clear()
    assert findings(now=timezone.now()) == []


def test_from_booking_to_cancelling(journey: Journey) -> None:
    _book_and_verify(journey)
    first = _is_told_of_the_booking(journey)
    _is_reminded_once(journey)
    _says_yes(journey)
    _moves(journey, first)
    _cancels(journey, first)
    _hears_no_more(journey)
    _nothing_named_a_condition(journey.twilio.sent, journey.smtp.mails)


def _book_and_verify(journey: Journey) -> None:
    assert journey.book(TUESDAY)["status"] == "held"
    [text], mails = journey.told()
    assert mails == []
    [code] = set(re.findall(r"\b\d{6}\b", text.body))
    journey.clock.shift(MINUTE)
    assert journey.do("verify", {"code": code})["status"] == "booked"


def _is_told_of_the_booking(journey: Journey) -> EmailMessage:
    [text], [mail] = journey.told()
    words = words_of(mail)
    for said in (text.body, words):
        assert any(words in said for words in READ_BEFORE[journey.language])
        [link] = links_in(said, "i")
        assert journey.follow(link) == (200, urlsplit(link).path)
    assert link == journey.look()["information_url"]
    assert journey.follow(link) == (200, urlsplit(link).path)
    assert links_in(words, "a") == {journey.look()["manage_url"]}
    method, event = event_of(mail)
    assert method == "REQUEST"
    assert event["sequence"] == 0
    assert event.start == TUESDAY
    return mail


def _is_reminded_once(journey: Journey) -> None:
    for a_little_early in (at("2026-11-20 12:00"), at("2026-11-21 09:59")):
        journey.clock.move_to(a_little_early)
        assert journey.told() == ([], [])
    journey.clock.move_to(at("2026-11-21 10:00"))
    [text], [mail] = journey.told()
    for said in (text.body, words_of(mail)):
        [link] = links_in(said, "a")
        assert journey.follow(link) == (200, urlsplit(link).path)
    journey.clock.shift(MINUTE)
    assert journey.told() == ([], [])


def _says_yes(journey: Journey) -> None:
    journey.reply("1")
    assert journey.look()["status"] == "confirmed"
    [text], mails = journey.told()
    assert mails == []
    assert text.to == journey.twilio.sent[0].to


def _moves(journey: Journey, first: EmailMessage) -> None:
    journey.clock.shift(MINUTE)
    later = TUESDAY + timedelta(days=1, hours=2)
    moved = journey.do("reschedule", {"start": later.isoformat()})
    assert moved["status"] == "booked"
    [_], [mail] = journey.told()
    method, event = event_of(mail)
    assert method == "REQUEST"
    assert event["uid"] == event_of(first)[1]["uid"]
    assert event["sequence"] == 1
    assert event.start == later


def _cancels(journey: Journey, first: EmailMessage) -> None:
    assert _planned() != set()
    journey.clock.shift(MINUTE)
    assert journey.do("cancel", {})["status"] == "cancelled"
    [_], [mail] = journey.told()
    method, event = event_of(mail)
    assert method == "CANCEL"
    assert event["uid"] == event_of(first)[1]["uid"]
    assert event["sequence"] == 2
    assert event["status"] == "CANCELLED"


def _hears_no_more(journey: Journey) -> None:
    assert _planned() == set()
    for day in range(24, 28):
        journey.clock.move_to(at(f"2026-11-{day} 10:00"))
        assert journey.told() == ([], [])


def _planned() -> set[str]:
    return set(Message.objects.filter(status="planned").values_list("kind", flat=True))


def _nothing_named_a_condition(texts: list[Text], mails: list[EmailMessage]) -> None:
    """Nothing that a lock screen, a phone company or a calendar shows, no address of a page."""
    said = [text.body for text in texts]
    said += [str(mail["Subject"]) for mail in mails]
    # The clinic's mail domain is the one exception: the name before it must do.
    said += [str(mail["From"]).partition("<")[0] for mail in mails]
    events = [event_of(mail)[1] for mail in mails]
    said += [str(event["summary"]) for event in events]
    said += [url for words in [*said, *map(words_of, mails)] for url in _urls(words)]
    said += [str(event["description"]) for event in events]
    assert len(texts) == 6
    assert len(mails) == 4
    for words in said:
        assert not FORBIDDEN.search(plain(words)), words
        assert "pain" not in words.lower()


def _urls(words: str) -> set[str]:
    return set(re.findall(rf"{re.escape(PUBLIC_URL)}\S*", words))
