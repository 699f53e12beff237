"""The quick booking: somebody is on the phone, or at the counter."""

import json
from typing import Any, cast

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client

from scheduler.accounts.roles import CLINICIAN
from scheduler.audit.models import AccessEvent
from scheduler.booking.models import Appointment
from scheduler.clinic.load_call_desk import load_call_desk
from scheduler.clinic.models import Provider
from scheduler.contact_requests.models import ContactRequest
from scheduler.contact_requests.request import request_contact
from scheduler.messaging.consent.wordings import WORDINGS
from scheduler.messaging.models import Consent
from scheduler.patients.models import Contact, Patient
from tests.factories import (
    NOW,
    PHONE,
    TUESDAY,
    a_person,
    at,
    book,
    make_contact,
    make_patient,
    make_time_off,
    messages_of,
    somebody,
)
from tests.pages.reading import soup
from tests.staff import HTMX, make_user, signed_in

pytestmark = pytest.mark.django_db
PATH = "/staff/book/"
ANSWERS = {"visit_type": "follow-up", "provider": "dana", "start": "2026-11-24T10:00"}
NEW = {**ANSWERS, "name": "Zora Neal", "language": "en", "no_contact": "1"}


def open_it(desk: Client, **query: Any) -> BeautifulSoup:
    answer = desk.get(PATH, query, **HTMX)
    assert answer.status_code == 200
    return soup(answer)


def send(desk: Client, **answers: Any) -> HttpResponse:
    """A form of its own each time, unless `once` says that it is the same."""
    number = Appointment.objects.count()
    form = {**ANSWERS, "once": f"form-{number}", **answers}
    return cast(HttpResponse, desk.post(PATH, form, **HTMX))


def the_one() -> Appointment:
    return Appointment.objects.select_related("patient", "contact").get()


def mistakes(answer: HttpResponse) -> list[str]:
    page = soup(answer)
    for unseen in page.select(".usa-error-message .usa-sr-only"):
        unseen.decompose()
    return [" ".join(said.get_text().split()) for said in page.select(".usa-error-message")]


def value_of(page: BeautifulSoup, name: str) -> str:
    field = page.select_one(f"[name={name}]")
    if field.name == "select":
        field = field.select_one("option[selected]")
    return str(field.get("value", ""))


def focus_of(page: BeautifulSoup) -> str:
    """What the keyboard begins at; exactly one thing."""
    (found,) = page.select("[autofocus]")
    return str(found.get("name") or found.get_text(strip=True))


class TestItOpens:
    def test_with_the_time_that_was_pointed_at(self, desk: Client) -> None:
        page = open_it(desk, start="2026-11-24T10:00", provider="dana", visit_type="new-patient")
        found = [value_of(page, name) for name in ("start", "provider", "visit_type")]
        assert found == ["2026-11-24T10:00", "dana", "new-patient"]
        assert focus_of(page) == "q"

    def test_for_a_visit_of_somebody_who_was_here_before(self, desk: Client) -> None:
        page = open_it(desk)
        assert value_of(page, "visit_type") == "follow-up"
        assert focus_of(page) == "start"

    def test_at_the_button_where_nothing_is_missing(self, desk: Client) -> None:
        page = open_it(desk, start="2026-11-24T10:00", patient=make_patient().pk)
        assert focus_of(page) == "Book"

    def test_as_a_page_of_its_own(self, desk: Client) -> None:
        answer = desk.get(PATH)
        assert "<html" in answer.content.decode()
        assert "hx-post" not in str(soup(answer).select_one("main form"))

    def test_whatever_its_address_says(self, desk: Client) -> None:
        page = open_it(desk, start="soon", provider="?", visit_type="x", patient="x", request="9²")
        assert value_of(page, "patient") == ""

    def test_for_nobody_but_who_books(self, client: Client, staffed: Provider) -> None:
        assert client.get(PATH, **HTMX).status_code == 401
        other = signed_in(make_user(CLINICIAN, "other"))
        for path in (PATH, "/staff/book/who/", "/staff/find/"):
            assert other.get(path, **HTMX).status_code == 403


