"""No more reminder mails by one click: what the mail program posts, and what the page says."""

import pytest
from django.test import Client

from scheduler.links import tokens
from scheduler.links.models import Link
from scheduler.messaging.consent.stop_reminders import are_reminders_stopped
from scheduler.messaging.message_secrets import secrets_of
from scheduler.messaging.models import Message, ReminderOptOut
from tests.pages.factories import NOW, make_reminder, token, unsubscribe_path
from tests.pages.reading import soup, words_of

pytestmark = pytest.mark.django_db
ANA = "ana@example.org"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def reminder() -> Message:
    return make_reminder()


def stopped() -> bool:
    return are_reminders_stopped("email", ANA)


class TestOneClick:
    def test_by_a_mail_program_without_cookie_or_page_stops_them(self, reminder: Message) -> None:
        stranger = Client(enforce_csrf_checks=True)
        response = stranger.post(unsubscribe_path(reminder), ONE_CLICK)
        assert (response.status_code, stopped()) == (200, True)
        assert not response.cookies
        reminder.refresh_from_db()
        assert (reminder.status, reminder.reason) == ("suppressed", "reminders-stopped")

    def test_as_a_plain_form_stops_them_too(self, client: Client, reminder: Message) -> None:
        form = "application/x-www-form-urlencoded"
        client.post(unsubscribe_path(reminder), "List-Unsubscribe=One-Click", content_type=form)
        assert stopped()

    def test_twice_is_once(self, client: Client, reminder: Message) -> None:
        for _ in range(2):
            assert client.post(unsubscribe_path(reminder), ONE_CLICK).status_code == 200
        assert ReminderOptOut.objects.count() == 1

    @pytest.mark.parametrize("method", ["get", "head"])
    def test_is_not_done_by_looking(self, client: Client, reminder: Message, method: str) -> None:
        assert getattr(client, method)(unsubscribe_path(reminder), ONE_CLICK).status_code == 200
        assert not stopped()
        reminder.refresh_from_db()
        assert reminder.status == "planned"


class TestThePage:
    def test_says_what_stops_and_what_does_not(self, client: Client, reminder: Message) -> None:
        words = words_of(client.get(unsubscribe_path(reminder)))
        assert "Stop reminder emails?" in words
        assert ANA in words
        assert "We still email you when a visit is booked, moved or canceled." in words

    def test_is_the_same_click_and_the_way_back(self, client: Client, reminder: Message) -> None:
        path = unsubscribe_path(reminder)
        button = soup(client.get(path)).select_one("main form button")
        assert {button["name"]: button["value"]} == ONE_CLICK
        assert "No more reminder emails" in words_of(client.post(path, ONE_CLICK))
        again = soup(client.get(path)).select_one("main form button")
        client.post(path, {again["name"]: again["value"]})
        reminder.refresh_from_db()
        assert (stopped(), reminder.status) == (False, "planned")

    def test_speaks_the_language_of_the_mail(self, client: Client) -> None:
        page = client.get(unsubscribe_path(make_reminder(language="es")))
        assert "¿No enviar más recordatorios?" in words_of(page)

    def test_stays_out_of_referrers_and_caches(self, client: Client, reminder: Message) -> None:
        response = client.get(unsubscribe_path(reminder))
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["Cache-Control"] == "no-store"


class TestTheLink:
    def test_is_of_one_purpose(self, client: Client, reminder: Message) -> None:
        assert reminder.appointment is not None
        visits = token(reminder.appointment)
        for wrong in (visits, reminder.public_id.hex + "x" * 12, "g" * 44, "x"):
            assert client.post(f"/u/{wrong}", ONE_CLICK).status_code == 404
        assert client.get(unsubscribe_path(reminder).replace("/u/", "/a/")).status_code == 404
        assert not stopped()

    def test_stops_no_other_address(self, client: Client, reminder: Message) -> None:
        """It is of the message, not of the visit: a corrected address has nothing to do with it."""
        path = unsubscribe_path(reminder)
        Message.objects.update(to="ana.new@example.org")
        client.post(path, ONE_CLICK)
        assert not stopped()
        assert are_reminders_stopped("email", "ana.new@example.org")

    def test_dies_with_the_visits_link(self, client: Client, reminder: Message) -> None:
        path = unsubscribe_path(reminder)
        Link.objects.filter(purpose="a").update(version=2)
        assert client.post(path, ONE_CLICK).status_code == 404
        assert not stopped()

    def test_that_ran_out_stops_nothing(self, client: Client, reminder: Message) -> None:
        path = unsubscribe_path(reminder)
        Link.objects.update(expires_at=NOW)
        assert client.post(path, ONE_CLICK).status_code == 410
        assert not stopped()

    def test_can_not_be_made_without_the_key(self, client: Client, reminder: Message) -> None:
        forged = tokens.token(["k" * 40], "u", reminder.public_id.hex, 1)
        assert client.post(f"/u/{forged}", ONE_CLICK).status_code == 404
        assert not stopped()


class TestOtherMails:
    @pytest.mark.parametrize(("kind", "channel"), [("moved", "email"), ("reminder-1-day", "sms")])
    def test_carry_none(self, kind: str, channel: str) -> None:
        reminder = make_reminder()
        reminder.kind, reminder.channel = kind, channel
        assert "unsubscribe_link" not in secrets_of(reminder)
