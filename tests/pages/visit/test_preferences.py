"""Reminders on or off, and the language of messages."""

import pytest
import time_machine
from django.test import Client

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Clinic
from scheduler.messaging import plan
from scheduler.messaging.consent.opt_out import is_opted_out, opt_out
from scheduler.messaging.models import Consent, Message
from tests.pages.factories import NOW, VISIT_START, make_appointment, token
from tests.pages.reading import soup, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def appointment() -> Appointment:
    """A visit whose patient agreed to texts, with one reminder that is planned."""
    made = make_appointment()
    Consent.objects.create(
        channel="sms", address="+14195550123", granted=True, wording="", source="test", at=NOW
    )
    plan.new(
        made,
        "reminder-1-day",
        ("sms", "+14195550123"),
        due=VISIT_START.replace(day=23),
        expires=VISIT_START,
        now=NOW,
    ).save()
    return made


def choose(client: Client, appointment: Appointment, **form: str) -> str:
    path = f"/a/{token(appointment)}/preferences"
    words = words_of(client.post(path, form, follow=True))
    appointment.refresh_from_db()
    return words


class TestReminders:
    def test_are_turned_off_and_on_again(self, client: Client, appointment: Appointment) -> None:
        assert "Reminders are off." in choose(client, appointment, reminders="off")
        assert not appointment.reminders_on
        assert Message.objects.get().status == "suppressed"
        reminder = "Monday, November 23, 2026, 10:00 AM EST, by text"
        assert reminder in choose(client, appointment, reminders="on")
        assert Message.objects.get().status == "planned"

    def test_stay_as_they_are_when_the_address_is_opened(
        self, client: Client, appointment: Appointment
    ) -> None:
        path = f"/a/{token(appointment)}/preferences"
        for method in (client.get, client.head):
            assert method(path, {"reminders": "off", "language": "es"}).status_code == 303
        appointment.refresh_from_db()
        assert (appointment.reminders_on, appointment.language) == (True, "en")

    @pytest.mark.parametrize("form", [{}, {"reminders": "maybe"}, {"language": "fr"}])
    def test_stay_as_they_are_for_anything_else(
        self, client: Client, appointment: Appointment, form: dict[str, str]
    ) -> None:
        choose(client, appointment, **form)
        assert (appointment.reminders_on, appointment.version) == (True, 1)

    def test_cannot_be_set_once_the_visit_has_begun(
        self, client: Client, appointment: Appointment
    ) -> None:
        with time_machine.travel(VISIT_START, tick=False):
            words = choose(client, appointment, reminders="off")
        assert "The time of this visit has come." in words
        assert appointment.reminders_on

    def test_are_not_promised_to_who_never_agreed(self, client: Client) -> None:
        page = soup(client.get(f"/a/{token(make_appointment())}"))
        assert "We send no messages about this visit" in page.select_one(".messages").get_text()
        assert not page.select(".messages form")


class TestTheState:
    """What the page says of each way to reach them."""

    def page(self, client: Client, appointment: Appointment, language: str = "en") -> str:
        Appointment.objects.update(language=language)
        found = client.get(f"/a/{token(appointment)}")
        words = soup(found).select_one(".messages").get_text(" ", strip=True)
        return words.replace("\N{NO-BREAK SPACE}", " ")

    def test_is_on_where_they_agreed(self, client: Client, appointment: Appointment) -> None:
        assert "Texts to (419) 555-0123: on." in self.page(client, appointment)

    def test_is_off_since_a_day_where_they_stopped_texts(
        self, client: Client, appointment: Appointment
    ) -> None:
        opt_out("sms", "+14195550123", source="text", now=NOW)
        words = self.page(client, appointment)
        assert "Texts to (419) 555-0123: off since Monday, November 16, 2026" in words
        assert "START" in words
        assert "Monday, November 23" not in words
        assert "desactivados desde el lunes 16 de noviembre" in self.page(client, appointment, "es")

    def test_says_that_a_late_booking_gets_no_reminder(
        self, client: Client, appointment: Appointment
    ) -> None:
        appointment.visit_type.reminder_rules.create(name="1-day", days_before=1, at="10:00")
        Message.objects.all().delete()
        words = self.page(client, appointment)
        assert "Your visit is soon, so no reminder will come." in words

    def test_says_that_all_messages_are_on_hold(
        self, client: Client, appointment: Appointment
    ) -> None:
        Clinic.objects.update(sending_paused_at=NOW)
        assert "Our messages are on hold at the moment" in self.page(client, appointment)


class TestTheLanguage:
    def test_of_what_is_planned_changes_too(self, client: Client, appointment: Appointment) -> None:
        words = choose(client, appointment, language="es")
        assert "Nuestros mensajes llegan en este idioma: Español." in words
        assert (appointment.language, Message.objects.get().language) == ("es", "es")

    def test_is_the_persons_answer_and_not_the_pages(
        self, client: Client, appointment: Appointment
    ) -> None:
        client.post("/language/", {"language": "es", "next": "/"})
        words = words_of(client.get(f"/a/{token(appointment)}"))
        assert "Nuestros mensajes llegan en este idioma: English." in words
        assert appointment.language == "en"


class TestStopping:
    """The page takes a consent back as a whole: for this number or address, of all visits."""

    def test_stops_texts_for_good(self, client: Client, appointment: Appointment) -> None:
        words = choose(client, appointment, stop="sms")
        assert "Texts to (419) 555-0123: off since" in words
        assert is_opted_out("sms", "+14195550123")
        said = Consent.objects.latest("pk")
        assert (said.granted, said.route) == (False, "page")
        assert Message.objects.get().status == "suppressed"

    def test_stops_nothing_that_was_not_agreed_to(
        self, client: Client, appointment: Appointment
    ) -> None:
        before = Consent.objects.count()
        choose(client, appointment, stop="email")
        assert Consent.objects.count() == before

    def test_stops_no_number_that_nobody_proved(
        self, client: Client, appointment: Appointment
    ) -> None:
        Consent.objects.update(source="online booking, not proven")
        choose(client, appointment, stop="sms")
        assert not is_opted_out("sms", "+14195550123")