class TestAPatientWeKnow:
    def test_is_booked_with_who_answered_last(self, desk: Client) -> None:
        earlier = book(
            at("2026-11-18 10:00"), person=a_person(contact_name="Rosa", relation="child")
        )
        answer = send(desk, patient=earlier.patient.pk)
        assert answer.status_code == 200
        latest = Appointment.objects.latest("pk")
        assert (latest.starts_at, latest.patient) == (TUESDAY, earlier.patient)
        assert latest.contact == earlier.contact
        assert {message.channel for message in messages_of(latest)} == {"sms", "email"}

    def test_is_told_to_the_page_in_words(self, desk: Client, nudges: list[str]) -> None:
        answer = send(desk, patient=make_patient().pk)
        told = json.loads(answer["HX-Trigger"])
        assert told["say"].startswith("Booked: Ana Ruiz, Tue Nov 24, 10:00 AM, with Dana.")
        assert told["say"].endswith("No text or mail goes out.")
        assert set(told) == {"say", "closePanel", "changed"}
        assert not answer.content
        assert nudges == ["staff.calendar.quick_booking"]

    def test_is_told_on_the_calendar_where_there_is_no_script(self, desk: Client) -> None:
        answer = desk.post(PATH, {**ANSWERS, "patient": make_patient().pk})
        assert answer["Location"] == "/staff/?day=2026-11-24"
        assert "Booked: Ana Ruiz" in desk.get(answer["Location"]).content.decode()
        assert "Booked: Ana Ruiz" not in desk.get(answer["Location"]).content.decode()

    def test_is_named_in_no_cookie(self, desk: Client) -> None:
        desk.post(PATH, {**ANSWERS, "patient": make_patient().pk})
        assert "messages" not in desk.cookies
        assert "Ruiz" not in str(desk.cookies)

    def test_is_shown_with_what_tells_them_apart(self, desk: Client) -> None:
        patient = book().patient
        part = soup(desk.get("/staff/book/who/", {"patient": patient.pk}, **HTMX))
        words = " ".join(part.get_text(" ").split())
        assert "born 03/09/1958, (419) 555-0123" in words
        assert "Comes Tue Nov 24, 10:00 AM, to Dana" in words
        assert "gets texts" in words
        assert AccessEvent.objects.latest("pk").patients == [patient.pk]

    def test_may_be_answered_for_by_somebody_else(self, desk: Client) -> None:
        patient = book(at("2026-11-18 10:00")).patient
        helper = {
            "known": patient.pk,
            "contact": "other",
            "phone": "(419) 555-0177",
            "contact_name": "Rosa Ruiz",
            "relation": "child",
            "sms_consent": "on",
        }
        send(desk, patient=patient.pk, **helper)
        contact = Appointment.objects.latest("pk").contact
        assert (contact.name, contact.relation) == ("Rosa Ruiz", "child")
        consent = Consent.objects.latest("pk")
        assert (consent.address, consent.wording) == ("+14195550177", WORDINGS["en"])

    def test_is_answered_for_by_nobody_without_a_number(self, desk: Client) -> None:
        patient = book(at("2026-11-18 10:00")).patient
        answer = send(desk, patient=patient.pk, known=patient.pk, contact="other")
        assert answer.status_code == 422
        assert mistakes(answer) == ["Give a phone number or an email address."]

    def test_is_not_reached_on_another_patients_number(self, desk: Client) -> None:
        other = book(at("2026-11-18 10:00")).patient
        patient = make_patient("Olive Stone", phone="")
        shown = {"known": other.pk, "contact": Contact.objects.get().pk, "interpreter": "ASL"}
        send(desk, patient=patient.pk, **shown)
        latest = Appointment.objects.latest("pk")
        assert (latest.patient, latest.contact, latest.interpreter) == (patient, None, "")

    def test_keeps_the_interpreter_of_the_last_visit(self, desk: Client) -> None:
        patient = book(at("2026-11-18 10:00"), person=a_person(interpreter="Spanish")).patient
        send(desk, patient=patient.pk)
        assert Appointment.objects.latest("pk").interpreter == "Spanish"

    def test_who_was_merged_is_who_they_are_now(self, desk: Client) -> None:
        ana = make_patient()
        twin = make_patient("Anna Ruiz", merged_into=ana)
        send(desk, patient=twin.pk)
        assert the_one().patient == ana

    def test_is_found_without_a_script(self, desk: Client) -> None:
        ana = make_patient()
        found = desk.post(PATH, {**ANSWERS, "q": "ruiz", "find": "1"})
        assert found.status_code == 200
        button = soup(found).select_one("button[name=pick]")
        assert "born 03/09/1958" in button.get_text()
        page = soup(desk.post(PATH, {**ANSWERS, "pick": button["value"]}))
        assert value_of(page, "patient") == str(ana.pk)
        assert value_of(page, "start") == "2026-11-24T10:00"
        assert focus_of(page) == "Book"
        assert not Appointment.objects.exists()

    def test_who_was_typed_and_not_chosen_is_looked_for(self, desk: Client) -> None:
        make_patient()
        answer = send(desk, q="ruiz")
        assert answer.status_code == 422
        assert mistakes(answer) == ["Choose the patient, or add a new one."]
        assert soup(answer).select("button[name=pick]")

    def test_is_in_one_place_at_a_time(self, desk: Client) -> None:
        patient = book(visit_type="follow-up").patient
        answer = send(desk, patient=patient.pk, overbook="Urgent")
        assert answer.status_code == 422
        assert mistakes(answer) == ["The patient has another visit at that time."]


