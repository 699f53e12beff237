"""Booking a visit, page by page."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from scheduler.booking.models import Appointment
from scheduler.booking.purge_expired import purge_expired
from scheduler.clinic.models import Condition, Provider, VisitType
from scheduler.messaging.models import Consent, Message
from tests.data_checks.coherent import findings
from tests.factories import NOW, code_of, token_of
from tests.pages.reading import soup, words_of
from tests.pages.visitor import SURGERY, Visitor, errors_of, where
from tests.rows import row_counts

pytestmark = pytest.mark.django_db


class TestTheWholeWay:
    def test_of_a_new_patient_ends_with_a_booked_visit(
        self, visitor: Visitor, nudges: list[str]
    ) -> None:
        booked = visitor.book()
        assert (booked.status, booked.visit_type.slug) == ("booked", "new-patient")
        assert booked.condition == Condition.objects.get(slug="post-laminectomy-syndrome")
        assert (booked.contact.relation, booked.contact.phone) == ("self", "+14195550123")
        assert set(Message.objects.values_list("kind", flat=True)) >= {"code", "confirmation"}
        assert nudges == ["booking.check", "booking.code"]
        assert findings(now=NOW) == []

    def test_of_a_returning_patient_books_a_follow_up(self, visitor: Visitor) -> None:
        visitor.begin("returning", "visit-follow-up").choose().tell().send("check/", {})
        held = Appointment.objects.get()
        assert (held.visit_type.slug, held.condition) == ("follow-up", None)

    def test_for_somebody_else_names_both(self, visitor: Visitor) -> None:
        booked = visitor.book(
            who="other",
            name="Rosa Ruiz",
            contact_name="Ana Ruiz",
            relation="child",
            interpreter="Spanish",
        )
        assert booked.patient.name == "Rosa Ruiz"
        assert (booked.contact.name, booked.contact.relation) == ("Ana Ruiz", "child")
        assert booked.interpreter == "Spanish"

    def test_in_spanish_agrees_in_spanish_to_messages_in_english(
        self, spanish: Client, dana: Provider
    ) -> None:
        booked = Visitor(spanish).book()
        consent = Consent.objects.get()
        assert (booked.language, consent.language) == ("en", "es")
        assert consent.wording.startswith("Envíenme")

    def test_leaves_no_answer_in_the_session(self, visitor: Visitor) -> None:
        visitor.book()
        assert "booking" not in visitor.browser.session

    def test_to_the_check_writes_a_session_and_nothing_else(self, visitor: Visitor) -> None:
        before = row_counts()
        walked = dict(visitor.to_check().browser.session)
        assert row_counts() == before | {"django_session": 1}
        for _ in range(2):
            Session.objects.all().delete()
            placed = Visitor(Client(headers={"accept-language": "en"})).at_check()
            left = dict(placed.browser.session)
            left["booking"]["nonce"] = walked["booking"]["nonce"]
            assert left == walked


class TestTheDraft:
    def test_says_in_plain_json_what_a_call_needs(self, visitor: Visitor) -> None:
        visitor.at_check()
        kept = visitor.browser.session["booking"]
        assert (kept["name"], kept["relation"], kept["contact_name"]) == ("Ana Ruiz", "self", "")
        assert (kept["phone"], kept["email"], kept["language"]) == ("+14195550123", "", "en")
        assert kept["why"] == "Pain that stayed or came back after back surgery"

    def test_is_kept_when_going_back(self, visitor: Visitor) -> None:
        visitor.at_check()
        page = soup(visitor.get("you/"))
        assert page.select_one("#id_name")["value"] == "Ana Ruiz"
        assert page.select_one("#id_date_of_birth")["value"] == "03/09/1958"
        chosen = soup(visitor.get("why/")).select_one("[checked]")
        assert chosen["value"] == SURGERY
        assert soup(visitor.get("time/")).select_one("[name=start][checked]")

    @pytest.mark.parametrize(
        ("then", "page", "language"), [("back", "time", "en"), ("language-es", "you", "es")]
    )
    def test_keeps_a_form_that_is_left_half_typed(
        self, visitor: Visitor, then: str, page: str, language: str
    ) -> None:
        visitor.begin().choose()
        typed = {"who": "other", "name": "Rosa", "phone": "41", "sms_consent": "on", "then": then}
        response = visitor.send("you/", typed)
        assert (where(response), soup(response).html["lang"]) == (f"/book/{page}/", language)
        form = soup(visitor.get("you/"))
        assert form.select_one("#id_name")["value"] == "Rosa"
        assert form.select_one("#id_phone")["value"] == "41"
        assert form.select_one("#id_sms_consent").has_attr("checked")
        assert form.select_one("[name=who][checked]")["value"] == "other"
        assert not form.select(".usa-error-message")

    def test_sends_the_form_by_enter_to_go_on_and_by_back_to_leave(self, visitor: Visitor) -> None:
        page = soup(visitor.begin().choose().get("you/"))
        buttons = page.select("button[form=who-form], #who-form button")
        assert [one.get("value") for one in buttons] == [None, "language-es", "back", None, "call"]

    def test_offers_no_data_of_the_helper_for_the_patient(self, visitor: Visitor) -> None:
        mine = soup(visitor.begin().choose().get("you/")).select_one("#id_name")
        assert mine["autocomplete"] == "name"
        visitor.tell(who="other", contact_name="Luz Ortega", relation="child")
        page = soup(visitor.get("you/"))
        assert page.select_one("#id_name")["autocomplete"] == "off"
        assert page.select_one("#id_contact_name")["autocomplete"] == "name"

    def test_brings_back_to_the_check_after_one_change(self, visitor: Visitor) -> None:
        visitor.at_check()
        assert where(visitor.send("why/", {"reason": "other"})) == "/book/check/"
        assert where(visitor.send("", {"been": "new"})) == "/book/check/"

    def test_asks_for_a_time_again_when_the_type_of_visit_changes(self, visitor: Visitor) -> None:
        visitor.at_check()
        assert where(visitor.send("", {"been": "returning"})) == "/book/why/"
        assert where(visitor.send("why/", {"reason": "visit-follow-up"})) == "/book/time/"
        assert where(visitor.choose().get("you/")) == "/book/you/"
        assert "Ana Ruiz" in words_of(visitor.get("check/"))

    def test_is_gone_after_two_hours(
        self, visitor: Visitor, at_a_fixed_time: time_machine.Traveller
    ) -> None:
        visitor.at_check()
        at_a_fixed_time.shift(timedelta(hours=2))
        assert where(visitor.browser.get("/book/check/", follow=True)) == "/book/"
        purge_expired(now=NOW + timedelta(hours=2))
        assert not Session.objects.exists()

    @pytest.mark.parametrize("page", ["why/", "time/", "you/", "check/", "code/", "done/"])
    def test_is_begun_at_the_beginning(self, visitor: Visitor, page: str) -> None:
        assert where(visitor.browser.get(f"/book/{page}", follow=True)) == "/book/"
        assert where(visitor.send(page, {"start": "x", "then": "call"})) == "/book/"

    @pytest.mark.parametrize("page", ["", "why/", "time/", "you/", "check/"])
    def test_stays_out_of_caches_and_referrers(self, visitor: Visitor, page: str) -> None:
        visitor.at_check()
        response = visitor.get(page)
        assert response["Cache-Control"] == "no-store"
        assert response["Referrer-Policy"] == "same-origin"
        assert "Ana" not in str(response.cookies)


class TestEachStep:
    @pytest.mark.parametrize("page", ["", "why/", "time/", "you/", "check/"])
    def test_offers_the_phone_and_a_call(self, visitor: Visitor, page: str) -> None:
        visitor.at_check()
        ways = soup(visitor.get(page)).select_one(".way-out")
        assert ways.select_one('a[href="tel:+14197216358"]')
        assert ways.select_one('a[href="/contact/?from=booking"], button[value=call]')

    def test_names_itself_in_the_title(self, visitor: Visitor) -> None:
        visitor.begin()
        assert soup(visitor.get("time/")).title.get_text().startswith("Day and time (3/6) – ")

    def test_refuses_a_form_without_its_token(self, visitor: Visitor) -> None:
        visitor.get()
        assert visitor.browser.post("/book/", {"been": "new"}).status_code == 403

    def test_the_first_says_what_is_an_emergency(self, visitor: Visitor) -> None:
        assert soup(visitor.get()).select_one('main a[href="tel:911"]')

    def test_the_way_to_a_call_takes_along_what_was_typed(self, visitor: Visitor) -> None:
        visitor.begin().choose()
        form = {"who": "me", "name": "Ana Ruiz", "phone": "nonsense", "then": "call"}
        assert where(visitor.send("you/", form)) == "/contact/"
        assert visitor.browser.session["booking"]["name"] == "Ana Ruiz"


class TestWhy:
    def test_leads_to_a_call_where_a_referral_comes_first(self, visitor: Visitor) -> None:
        VisitType.objects.filter(slug="new-patient").update(referral="required")
        visitor.send("", {"been": "new"})
        response = visitor.send("why/", {"reason": "unsure"})
        assert where(response) == "/contact/"
        assert visitor.browser.session["booking"]["why"] == "I'm not sure"

    def test_offers_a_call_where_nothing_can_be_booked(self, visitor: Visitor) -> None:
        VisitType.objects.update(active=False)
        visitor.send("", {"been": "new"})
        assert "can't be booked online" in words_of(visitor.get("why/"))

    def test_names_a_new_condition_without_new_code(self, visitor: Visitor) -> None:
        condition = Condition.objects.create(
            slug="herniated-disc", published=True, created_at=NOW, updated_at=NOW
        )
        condition.texts.create(language="en", name="Herniated disc", summary="x")
        visitor.send("", {"been": "new"})
        assert "Herniated disc" in words_of(visitor.get("why/"))


class TestMistakes:
    @pytest.mark.parametrize(
        ("field", "typed", "said"),
        [
            ("name", "", "Write the full name of the patient."),
            ("name", "R2-D2 🙂", "Write the name with letters, such as Ana O'Neil."),
            ("name", "x" * 10_000, "This is too long."),
            ("date_of_birth", "yesterday", "Give month, day, and year, such as 03/09/1958."),
            ("date_of_birth", "02/30/1958", "Give month, day, and year, such as 03/09/1958."),
            ("date_of_birth", "01/01/2080", "Give month, day, and year, such as 03/09/1958."),
            ("date_of_birth", "2015-03-09", "Visits for people under 18 are booked by phone."),
            ("phone", "555", "Give a phone number with its area code"),
            ("phone", "+44 20 7946 0958", "Give a number of the United States or Canada."),
            ("phone", "", "Give a phone number or an email address"),
            ("email", "ana@example", "Give an email address such as"),
            ("email", "ana@example.org\r\nBcc: x@y.z", "Give an email address such as"),
            ("interpreter", "\x07", "This has signs that we can't read."),
        ],
    )
    def test_stand_at_their_field_and_at_the_top(
        self, visitor: Visitor, field: str, typed: str, said: str
    ) -> None:
        visitor.begin().choose()
        form = {"name": "Ana Ruiz", "date_of_birth": "03/09/1958", "phone": "4195550123"}
        response = visitor.send("you/", {"who": "me", "language": "es", **form, field: typed})
        assert response.status_code == 422
        assert {name: words[: len(said)] for name, words in errors_of(response).items()} == {
            field: said
        }
        summary = soup(response).select_one(".errors")
        assert summary.has_attr("autofocus")
        assert [link["href"] for link in summary.select("a")] == [f"#id_{field}"]
        assert soup(response).select_one(f"#id_{field}")["aria-invalid"] == "true"

    def test_leave_every_other_answer_alone(self, visitor: Visitor) -> None:
        visitor.begin().choose()
        form = {"who": "other", "name": "Rosa Ruiz", "phone": "555", "sms_consent": "on"}
        page = soup(visitor.send("you/", {**form, "language": "es"}))
        assert page.select_one("#id_name")["value"] == "Rosa Ruiz"
        assert page.select_one("#id_phone")["value"] == "555"
        assert page.select_one("#id_sms_consent").has_attr("checked")
        assert [one["value"] for one in page.select("[type=radio][checked]")] == ["other", "es"]
        assert set(errors_of_page(page)) == {
            "id_date_of_birth",
            "id_contact_name",
            "id_relation",
            "id_phone",
        }

    @pytest.mark.parametrize("page", ["", "why/"])
    def test_of_choosing_nothing_are_said(self, visitor: Visitor, page: str) -> None:
        visitor.begin()
        assert list(errors_of(visitor.send(page, {})).values()) == [
            "Please choose one of these answers."
        ]

    def test_of_a_time_that_is_none_are_said(self, visitor: Visitor) -> None:
        for start in ("", "soon", "2026-11-24T10:00:00", "9999-12-31T00:00:00Z"):
            response = visitor.begin().send("time/", {"start": start})
            assert "Please choose one of these times." in words_of(response)
            assert soup(response).select_one(".errors").has_attr("autofocus")


def errors_of_page(page: object) -> list[str]:
    return [link["href"][1:] for link in page.select(".errors a")]  # type: ignore[attr-defined]


class TestDone:
    def test_says_everything_that_is_needed(self, visitor: Visitor) -> None:
        booked = visitor.booked()
        words = words_of(visitor.get("done/"))
        for wanted in (
            booked.reference,
            "Wednesday, November 18, 2026 9:00 AM Eastern time (EST)",
            "Arrive by 8:40 AM",
            "Dana",
            "229 West Main Cross St., Suite 58",
            "Bring a photo ID",
            "“PMG Findlay”",
            "the confirmation, to (419) 555-0123",
            "Reminder: Tuesday, November 17, 2026, 10:00 AM",
        ):
            assert wanted in words

    def test_links_to_all_that_can_be_done(self, visitor: Visitor) -> None:
        booked = visitor.booked()
        page = soup(visitor.get("done/"))
        links = {link.get_text().strip(): link["href"] for link in page.select("main a")}
        own = f"/a/{token_of(booked)}"
        assert links["Read before your visit"].endswith(f"/i/{token_of(booked, 'i')}")
        assert links["Add to your calendar"] == f"{own}/calendar.ics"
        assert links["Change the time"] == f"{own}/change"
        assert links["Cancel this visit"] == f"{own}/cancel"
        assert "229+West+Main" in links["Open the address in Google Maps"]

    def test_is_honest_where_no_message_was_asked_for(self, visitor: Visitor) -> None:
        visitor.booked(sms_consent="")
        assert "none will come" in words_of(visitor.get("done/"))

    def test_offers_texts_after_all(self, visitor: Visitor, nudges: list[str]) -> None:
        booked = visitor.booked(sms_consent="")
        refused = visitor.send("done/", {"then": "texts"})
        assert errors_of(refused) == {
            "sms_consent": "Tick the box if you would like texts from us."
        }
        assert not Consent.objects.exists()
        said = words_of(visitor.send("done/", {"then": "texts", "sms_consent": "on"}))
        assert "We will text you about this visit." in said
        assert "Now: the confirmation, to (419) 555-0123" in said
        assert booked.messages.filter(kind="confirmation", channel="sms").count() == 1
        assert nudges[-1] == "booking.done"

    def test_says_how_to_get_the_link_where_no_message_comes(self, visitor: Visitor) -> None:
        visitor.booked(sms_consent="")
        page = soup(visitor.get("done/"))
        assert page.select_one('main a[href="/find/"]')

    def test_says_beforehand_that_no_message_would_come(self, visitor: Visitor) -> None:
        words = words_of(visitor.begin().choose().get("you/"))
        assert "Without it, and without an email address, we send no confirmation" in words

    def test_keeps_what_is_told_afterwards(self, visitor: Visitor) -> None:
        booked = visitor.booked()
        answers = {"referred_by": "Dr. Okafor", "insurance_plan": "Buckeye", "injury": "work"}
        response = visitor.send("done/", answers)
        assert "We have noted that." in words_of(response)
        booked.refresh_from_db()
        assert (booked.referred_by, booked.insurance_plan) == ("Dr. Okafor", "Buckeye")
        assert booked.injury == "work"

    def test_shows_a_mistake_in_what_is_told(self, visitor: Visitor) -> None:
        visitor.booked()
        response = visitor.send("done/", {"insurance_plan": "x" * 121})
        assert errors_of(response) == {"insurance_plan": "This is too long."}

    def test_asks_who_sent_them_only_where_that_matters(self, visitor: Visitor) -> None:
        visitor.begin("returning", "visit-follow-up").choose().tell().send("check/", {})
        visitor.enter(code_of(Appointment.objects.get()))
        assert "Who sent you to us?" not in words_of(visitor.get("done/"))
