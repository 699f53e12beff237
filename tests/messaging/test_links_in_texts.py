"""A text about a visit has both of its links where one segment holds them."""

import pytest
from pytest_django import Settings

from scheduler.clinic.models import Clinic, Provider
from scheduler.core import gsm7
from scheduler.messaging.compose import carries_visit_link, compose
from scheduler.messaging.delivery.outgoing import outgoing
from scheduler.messaging.models import Message
from tests.factories import NOW, a_person, book, token_in, token_of

pytestmark = pytest.mark.django_db
SHORT, LONG = "https://pmgfindlay.com", f"https://{'h' * 24}.clinic1"


@pytest.fixture
def text(dana: Provider) -> Message:
    """The confirmation of Ana's visit, by text."""
    book()
    return Message.objects.get(kind="confirmation", channel="sms")


def leaves(message: Message) -> str:
    clinic = Clinic.objects.get()
    return outgoing(message, compose(message, clinic), clinic, now=NOW).text


@pytest.mark.parametrize("language", ["en", "es"])
class TestTheConfirmation:
    def test_has_the_way_to_the_visit_on_a_short_host(
        self, text: Message, settings: Settings, language: str
    ) -> None:
        settings.LINK_URL, text.language = SHORT, language
        words = leaves(text)
        assert f"{SHORT}/a/{token_in(text)}" in words
        assert f"{SHORT}/i/{token_in(text, 'i')}" in words
        assert "9:40" in words
        assert gsm7.segments(words) == 1
        assert carries_visit_link(text, Clinic.objects.get())

    def test_says_how_to_get_there_on_a_long_one(
        self, text: Message, settings: Settings, language: str
    ) -> None:
        settings.LINK_URL, text.language = LONG, language
        words = leaves(text)
        assert "/a/" not in words
        assert f"{LONG}/i/{token_in(text, 'i')}" in words
        assert {"en": "Reply 2 to change", "es": "Responda 2: cambiar"}[language] in words
        assert gsm7.segments(words) == 1
        assert not carries_visit_link(text, Clinic.objects.get())


@pytest.mark.parametrize("kind", ["confirmation", "moved", "restored", "reminder"])
@pytest.mark.parametrize("url", [SHORT, LONG])
def test_every_mail_about_a_visit_has_both(
    dana: Provider, settings: Settings, kind: str, url: str
) -> None:
    settings.LINK_URL = url
    visit = book(person=a_person(name="Maximiliana Fernandez-Villavicencio"))
    mail = visit.messages.get(channel="email", kind="confirmation")
    mail.kind = kind
    clinic = Clinic.objects.get()
    ready = outgoing(mail, compose(mail, clinic), clinic, now=NOW)
    for link in (f"{url}/a/{token_of(visit)}", f"{url}/i/{token_of(visit, 'i')}"):
        assert link in ready.text
        assert link in ready.html
