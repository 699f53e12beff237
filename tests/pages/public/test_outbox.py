"""The outbox page of a developer's machine."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from scheduler.replies.models import InboundText
from scheduler.transports.base import Outgoing
from scheduler.transports.outbox import Outbox
from tests.pages.factories import NOW, make_appointment
from tests.pages.reading import soup, words_of

pytestmark = pytest.mark.django_db
TEXT = Outgoing(
    message_id="1" * 32,
    to="+14195550123",
    text="PMG Findlay: hello.\nhttp://127.0.0.1:8000/i/abcdefgh",
)
MAIL = Outgoing(
    message_id="2" * 32,
    to="ana@example.org",
    subject="PMG Findlay: your visit",
    text="Hello in plain text.",
    html="<html><head><title>x</title></head><body><p style='color:red'>Hello</p></body></html>",
    calendar=b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
)


@pytest.fixture(autouse=True)
def _filled(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path
    settings.OUTBOX = True
    Outbox(tmp_path / "outbox", channel="sms", clock=lambda: NOW).send(TEXT)
    later = NOW + timedelta(seconds=1)
    Outbox(tmp_path / "outbox", channel="email", clock=lambda: later).send(MAIL)


def ids(client: Client) -> list[str]:
    return [str(item["id"]) for item in soup(client.get("/outbox/")).select(".outbox-item")]


class TestTheOutbox:
    def test_shows_the_newest_first(self, client: Client) -> None:
        headings = [h.get_text() for h in soup(client.get("/outbox/")).select(".outbox-item h2")]
        assert headings == [
            "Mail to ana@example.org: PMG Findlay: your visit",
            "Text to +14195550123",
        ]

    def test_shows_a_text_with_links_to_follow(self, client: Client) -> None:
        bubble = soup(client.get("/outbox/")).select_one(".outbox-bubble")
        assert bubble.get_text() == TEXT.text
        assert bubble.a["href"] == "http://127.0.0.1:8000/i/abcdefgh"

    def test_refreshes_only_when_asked(self, client: Client) -> None:
        assert not soup(client.get("/outbox/")).select("meta[http-equiv=refresh]")
        assert soup(client.get("/outbox/?refresh=on")).select("meta[http-equiv=refresh]")

    def test_is_not_there_where_messages_really_leave(
        self, client: Client, settings: Settings
    ) -> None:
        mail, text = ids(client)
        settings.OUTBOX = False
        for path in ("", f"{mail}/mail", f"{mail}/calendar.ics"):
            assert client.get(f"/outbox/{path}").status_code == 404
        assert Client().post(f"/outbox/{text}/reply", {"body": "1"}).status_code == 404


class TestAMail:
    def test_is_shown_by_itself_and_may_do_nothing(self, client: Client) -> None:
        response = client.get(f"/outbox/{ids(client)[0]}/mail")
        assert b"<p style='color:red'>Hello</p>" in response.content
        policy = response["Content-Security-Policy"]
        assert policy.startswith("sandbox ")
        assert "allow-scripts" not in policy
        assert "default-src 'none'" in policy
        assert response["X-Frame-Options"] == "SAMEORIGIN"

    def test_has_a_plain_text_and_a_calendar_file(self, client: Client) -> None:
        assert "Hello in plain text." in words_of(client.get("/outbox/"))
        response = client.get(f"/outbox/{ids(client)[0]}/calendar.ics")
        assert response["Content-Type"].startswith("text/calendar")
        assert response.content == MAIL.calendar

    @pytest.mark.parametrize("name", ["nothing", "..", "%2e%2e%2fsecret"])
    def test_that_is_not_there_is_not_found(self, client: Client, name: str) -> None:
        assert client.get(f"/outbox/{name}/mail").status_code == 404


class TestAReply:
    def reply(self, client: Client, entry: str, body: str) -> int:
        page = client.get("/outbox/")
        csrf = re.search(rb'csrfmiddlewaretoken" value="(\w+)"', page.content)
        assert csrf is not None
        form = {"body": body, "csrfmiddlewaretoken": csrf[1].decode()}
        return client.post(f"/outbox/{entry}/reply", form).status_code

    def test_acts_as_the_patients_own_text(self, client: Client, nudges: list[str]) -> None:
        appointment = make_appointment()
        assert self.reply(client, ids(client)[1], "1") == 302
        appointment.refresh_from_db()
        assert appointment.status == "confirmed"
        assert nudges == ["public.outbox"]

    def test_counts_each_time_it_is_sent(self, client: Client) -> None:
        for _ in range(2):
            self.reply(client, ids(client)[1], "hello")
        assert InboundText.objects.filter(from_number=TEXT.to).count() == 2

    def test_that_is_empty_is_not_sent(self, client: Client, nudges: list[str]) -> None:
        assert self.reply(client, ids(client)[1], " \x00") == 302
        assert not InboundText.objects.exists()
        assert nudges == []

    def test_to_a_mail_is_not_found(self, client: Client) -> None:
        assert self.reply(client, ids(client)[0], "1") == 404

    def test_from_another_site_is_refused(self, client: Client) -> None:
        assert client.post(f"/outbox/{ids(client)[1]}/reply", {"body": "1"}).status_code == 403

    def test_can_be_sent_by_a_browser(self, client: Client) -> None:
        # "no-referrer" would make browsers post `Origin: null`, which Django refuses.
        assert client.get("/outbox/")["Referrer-Policy"] == "same-origin"
