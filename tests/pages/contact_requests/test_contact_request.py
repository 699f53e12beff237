"""The page of a request to be called: how it stands, changing it and withdrawing it."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from scheduler.clinic.models import Clinic
from scheduler.contact_requests.models import ContactRequest
from scheduler.links.models import Link
from scheduler.messaging.compose import compose
from scheduler.messaging.models import Message
from tests.pages.asking import ANSWERS, asked
from tests.pages.factories import (
    NOW,
    make_appointment,
    make_bare_clinic,
    make_dana_whitfield,
    make_visit_type,
    token,
)
from tests.pages.reading import soup, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clinic() -> None:
    make_bare_clinic()
    make_dana_whitfield(make_visit_type())


class TestThePage:
    def test_says_what_was_asked_for(self, client: Client) -> None:
        _request, path = asked(
            client, days=["2026-11-18"], part_of_day="morning", times="After ten", note="Parking?"
        )
        words = words_of(client.get(path))
        assert "We will call (419) 555-0123 by Wednesday, November 18, 2026 12:00 PM" in words
        for wanted in ("I have a question", "English", "Mornings", "After ten", "Parking?"):
            assert wanted in words

    def test_says_that_we_write_where_there_is_no_number(self, client: Client) -> None:
        _request, path = asked(client, phone="", email="ana@example.org")
        assert "We will write to ana@example.org by" in words_of(client.get(path))

    def test_does_not_claim_a_message_that_was_not_sent(self, client: Client) -> None:
        _request, path = asked(client)
        Message.objects.update(status="suppressed")
        assert "The same goes to" not in words_of(client.get(path))

    def test_is_sorry_when_we_are_late(self, client: Client) -> None:
        _request, path = asked(client)
        with time_machine.travel(NOW + timedelta(hours=5), tick=False):
            words = words_of(client.get(path))
        assert "We are late" in words
        assert "Please call (419) 721-6358" in words

    def test_says_when_it_was_answered(self, client: Client) -> None:
        request, path = asked(client)
        ContactRequest.objects.filter(pk=request.pk).update(status="done")
        words = words_of(client.get(path))
        assert "We have been in touch with you." in words
        assert "Withdraw" not in words

    def test_keeps_itself_out_of_referrers_caches_and_search(self, client: Client) -> None:
        _request, path = asked(client)
        for part in ("", "/change"):
            response = client.get(path + part)
            assert response["Referrer-Policy"] == "no-referrer"
            assert response["Cache-Control"] == "no-store"
            assert "noindex" in response["X-Robots-Tag"]

    @pytest.mark.parametrize("part", ["", "/change", "/withdraw"])
    def test_opens_for_no_other_token(self, client: Client, part: str) -> None:
        for other in ("x" * 16, token(make_appointment())):
            assert client.get(f"/contact/r/{other}{part}").status_code == 404

    def test_is_gone_when_its_link_ran_out(self, client: Client) -> None:
        _request, path = asked(client)
        Link.objects.update(expires_at=NOW)
        assert client.get(path).status_code == 410


class TestChanging:
    def test_shows_the_answers_as_they_are(self, client: Client) -> None:
        _request, path = asked(client, days=["2026-11-18"], note="Parking?")
        page = soup(client.get(path + "/change"))
        assert page.select_one("#id_phone")["value"] == "(419) 555-0123"
        assert page.select_one('input[name="days"][checked]')["value"] == "2026-11-18"
        assert page.select_one("#id_note").get_text() == "Parking?"

    def test_takes_the_new_answers_and_moves_the_promise(
        self, client: Client, nudges: list[str]
    ) -> None:
        request, path = asked(client)
        form = {**ANSWERS, "days": ["2026-11-19"], "topic": "change", "note": "It is urgent."}
        page = client.post(path + "/change", form, follow=True)
        assert "Your request is changed." in words_of(page)
        assert "Thursday, November 19, 2026 5:00 PM" in words_of(page)
        request.refresh_from_db()
        assert (request.days, request.topic) == ([date(2026, 11, 19)], "change")
        assert request.note == "It is urgent."
        assert nudges == ["contact_requests.ask", "contact_requests.request_detail"]

    @pytest.mark.parametrize("sent", ["planned", "accepted"])
    def test_that_moves_the_promise_is_told_once_more(self, client: Client, sent: str) -> None:
        _request, path = asked(client)
        Message.objects.update(status=sent)
        page = client.post(path + "/change", {**ANSWERS, "days": ["2026-11-19"]}, follow=True)
        assert "The same goes to (419) 555-0123" in words_of(page)
        first, second = Message.objects.order_by("sequence")
        assert first.status == {"planned": "cancelled", "accepted": "accepted"}[sent]
        assert (second.status, second.to, second.due_at) == ("planned", "+14195550123", NOW)
        assert "Thu Nov 19, 5:00 PM" in compose(second, Clinic.objects.get()).text

    def test_of_anything_else_leaves_the_promise_and_the_one_message(self, client: Client) -> None:
        request, path = asked(client)
        with time_machine.travel(NOW + timedelta(hours=1), tick=False):
            client.post(path + "/change", {**ANSWERS, "note": "Hello", "language": "es"})
        request.refresh_from_db()
        assert request.promised_by == datetime(2026, 11, 16, 19, tzinfo=UTC)
        assert Message.objects.get().language == "es"

    def test_of_the_number_tells_the_new_one_and_locks_the_old_one_out(
        self, client: Client
    ) -> None:
        _request, path = asked(client)
        Message.objects.update(status="accepted")
        response = client.post(path + "/change", {**ANSWERS, "phone": "(419) 555-0199"})
        assert client.get(path).status_code == 404
        assert "(419) 555-0199" in words_of(client.get(response["Location"]))
        assert Message.objects.latest("pk").to == "+14195550199"

    def test_says_mistakes_and_changes_nothing(self, client: Client) -> None:
        request, path = asked(client)
        page = soup(client.post(path + "/change", {**ANSWERS, "phone": "12"}))
        assert page.select_one(".errors a")["href"] == "#id_phone"
        assert page.select_one("#id_phone")["value"] == "12"
        request.refresh_from_db()
        assert str(request.phone) == "+14195550123"

    def test_is_over_once_it_was_answered(self, client: Client) -> None:
        request, path = asked(client)
        ContactRequest.objects.filter(pk=request.pk).update(status="done")
        assert client.get(path + "/change")["Location"] == path
        client.post(path + "/change", {**ANSWERS, "note": "late"})
        request.refresh_from_db()
        assert request.note == ""


class TestWithdrawing:
    def test_silences_what_was_said_before(self, client: Client) -> None:
        _request, path = asked(client)
        assert "We have your request." in words_of(client.get(path + "?note=asked"))
        client.post(path + "/withdraw")
        assert "We have your request." not in words_of(client.get(path + "?note=asked"))

    def test_is_said_and_stops_the_message(self, client: Client) -> None:
        request, path = asked(client)
        page = client.post(path + "/withdraw", follow=True)
        assert "We will not get in touch." in words_of(page)
        request.refresh_from_db()
        assert request.status == "withdrawn"
        assert Message.objects.get().status == "cancelled"

    def test_does_not_happen_by_opening_the_address(self, client: Client) -> None:
        request, path = asked(client)
        assert client.get(path + "/withdraw").status_code == 303
        assert client.head(path + "/withdraw").status_code == 303
        request.refresh_from_db()
        assert request.status == "open"

    def test_comes_too_late_once_it_was_answered(self, client: Client) -> None:
        request, path = asked(client)
        ContactRequest.objects.filter(pk=request.pk).update(status="done")
        assert "Answered" in words_of(client.post(path + "/withdraw", follow=True))