class TestANewPatient:
    def test_comes_for_a_first_visit_unless_another_was_asked_for(self, desk: Client) -> None:
        assert open_it(desk).select_one("form")["data-new-visit"] == "new-patient"
        assert not open_it(desk, visit_type="follow-up").select("[data-new-visit]")

    def test_needs_only_a_name(self, desk: Client) -> None:
        assert send(desk, **NEW).status_code == 200
        made = the_one()
        assert (made.patient.name, made.contact) == ("Zora Neal", None)

    def test_agreed_to_what_was_read_aloud_in_their_language(self, desk: Client) -> None:
        send(
            desk,
            **NEW | {"language": "es"},
            date_of_birth="3/9/1958",
            phone="419 555 0123",
            email="zora@example.org",
            sms_consent="on",
            interpreter="Spanish",
            note="Wheelchair",
        )
        made = the_one()
        assert (made.patient.phone, made.patient.language) == (PHONE, "es")
        assert (made.interpreter, made.note) == ("Spanish", "Wheelchair")
        texts, mail = Consent.objects.order_by("-channel")
        assert (texts.wording, texts.source) == (WORDINGS["es"], "read aloud by staff")
        assert mail.address == "zora@example.org"

    def test_leaves_a_way_to_reach_them_or_a_word_that_there_is_none(self, desk: Client) -> None:
        answer = send(desk, **{**NEW, "no_contact": ""})
        assert mistakes(answer) == ["Give a phone number or an email address."]
        assert not Appointment.objects.exists()
        assert send(desk, **NEW).status_code == 200

    def test_is_not_texted_without_a_tick(self, desk: Client) -> None:
        send(desk, **NEW, phone="419 555 0123")
        assert not messages_of(the_one())

    def test_is_compared_with_those_we_know_first(self, desk: Client) -> None:
        ana = make_patient()
        new = NEW | {"name": "Anna Ruiz", "phone": "419 555 0123", "note": "Kept"}
        answer = send(desk, **new)
        assert answer.status_code == 409
        page = soup(answer)
        assert page.select_one("button[name=pick]")["value"] == str(ana.pk)
        assert [value_of(page, name) for name in ("name", "note")] == ["Anna Ruiz", "Kept"]
        assert not Appointment.objects.exists()
        assert AccessEvent.objects.latest("pk").patients == [ana.pk]
        assert send(desk, **new, anyway="1").status_code == 200
        assert the_one().patient != ana
        assert the_one().patient.possible_duplicate

    def test_keeps_all_that_was_typed_beside_a_mistake(self, desk: Client) -> None:
        answer = send(
            desk, **NEW | {"name": "R2D2"}, phone="12", date_of_birth="31/31/1958", note="Kept"
        )
        assert answer.status_code == 422
        assert mistakes(answer) == [
            "Write the name with letters, such as Ana O'Neil.",
            "Give month, day, and year, such as 03/09/1958.",
            "Give a phone number with its area code, such as (419) 555-0123.",
        ]
        page = soup(answer)
        kept = [value_of(page, name) for name in ("name", "phone", "date_of_birth", "note")]
        assert kept == ["R2D2", "12", "31/31/1958", "Kept"]
        assert focus_of(page) == "name"
        assert not Patient.objects.exists()

    def test_is_asked_who_the_helper_is_to_them(self, desk: Client) -> None:
        answer = send(desk, **NEW, phone="419 555 0123", contact_name="Rosa")
        assert mistakes(answer) == ["Choose how they know the patient."]


