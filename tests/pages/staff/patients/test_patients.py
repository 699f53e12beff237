"""Finding patients, and one patient's page."""

from datetime import date, datetime

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from scheduler.audit.models import AccessEvent
from scheduler.booking.models import Appointment
from scheduler.contact_requests.models import ContactRequest
from scheduler.core.message_status import MessageStatus
from scheduler.messaging.consent.opt_out import opt_out
from scheduler.messaging.models import Consent, Message, OptOut
from scheduler.patients.change import Details, change_patient
from scheduler.patients.merge import merge_patients
from scheduler.patients.models import Contact, Patient, PatientNote
from tests.factories import (
    EMAIL,
    NOW,
    PHONE,
    a_person,
    at,
    book,
    make_contact,
    make_patient,
    make_provider,
    somebody,
)
from tests.pages.reading import soup, words_of
from tests.staff import HTMX, make_clinician, signed_in

pytestmark = pytest.mark.django_db
SEARCH = "/staff/patients/"


@pytest.fixture(autouse=True)
def _nobody_to_wake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.pages.staff.patients.patient.nudge", lambda: None)


@pytest.fixture
def ana(staffed: object) -> Patient:
    """Ana, with a visit on Tuesday."""
    patient = book().patient
    assert patient is not None
    return patient


def page_of(patient: Patient) -> str:
    return f"/staff/patients/{patient.pk}/"


def details(**changes: str) -> dict[str, str]:
    return {
        "name": "Ana Ruiz",
        "date_of_birth": "3/9/1958",
        "phone": "(419) 555-0123",
        "email": EMAIL,
        "language": "en",
        **changes,
    }


def cost(client: Client) -> int:
    """The queries of one search as somebody types."""
    with CaptureQueriesContext(connection) as queries:
        assert "Person" in client.get(SEARCH, {"q": "person"}, **HTMX).content.decode()
    return len(queries)


class TestTheSearch:
    def test_works_without_a_script(self, desk: Client, ana: Patient) -> None:
        page = desk.get(SEARCH, {"q": "rui"})
        assert soup(page).select_one("#found a")["href"] == page_of(ana)
        assert "03/09/1958" in words_of(page)
        assert "(419) 555-0123" in words_of(page)
        assert "Tue Nov 24, 2026, 10:00 AM EST" in words_of(page)

    def test_gives_a_script_what_was_found_alone(self, desk: Client, ana: Patient) -> None:
        answer = desk.get(SEARCH, {"q": "0123"}, **HTMX)
        assert "Ana Ruiz" in answer.content.decode()
        assert soup(answer).find("main") is None

    def test_says_when_nobody_is_found(self, desk: Client, ana: Patient) -> None:
        assert "Nobody is found by “<zoe>”" in words_of(desk.get(SEARCH, {"q": "<zoe>"}))

    def test_finds_nobody_before_something_is_typed(self, desk: Client, ana: Patient) -> None:
        assert "Ana Ruiz" not in words_of(desk.get(SEARCH))

    def test_is_on_the_trail(self, desk: Client, ana: Patient) -> None:
        desk.get(SEARCH, {"q": "ana"})
        assert AccessEvent.objects.get().patients == [ana.pk]

    def test_costs_the_same_queries_for_one_and_for_many(self, desk: Client, ana: Patient) -> None:
        make_patient("Person A")
        cost(desk)  # the first one of a session writes when it was
        one = cost(desk)
        for number in range(15):
            make_patient(f"Person {chr(97 + number)}")
        assert cost(desk) == one


class TestThePage:
    def test_shows_everything_that_is_kept(self, desk: Client, ana: Patient) -> None:
        Contact.objects.create(patient=ana, name="Luz Ruiz", relation="daughter", phone=PHONE)
        ContactRequest.objects.create(
            reference="REQ00001", name="Ana", phone=PHONE, patient=ana, note="About Tuesday",
            promised_by=NOW, created_at=NOW,
        )  # fmt: skip
        Message.objects.filter(kind="confirmation", channel="sms").update(
            status="undelivered", error_code="30006"
        )
        said = words_of(desk.get(page_of(ana)))
        for words in (
            "March 9, 1958",
            "Luz Ruiz (daughter)",
            "Tue Nov 24, 2026, 10:00 AM EST",
            "First visit with Dana",
            "Text: A visit is booked",
            "did not arrive a landline",
            "texts agreed",
            "About Tuesday",
        ):
            assert words in said

    def test_leads_to_each_visit_whether_coming_or_past(self, desk: Client, ana: Patient) -> None:
        past = book(at("2026-11-25 10:00"), person=somebody(1))
        Appointment.objects.filter(pk=past.pk).update(patient=ana, status="cancelled")
        links = {link["href"] for link in soup(desk.get(page_of(ana))).select(".visits a")}
        visits = Appointment.objects.values_list("reference", flat=True)
        assert links == {f"/staff/appointments/{reference}/" for reference in visits}
        assert {desk.get(link).status_code for link in links} == {200}

    def test_leads_to_a_booking_for_them(self, desk: Client, ana: Patient) -> None:
        hrefs = {link["href"] for link in soup(desk.get(page_of(ana))).select("main a")}
        assert f"/staff/?book={ana.pk}" in hrefs

    def test_is_there_for_nobody_unknown(self, desk: Client, ana: Patient) -> None:
        assert desk.get("/staff/patients/999999/").status_code == 404

    def test_keeps_what_was_typed_from_being_markup(self, desk: Client, ana: Patient) -> None:
        desk.post(f"{page_of(ana)}note/", {"text": "<script>alert(1)</script>"})
        assert soup(desk.get(page_of(ana))).select("main script") == []


