"""Asking to be called: what is kept, what is promised, and what is said about mistakes."""

from datetime import date

import pytest
from django.test import Client

from scheduler.contact_requests.models import ContactRequest
from scheduler.links.models import Link
from scheduler.messaging.models import Message
from tests.pages.asking import ANSWERS, ask, asked, form_of
from tests.pages.factories import make_bare_clinic, make_dana_whitfield, make_visit_type
from tests.pages.reading import soup, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clinic() -> None:
    make_bare_clinic()
    make_dana_whitfield(make_visit_type())


class TestAsking:
    def test_is_kept_as_typed(self, client: Client) -> None:
        request, _path = asked(
            client,
            days=["2026-11-17", "2026-11-19"],
            part_of_day="morning",
            times="After ten",
            note="Is there parking?",
            email="ana@example.org",
        )
        assert (request.name, request.topic) == ("Ana Ruiz", "question")
        assert (str(request.phone), request.email) == ("+14195550123", "ana@example.org")
        assert request.days == [date(2026, 11, 17), date(2026, 11, 19)]
        assert (request.part_of_day, request.times) == ("morning", "After ten")
        assert request.note == "Is there parking?"

    def test_leads_to_a_page_that_says_when_to_expect_us(
        self, client: Client, nudges: list[str]
    ) -> None:
        page = client.get(ask(client)["Location"])
        assert "We will call (419) 555-0123 by Monday, November 16, 2026 2:00 PM" in words_of(page)
        assert "The same goes to (419) 555-0123" in words_of(page)
        assert nudges == ["contact_requests.ask"]

    def test_that_was_tried_in_vain_says_so_and_promises_no_call(self, client: Client) -> None:
        request, path = asked(client)
        ContactRequest.objects.filter(pk=request.pk).update(status="unreached")
        page = client.get(path)
        assert "We tried several times and did not reach you." in words_of(page)
        assert "We will call" not in words_of(page)
        assert "Ask again" in words_of(page)

    def test_owes_one_text_though_no_box_was_ticked(self, client: Client) -> None:
        request, _path = asked(client)
        [message] = Message.objects.all()
        assert (message.kind, message.channel) == ("contact_received", "sms")
        assert (message.to, message.contact_request) == ("+14195550123", request)

    def test_owes_a_mail_instead_where_there_is_an_address(self, client: Client) -> None:
        asked(client, email="ana@example.org")
        assert list(Message.objects.values_list("channel", "to")) == [("email", "ana@example.org")]

    def test_sent_twice_asks_once(self, client: Client) -> None:
        form = {**form_of(client.get("/contact/")), **ANSWERS}
        first, second = client.post("/contact/", form), client.post("/contact/", form)
        assert first["Location"] == second["Location"]
        assert ContactRequest.objects.count() == Message.objects.count() == 1

    def test_sent_again_with_another_answer_changes_it(self, client: Client) -> None:
        form = {**form_of(client.get("/contact/")), **ANSWERS}
        client.post("/contact/", form)
        client.post("/contact/", {**form, "note": "Please let it ring."})
        assert ContactRequest.objects.get().note == "Please let it ring."

    def test_does_not_believe_a_reference_that_it_did_not_sign(self, client: Client) -> None:
        mine, _path = asked(client)
        asked(client, once=mine.reference, note="from somebody else")
        mine.refresh_from_db()
        assert mine.note == ""
        assert ContactRequest.objects.count() == 2

    def test_needs_the_form_of_this_site(self, client: Client) -> None:
        assert client.post("/contact/", ANSWERS).status_code == 403
        assert not ContactRequest.objects.exists()

    def test_is_refused_the_fourth_time_an_hour_and_keeps_the_answers(self, client: Client) -> None:
        for _ in range(3):
            asked(client)
        response = ask(client, note="Please!")
        assert "You have asked us several times already." in words_of(response)
        assert soup(response).select_one("textarea").get_text() == "Please!"
        assert ContactRequest.objects.count() == 3