class TestTheTime:
    @pytest.mark.parametrize(
        ("start", "said"),
        [
            ("", "Give a day and a time, such as 11/24/2026, 10:00 AM."),
            ("tomorrow", "Give a day and a time, such as 11/24/2026, 10:00 AM."),
            ("9999-12-31T23:55", "Give a day and a time, such as 11/24/2026, 10:00 AM."),
            ("2026-11-24T10:02", "Visits start at a five-minute mark, such as 10:05."),
            ("2027-03-14T02:30", "The clock skips that time on that day."),
            ("2026-11-16T09:00", "That time is over."),
            ("2029-11-20T10:00", "That is further ahead than visits are booked."),
        ],
    )
    def test_that_can_not_be_is_refused(self, desk: Client, start: str, said: str) -> None:
        answer = send(desk, **NEW | {"start": start})
        assert answer.status_code == 422
        assert mistakes(answer) == [said]

    def test_may_be_written_with_its_offset(self, desk: Client) -> None:
        send(desk, **NEW | {"start": "2026-11-24T10:00:00-05:00"})
        assert the_one().starts_at == TUESDAY

    def test_is_with_somebody_who_sees_such_visits(self, desk: Client) -> None:
        answer = send(desk, **NEW | {"visit_type": "procedure"})
        assert mistakes(answer) == ["They don't see this kind of visit."]

    def test_that_is_taken_asks_why_and_shows_others(self, desk: Client) -> None:
        book(person=somebody(1))
        answer = send(desk, **NEW)
        assert answer.status_code == 409
        page = soup(answer)
        reasons = [radio["value"] for radio in page.select("[name=overbook]")]
        assert reasons == ["Urgent", "Walk-in", "Agreed with the provider", "Takes only a moment"]
        assert not page.select("[name=overbook][checked]")
        first = page.select_one("button[name=instead]")
        assert first["data-pick"] == "1"
        assert first.has_attr("autofocus")
        assert send(desk, **NEW, instead=first["value"]).status_code == 200
        made = Appointment.objects.latest("pk")
        assert (made.starts_at, made.overbook_reason) == (at("2026-11-24 09:00"), None)

    def test_that_is_free_asks_for_no_reason(self, desk: Client) -> None:
        assert not open_it(desk, start="2026-11-24T10:00").select("[name=overbook]")

    def test_that_is_taken_is_not_overbooked_without_one(self, desk: Client) -> None:
        book(person=somebody(1))
        answer = send(desk, **NEW, all_the_same="1")
        assert answer.status_code == 409
        assert "Choose why, or write it in your own words." in answer.content.decode()
        assert soup(answer).select_one("[name=overbook][autofocus]")["value"] == "Urgent"

    @pytest.mark.parametrize(
        ("why", "kept"),
        [
            ({"overbook": "Urgent"}, "Urgent"),
            ({"overbook": "Urgent", "overbook_words": "Leaves town"}, "Leaves town"),
        ],
    )
    def test_that_is_taken_is_overbooked_with_a_reason(
        self, desk: Client, why: dict[str, str], kept: str
    ) -> None:
        book(person=somebody(1))
        assert send(desk, **NEW, **why).status_code == 200
        assert Appointment.objects.latest("pk").overbook_reason == kept

    def test_outside_the_hours_asks_why(self, desk: Client) -> None:
        late = NEW | {"start": "2026-11-24T17:30"}
        answer = send(desk, **late)
        assert answer.status_code == 409
        assert "Nobody works then" in answer.content.decode()
        assert send(desk, **late, overbook="Urgent").status_code == 200

    def test_in_time_off_has_no_way(self, desk: Client, staffed: Provider) -> None:
        make_time_off("2026-11-24", provider=staffed).save()
        answer = send(desk, **NEW, overbook="Urgent")
        assert answer.status_code == 422
        assert mistakes(answer) == ["There is time off then. No visit can stand in it."]


class TestTwoClicks:
    def test_book_once(self, desk: Client) -> None:
        first, second = (send(desk, **NEW, once="a form") for _ in range(2))
        assert first["HX-Trigger"] == second["HX-Trigger"]
        assert Appointment.objects.count() == 1

    def test_are_not_a_form_that_came_back_changed(self, desk: Client) -> None:
        send(desk, **NEW, once="a form")
        answer = send(desk, **NEW | {"start": "2026-11-25T10:00"}, once="a form")
        assert answer.status_code == 422
        assert "booked already" in answer.content.decode()
        assert Appointment.objects.count() == 1

    def test_of_two_forms_are_two(self, desk: Client) -> None:
        page = open_it(desk)
        assert value_of(page, "once") != value_of(open_it(desk), "once")