class TestAClinician:
    def test_sees_their_own_patients_and_changes_nothing(
        self, clinician: Client, ana: Patient
    ) -> None:
        page = clinician.get(page_of(ana))
        assert page.status_code == 200
        assert soup(page).select("main form") == []
        for action in ("note", "consent", "edit"):
            assert clinician.post(f"{page_of(ana)}{action}/", {"text": "x"}).status_code == 403
        assert not PatientNote.objects.exists()

    def test_is_led_to_their_own_visits_alone(self, clinician: Client, ana: Patient) -> None:
        make_provider("omar")
        others = book(at("2026-11-25 10:00"), person=somebody(1), provider="omar")
        Appointment.objects.filter(pk=others.pk).update(patient=ana)
        page = clinician.get(page_of(ana))
        assert others.reference in words_of(page)
        (link,) = soup(page).select(".visits a")
        assert clinician.get(link["href"]).status_code == 200

    def test_does_not_see_another_s(self, ana: Patient) -> None:
        other = signed_in(make_clinician(make_provider("omar")))
        assert other.get(page_of(ana)).status_code == 404
        assert not AccessEvent.objects.exists()


class TestDetails:
    def test_are_changed_and_found_by_the_new_ones(self, desk: Client, ana: Patient) -> None:
        form = details(name="Ana O'Neil", phone="419-555-0199", date_of_birth="1958-03-10")
        assert desk.post(f"{page_of(ana)}edit/", form).status_code == 302
        ana.refresh_from_db()
        assert (ana.name, ana.folded_name, str(ana.phone), ana.date_of_birth) == (
            "Ana O'Neil",
            "ana oneil",
            "+14195550199",
            date(1958, 3, 10),
        )
        assert "Ana O'Neil" in words_of(desk.get(SEARCH, {"q": "0199"}))

    def test_that_another_contact_has_already_make_that_one_answer(
        self, desk: Client, ana: Patient
    ) -> None:
        visit = Appointment.objects.get(patient=ana)
        twin = make_contact(ana, phone="+14195550199", email=ana.email)
        desk.post(f"{page_of(ana)}edit/", details(phone="419-555-0199", email=ana.email))
        visit.refresh_from_db()
        assert visit.contact == twin
        planned = Message.objects.filter(channel="sms", status=MessageStatus.PLANNED)
        assert {message.to for message in planned} == {"+14195550199"}

    def test_take_contact_and_planned_messages_along(self, desk: Client, ana: Patient) -> None:
        desk.post(f"{page_of(ana)}edit/", details(phone="419-555-0199", email=""))
        contact = Contact.objects.get(patient=ana)
        assert (str(contact.phone), contact.email) == ("+14195550199", "")
        planned = Message.objects.filter(kind__startswith="reminder")
        texts = planned.filter(channel="sms", status=MessageStatus.PLANNED)
        assert {message.to for message in texts} == {"+14195550199"}
        mails = planned.filter(channel="email")
        assert {(m.status, m.reason) for m in mails} == {("suppressed", "no-address")}

    def test_leave_the_messages_to_who_helps(self, desk: Client, staffed: object) -> None:
        visit = book(person=a_person(contact_name="Luz Ruiz", relation="daughter"))
        assert visit.patient is not None
        desk.post(f"{page_of(visit.patient)}edit/", details(phone="419-555-0199"))
        assert str(Contact.objects.get().phone) == PHONE
        assert not Message.objects.filter(to="+14195550199").exists()

    @pytest.mark.parametrize(
        ("field", "typed", "said"),
        [
            ("name", "", "Write the name."),
            ("name", "12", "Write the name with letters"),
            ("date_of_birth", "31/31/1958", "month, day, and year"),
            ("date_of_birth", "01/01/2080", "month, day, and year"),
            ("phone", "12", "area code"),
            ("email", "ana@", "email address such as"),
        ],
    )
    def test_that_are_wrong_are_said_and_kept_as_typed(
        self, desk: Client, ana: Patient, field: str, typed: str, said: str
    ) -> None:
        page = desk.post(f"{page_of(ana)}edit/", details(**{field: typed}))
        assert page.status_code == 422
        assert said in words_of(page)
        box = soup(page).select_one(f"#id_{field}")
        assert (box["value"], box["aria-invalid"]) == (typed, "true")
        assert str(Patient.objects.get(pk=ana.pk).phone) == PHONE

    def test_are_not_saved_on_a_record_that_is_merged_away_meanwhile(
        self, desk: Client, ana: Patient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        kept = make_patient("Ana Ruiz Kept")

        def merge_first(patient_id: int, given: Details, *, now: datetime) -> Patient:
            merge_patients(kept.pk, patient_id)
            return change_patient(patient_id, given, now=now)

        monkeypatch.setattr("scheduler.pages.staff.patients.patient.change_patient", merge_first)
        page = desk.post(f"{page_of(ana)}edit/", details(phone="419-555-0199"), follow=True)
        assert page.status_code == 200
        assert b"Your changes are not saved" in page.content
        kept.refresh_from_db()
        assert kept.phone != "+14195550199"


class TestNotes:
    def test_are_added_with_who_and_when(self, desk: Client, ana: Patient) -> None:
        desk.post(f"{page_of(ana)}note/", {"text": "Prefers mornings"})
        note = PatientNote.objects.get()
        assert (note.text, note.by, note.at) == ("Prefers mornings", User.objects.get(), NOW)
        assert "Nov 16, 2026, 10:00 AM, desk Prefers mornings" in words_of(desk.get(page_of(ana)))

    @pytest.mark.parametrize("text", ["", "  ", "x" * 2001])
    def test_must_say_something_short(self, desk: Client, ana: Patient, text: str) -> None:
        assert desk.post(f"{page_of(ana)}note/", {"text": text}).status_code == 422
        assert not PatientNote.objects.exists()


class TestConsent:
    def send(self, client: Client, patient: Patient, **changes: str) -> int:
        form = {
            "channel": "sms",
            "address": PHONE,
            "language": "en",
            "answer": "agreed",
            "read_aloud": "on",
            **changes,
        }
        return client.post(f"{page_of(patient)}consent/", form).status_code

    def test_is_written_down_with_the_sentence_that_was_read(
        self, desk: Client, ana: Patient
    ) -> None:
        assert self.send(desk, ana, language="es") == 302
        consent = Consent.objects.latest("pk")
        assert (consent.granted, consent.language, consent.source) == (True, "es", "staff: desk")
        assert consent.wording.startswith("Envíenme mensajes")

    def test_needs_the_sentence_to_be_read(self, desk: Client, ana: Patient) -> None:
        before = Consent.objects.count()
        assert self.send(desk, ana, read_aloud="") == 422
        assert Consent.objects.count() == before

    def test_is_taken_back_at_once(self, desk: Client, ana: Patient) -> None:
        self.send(desk, ana, answer="withdrawn", read_aloud="")
        assert not Consent.objects.latest("pk").granted
        assert not Message.objects.filter(channel="sms", status="planned").exists()
        assert "stopped" in words_of(desk.get(page_of(ana)))

    def test_may_come_back_after_staff_stopped_it(self, desk: Client, ana: Patient) -> None:
        self.send(desk, ana, answer="withdrawn", read_aloud="")
        self.send(desk, ana)
        assert not OptOut.objects.filter(lifted_at=None).exists()
        assert "texts agreed" in words_of(desk.get(page_of(ana)))

    def test_does_not_start_again_what_they_stopped_by_text(
        self, desk: Client, ana: Patient
    ) -> None:
        OptOut.objects.create(channel="sms", address=PHONE, source="text", at=NOW)
        self.send(desk, ana)
        assert OptOut.objects.filter(lifted_at=None).exists()
        assert "Only they can start it again" in desk.get(page_of(ana)).content.decode()

    def test_goes_on_where_a_text_was_no_stop(self, desk: Client, ana: Patient) -> None:
        opt_out("sms", PHONE, source="text", paused_for_staff=True, now=NOW)
        assert "paused" in words_of(desk.get(page_of(ana)))
        self.send(desk, ana, answer="no-stop", read_aloud="")
        stop = OptOut.objects.get()
        assert (stop.lifted_at, stop.lifted_by) == (NOW, User.objects.get())
        assert Message.objects.filter(channel="sms", status="planned").exists()
        self.send(desk, ana, answer="no-stop", read_aloud="")
        assert "not paused any more" in desk.get(page_of(ana)).content.decode()

    def test_is_only_for_the_patient_s_own_addresses(self, desk: Client, ana: Patient) -> None:
        assert self.send(desk, ana, address="+14195550100") == 404

    def test_is_shown_with_its_history(self, desk: Client, ana: Patient) -> None:
        page = words_of(desk.get(page_of(ana)))
        assert "History (1)" in page
        assert "Agreed (booking by patient)" in page


class TestTheCost:
    def test_of_a_page_does_not_grow_with_visits(
        self, desk: Client, ana: Patient, django_assert_max_num_queries: object
    ) -> None:
        desk.get(page_of(ana))
        for day in range(1, 5):
            visit = book(at(f"2026-12-0{day} 10:00"), person=somebody(day))
            Appointment.objects.filter(pk=visit.pk).update(patient=ana)
        with django_assert_max_num_queries(24):  # type: ignore[operator]
            desk.get(page_of(ana))