class TestTheForm:
    def test_offers_the_next_working_days(self, client: Client) -> None:
        page = soup(client.get("/contact/"))
        days = [box["value"] for box in page.select('input[name="days"]')]
        assert days == ["2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20"]

    def test_says_what_to_do_in_an_emergency(self, client: Client) -> None:
        alert = soup(client.get("/contact/")).select_one(".emergency")
        assert {link["href"] for link in alert.select("a")} == {"tel:911", "tel:988"}

    def test_keeps_itself_out_of_caches_and_lets_browsers_send_it(self, client: Client) -> None:
        response = client.get("/contact/")
        assert response["Cache-Control"] == "no-store"
        assert response["Referrer-Policy"] == "same-origin"

    @pytest.mark.parametrize(
        ("changes", "field", "said"),
        [
            ({"name": ""}, "name", "Write your name."),
            ({"name": "12345"}, "name", "Write the name with letters"),
            ({"name": "x" * 200}, "name", "This is too long."),
            ({"phone": ""}, "phone", "Give a phone number or an email address."),
            ({"phone": "555"}, "phone", "Give a phone number with its area code"),
            ({"phone": "+49 30 901820"}, "phone", "United States or Canada"),
            ({"email": "ana@"}, "email", "Give an email address"),
            ({"email": "a@b.org\r\nBcc: x@y.org"}, "email", "Give an email address"),
            ({"topic": ""}, "topic", "Choose what this is about."),
            ({"language": ""}, "language", "Choose a language."),
            ({"days": "2026-11-15"}, "days", "One of these days is over."),
            ({"days": "soon"}, "days", "One of these days is over."),
            ({"times": "x" * 201}, "times", "This is too long."),
            ({"note": "x" * 1001}, "note", "This is too long."),
            ({"note": "bell\x07"}, "note", "This has signs that we can't read."),
        ],
    )
    def test_says_each_mistake_at_its_field_and_at_the_top(
        self, client: Client, changes: dict[str, str], field: str, said: str
    ) -> None:
        page = soup(ask(client, **changes))
        [top] = page.select(".errors li a")
        assert said in top.get_text()
        assert top["href"] == f"#id_{field}"
        assert said in page.select_one(f"#id_{field}_error").get_text()
        assert page.select_one(".errors").has_attr("autofocus")
        described = page.select_one(f"#id_{field}")["aria-describedby"].split()
        assert f"id_{field}_error" in described
        assert page.title.get_text().startswith("Please check this")
        assert not ContactRequest.objects.exists()

    def test_keeps_the_other_answers_after_a_mistake(self, client: Client) -> None:
        answers = {"days": ["2026-11-18"], "part_of_day": "afternoon", "times": "After 3"}
        page = soup(ask(client, name="", email="ana@example.org", note="Hello", **answers))
        checked = {(box["name"], box["value"]) for box in page.select("input[checked]")}
        assert {("days", "2026-11-18"), ("part_of_day", "afternoon")} <= checked
        assert {("topic", "question"), ("language", "en")} <= checked
        assert page.select_one("#id_email")["value"] == "ana@example.org"
        assert page.select_one("#id_times")["value"] == "After 3"
        assert page.select_one("#id_note").get_text() == "Hello"

    def test_speaks_spanish_mistakes_included(self, spanish: Client) -> None:
        words = words_of(ask(spanish, name="", phone="1"))
        assert "Escriba su nombre." in words
        assert "Dé un número de teléfono con su código de área" in words
        assert "Lunes 16 de noviembre" in words


class TestComingFromBooking:
    @pytest.fixture
    def booking(self, client: Client) -> Client:
        """The client in the middle of a booking for her mother."""
        client.get("/")
        session = client.session
        session["booking"] = {
            "name": "Luz Ruiz",
            "contact_name": "Ana Ruiz",
            "relation": "child",
            "phone": "+14195550123",
            "email": "ana@example.org",
            "language": "es",
            "why": "A follow-up",
        }
        session.save()
        client.cookies["sessionid"] = str(session.session_key)
        return client

    def test_finds_its_answers_filled_in(self, booking: Client) -> None:
        page = soup(booking.get("/contact/?from=booking"))
        assert page.select_one("#id_name")["value"] == "Ana Ruiz"
        assert page.select_one("#id_phone")["value"] == "(419) 555-0123"
        assert page.select_one("#id_email")["value"] == "ana@example.org"
        assert page.select_one('input[name="language"][checked]')["value"] == "es"
        assert page.select_one('input[name="topic"][checked]')["value"] == "book"
        note = page.select_one("#id_note").get_text()
        assert note.split("\n") == ["Reason: A follow-up", "The visit is for Luz Ruiz."]

    def test_fills_nothing_in_elsewhere(self, booking: Client) -> None:
        assert soup(booking.get("/contact/")).select_one("#id_name")["value"] == ""

    def test_stands_without_a_booking(self, client: Client) -> None:
        assert client.get("/contact/?from=booking").status_code == 200


class TestItsLink:
    def test_is_issued_with_the_request(self, client: Client) -> None:
        request, _path = asked(client)
        assert Link.objects.get().contact_request == request
