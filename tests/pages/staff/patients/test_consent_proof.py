"""The page that proves what one number or address agreed to."""

from datetime import timedelta

import pytest
from django.test import Client

from scheduler.audit.models import AccessEvent
from scheduler.booking.models import Appointment
from scheduler.messaging.consent.preferences import set_preferences
from scheduler.messaging.consent.stop_reminders import stop_reminders
from scheduler.messaging.consent.wordings import MAILS, TEXTS
from scheduler.messaging.models import BadAddress, Consent
from scheduler.replies.receive import receive
from tests.factories import EMAIL, NOW, PHONE, a_person, body, book
from tests.pages.reading import soup, words_of

pytestmark = pytest.mark.django_db
PATH = "/staff/patients/agreed/"
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _nobody_to_wake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.pages.staff.patients.patient.nudge", lambda: None)


@pytest.fixture
def visit(staffed: object) -> Appointment:
    return book(person=a_person(language="es", consent_language="es"))


def proof(desk: Client, address: str) -> list[str]:
    """The events, the oldest first."""
    page = soup(desk.get(PATH, {"address": address}))
    return [item.get_text(" ", strip=True) for item in page.select("main ol > li")]


def now_allowed(desk: Client, address: str) -> dict[str, str]:
    page = soup(desk.get(PATH, {"address": address}))
    rows = page.select("main table tbody tr")
    return {row.th.get_text(strip=True).split(":")[0]: row.td.get_text(strip=True) for row in rows}


class TestThePage:
    def test_shows_the_very_words_and_their_version(self, desk: Client, visit: object) -> None:
        (agreed,) = proof(desk, "(419) 555-0123")
        assert TEXTS.words["es"] in agreed
        assert "version texts-1" in agreed
        assert "On a page" in agreed
        assert "Ana Ruiz" in agreed

    def test_finds_a_mail_address(self, desk: Client, visit: object) -> None:
        (agreed,) = proof(desk, "Ana@example.org")
        assert MAILS.words["es"] in agreed

    def test_shows_words_of_years_ago_as_they_were(self, desk: Client, visit: object) -> None:
        Consent.objects.filter(channel="sms").update(
            wording="Text me, as we put it in 2020.", wording_version="texts-0"
        )
        assert "Text me, as we put it in 2020." in proof(desk, PHONE)[0]

    def test_tells_of_a_stop_and_a_start_in_their_words(self, desk: Client, visit: object) -> None:
        receive("SM1", PHONE, "Stop.", now=NOW + HOUR)
        receive("SM2", PHONE, "START", now=NOW + 2 * HOUR)
        words = proof(desk, PHONE)
        assert len(words) == 4
        assert "“Stop.”" in words[1]
        assert "Stopped" in words[1]
        assert "“START”" in words[2] + words[3]
        assert TEXTS.words["es"] in words[2] + words[3]

    def test_tells_of_a_click_in_a_mail(self, desk: Client, visit: object) -> None:
        stop_reminders("email", EMAIL, source="link in a reminder", now=NOW + HOUR)
        assert "link in a reminder" in proof(desk, EMAIL)[-1]
        assert "No more reminders, all else as before" in proof(desk, EMAIL)[-1]
        assert now_allowed(desk, EMAIL) == {
            "About visits": "yes",
            "Reminders of visits": "no",
            "Codes and links that they ask for": "yes",
        }

    def test_names_who_wrote_it_down_and_from_where(self, desk: Client, visit: Appointment) -> None:
        typed = {"channel": "sms", "address": PHONE, "language": "en", "answer": "withdrawn"}
        desk.post(f"/staff/patients/{visit.patient_id}/consent/", typed, REMOTE_ADDR="198.51.100.7")
        took_back = next(line for line in proof(desk, PHONE) if "Took it back" in line)
        assert "At the desk" in took_back
        assert "desk" in took_back
        assert "198.51.100.7" in took_back
        assert set(now_allowed(desk, PHONE).values()) == {"no"}

    def test_tells_of_reminders_of_one_visit(
        self, desk: Client, visit: Appointment, client: Client
    ) -> None:
        set_preferences(visit.pk, reminders_on=False, now=NOW + HOUR)
        assert "Reminders of one visit turned off" in proof(desk, PHONE)[-1]

    def test_tells_of_a_number_that_can_not_be_reached(self, desk: Client, visit: object) -> None:
        BadAddress.objects.create(channel="sms", address=PHONE, code="30006", at=NOW + HOUR)
        assert "a landline" in proof(desk, PHONE)[-1]
        assert now_allowed(desk, PHONE)["About visits"] == "no"

    def test_of_a_stranger_says_that_nothing_was_said(self, desk: Client) -> None:
        assert proof(desk, "(419) 555-0199") == ["Nothing was ever said about it."]
        assert now_allowed(desk, "(419) 555-0199") == {
            "About visits": "no",
            "Reminders of visits": "no",
            "Codes and links that they ask for": "yes",
        }

    def test_is_a_look_at_whoever_has_the_number(self, desk: Client, visit: Appointment) -> None:
        desk.get(PATH, {"address": PHONE})
        look = AccessEvent.objects.latest("pk")
        assert (look.route, look.patients) == ("staff/patients/agreed/", [visit.patient_id])

    def test_says_what_is_no_address(self, desk: Client) -> None:
        answer = desk.get(PATH, {"address": "12"})
        assert answer.status_code == 422
        assert "Give a phone number" in words_of(answer)

    def test_is_for_who_sees_patients(self, clinician: Client) -> None:
        assert clinician.get(PATH).status_code == 403

    def test_is_linked_from_the_patient_and_the_conversation(
        self, desk: Client, visit: Appointment
    ) -> None:
        for path in (
            f"/staff/patients/{visit.patient_id}/",
            f"/staff/messages/with/{visit.patient_id}/",
        ):
            links = [link["href"] for link in soup(desk.get(path)).find_all("a", href=True)]
            assert f"{PATH}?address=%2B{PHONE[1:]}" in links


class TestWhereItWasSaid:
    def test_a_booking_through_the_api_says_so(
        self, client: Client, staffed: object, settings: object
    ) -> None:
        settings.BOOKING_VERIFICATION = False  # type: ignore[attr-defined]
        answer = client.post(
            "/api/v1/appointments",
            body(),
            content_type="application/json",
            REMOTE_ADDR="203.0.113.9",
        )
        assert answer.status_code == 201, answer.content
        for one in Consent.objects.all():
            assert (one.route, one.ip, one.name) == ("api", "203.0.113.9", "Ana Ruiz")
            assert one.by is None