class TestAWalkIn:
    def test_is_here_at_the_next_five_minute_mark(self, desk: Client) -> None:
        page = open_it(desk, walk_in="1")
        assert "Here now, at 10:05 AM" in page.get_text()
        answer = send(desk, patient=make_patient().pk, start="", walk_in="1")
        made = the_one()
        assert (made.starts_at, made.status) == (at("2026-11-16 10:05"), "arrived")
        assert (made.arrived_at, made.walk_in) == (NOW, True)
        assert json.loads(answer["HX-Trigger"])["say"] == (
            "Here now: Ana Ruiz, Mon Nov 16, 10:05 AM, with Dana."
        )

    def test_without_a_place_has_a_reason(self, desk: Client) -> None:
        book(at("2026-11-16 10:00"), by="staff", now=at("2026-11-16 08:00"), person=somebody(1))
        new = {**NEW, "start": "", "walk_in": "1"}
        answer = send(desk, **new)
        assert answer.status_code == 409
        page = soup(answer)
        chosen = page.select_one("[name=overbook][checked]")["value"]
        assert chosen == "Walk-in"
        assert page.select_one("[name=overbook][autofocus]")["value"] == chosen
        send(desk, **new, overbook=chosen)
        assert Appointment.objects.latest("pk").overbook_reason == "Walk-in"

    def test_may_come_back_later(self, desk: Client) -> None:
        new = {**NEW, "start": "", "walk_in": "1", "instead": "2026-11-24T11:00 dana"}
        send(desk, **new)
        made = the_one()
        assert (made.starts_at, made.status) == (at("2026-11-24 11:00"), "booked")


class TestAContactRequest:
    @pytest.fixture
    def asked(self, staffed: Provider) -> ContactRequest:
        request = ContactRequest(
            name="Zora Neal", phone="+14195550188", language="es", note="After work, please"
        )
        return request_contact(request, network="198.51.100.0/24", now=NOW)

    def test_is_turned_into_a_booking_in_one_step(
        self, desk: Client, asked: ContactRequest
    ) -> None:
        page = open_it(desk, request=asked.pk, start="2026-11-24T10:00")
        assert "After work, please" in page.get_text()
        filled = {name: value_of(page, name) for name in ("name", "phone", "language", "request")}
        assert filled["name"] == "Zora Neal"
        assert value_of(page, "visit_type") == "new-patient"
        assert send(desk, **filled).status_code == 200
        asked.refresh_from_db()
        assert (asked.status, asked.patient) == ("done", the_one().patient)
        assert the_one().language == "es"

    def test_looks_for_who_it_may_be(self, desk: Client, asked: ContactRequest) -> None:
        zora = make_patient("Zora Neal", phone="+14195550188")
        page = open_it(desk, request=asked.pk)
        assert page.select_one("button[name=pick]")["value"] == str(zora.pk)
        assert AccessEvent.objects.latest("pk").patients == [zora.pk]

    def test_knows_whom_staff_found_it_to_be_about(
        self, desk: Client, asked: ContactRequest
    ) -> None:
        asked.patient = make_patient("Zora Neal", phone="")
        asked.save()
        page = open_it(desk, request=asked.pk)
        assert value_of(page, "patient") == str(asked.patient.pk)

    def test_gets_a_call_on_the_call_desk(self, desk: Client, asked: ContactRequest) -> None:
        load_call_desk()
        call = {"visit_type": "call", "provider": "call-desk"}
        page = open_it(desk, request=asked.pk, **call)
        assert "Schedule a call" in page.get_text()
        answer = send(desk, **NEW | call, request=asked.pk)
        assert answer.status_code == 422
        assert "give a phone number first" in answer.content.decode()
        with_number = NEW | call | {"phone": "(419) 555-0177"}
        assert send(desk, **with_number, request=asked.pk).status_code == 200
        asked.refresh_from_db()
        assert (asked.status, the_one().contact_request) == ("open", asked)

    def test_that_somebody_answered_meanwhile_is_not_answered_again(
        self, desk: Client, asked: ContactRequest
    ) -> None:
        ContactRequest.objects.update(status="done")
        answer = send(desk, **NEW, request=asked.pk)
        assert answer.status_code == 422
        assert "answered this request already" in answer.content.decode()


def test_a_patient_on_file_without_a_contact_is_reached_on_their_own_number(desk: Client) -> None:
    patient = make_patient(email="ana@example.org")
    make_contact(patient, name="Old", phone="+14195550100")
    send(desk, patient=patient.pk, known=patient.pk, contact="own")
    contact = the_one().contact
    assert (contact.name, str(contact.phone), contact.relation) == ("Ana Ruiz", PHONE, "self")


def test_a_forged_request_books_nothing(staffed: Provider) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user())
    assert client.post(PATH, NEW).status_code == 403
    assert not Appointment.objects.exists()
