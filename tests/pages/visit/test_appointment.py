"""The patient's appointment: what it says in each state, and confirming it."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from scheduler.booking.models import Appointment
from tests.pages.factories import (
    NOW,
    VISIT_START,
    make_appointment,
    make_visit_type,
    page_of,
    token,
)
from tests.pages.reading import soup, words_of

pytestmark = pytest.mark.django_db


def actions_of(client: Client, appointment: Appointment) -> set[str]:
    """The last part of every address on the page that is about this visit."""
    page = soup(client.get(page_of(appointment))).main
    addresses = [a["href"] for a in page.select("a")] + [f["action"] for f in page.select("form")]
    return {a.split("/")[-1] for a in addresses if a.startswith("/a/")}


class TestTheAppointmentPage:
    def test_says_when_where_and_with_whom(self, client: Client) -> None:
        words = words_of(client.get(page_of(make_appointment())))
        for wanted in (
            "Tuesday, November 24, 2026",
            "10:00 AM Eastern time (EST)",
            "Arrive by 9:40 AM",
            "Dana Whitfield, MD",
            "229 West Main Cross St., Suite 58, Findlay, OH 45840",
            "Bring your insurance card.",
            "7KQ2M9XA",
        ):
            assert wanted in words

    def test_shows_the_way_by_a_map_to_who_chooses_to_open_it(self, client: Client) -> None:
        link = soup(client.get(page_of(make_appointment()))).select_one(".visit .map-link")
        assert "229+West+Main" in link["href"]
        assert link["rel"] == ["noreferrer"]

    def test_says_it_in_spanish(self, client: Client) -> None:
        words = words_of(client.get(page_of(make_appointment(language="es"))))
        assert "Martes 24 de noviembre de 2026" in words
        assert "Primera cita (60 minutos)" in words
        assert "Traiga su tarjeta del seguro." in words

    def test_links_to_what_to_read_without_naming_it(self, client: Client) -> None:
        appointment = make_appointment()
        page = soup(client.get(page_of(appointment))).main
        link = page.find("a", string=lambda text: "Read before your visit" in (text or ""))
        link = link or page.select_one(f'a[href$="/i/{token(appointment, "i")}"]')
        assert link["href"].endswith(f"/i/{token(appointment, 'i')}")
        assert "laminectomy" not in page.get_text().lower()

    def test_tells_a_phone_visit_apart(self, client: Client) -> None:
        phone = make_visit_type(slug="phone", by_phone=True, name="Phone visit")
        words = words_of(client.get(page_of(make_appointment(visit_type=phone))))
        assert "By phone: we call you at (419) 555-0123." in words
        assert "Arrive by" not in words

    @pytest.mark.parametrize(
        ("status", "fields", "said", "offered"),
        [
            ("booked", {}, "Booked", {"confirm", "change", "cancel", "calendar.ics"}),
            ("confirmed", {}, "Booked and confirmed", {"change", "cancel", "calendar.ics"}),
            (
                "held",
                {"hold_expires_at": NOW + timedelta(minutes=15), "code_channel": "sms"},
                "We're keeping this time for you until 10:15 AM. It is yours once the code",
                set(),
            ),
            (
                "held",
                {"hold_expires_at": NOW + timedelta(hours=26)},
                "until Tuesday, November 17, 2026, 12:00 PM EST. We call you before then",
                set(),
            ),
            ("held", {"hold_expires_at": NOW}, "No longer kept", set()),
            ("expired", {}, "No longer kept", set()),
            ("cancelled", {"cancelled_at": NOW}, "Canceled", {"undo"}),
            ("cancelled", {"cancelled_at": NOW - timedelta(minutes=11)}, "Canceled", set()),
            ("arrived", {}, "You are checked in", set()),
            ("in_room", {}, "You are checked in", set()),
            ("no_show", {}, "In the past", set()),
            ("completed", {}, "In the past", set()),
        ],
    )
    def test_says_how_it_stands_and_offers_what_is_possible(
        self, client: Client, status: str, fields: dict[str, object], said: str, offered: set[str]
    ) -> None:
        appointment = make_appointment(status=status, **fields)
        assert said in words_of(client.get(page_of(appointment)))
        assert actions_of(client, appointment) == offered

    @pytest.mark.parametrize(
        ("now", "offered"),
        [
            (VISIT_START - timedelta(hours=2), {"confirm", "change", "cancel", "calendar.ics"}),
            (VISIT_START - timedelta(minutes=119), {"confirm", "cancel", "calendar.ics"}),
            (VISIT_START, {"calendar.ics"}),
            (VISIT_START + timedelta(hours=1), set()),
        ],
    )
    def test_offers_less_as_the_visit_comes_near(
        self, client: Client, now: datetime, offered: set[str]
    ) -> None:
        appointment = make_appointment()
        with time_machine.travel(now, tick=False):
            assert actions_of(client, appointment) == offered


class TestConfirming:
    def test_is_said_on_the_page_afterwards(self, client: Client) -> None:
        appointment = make_appointment()
        response = client.post(page_of(appointment) + "/confirm")
        assert (response.status_code, response["Location"]) == (303, page_of(appointment))
        assert "Booked and confirmed" in words_of(client.get(response["Location"]))

    def test_does_not_happen_by_opening_the_address(self, client: Client) -> None:
        appointment = make_appointment()
        assert client.get(page_of(appointment) + "/confirm").status_code == 303
        assert client.head(page_of(appointment) + "/confirm").status_code == 303
        appointment.refresh_from_db()
        assert appointment.status == "booked"

    def test_is_refused_once_the_visit_has_begun(self, client: Client) -> None:
        appointment = make_appointment()
        with time_machine.travel(VISIT_START, tick=False):
            response = client.post(page_of(appointment) + "/confirm", follow=True)
        assert "The time of this visit has come." in words_of(response)

    def test_of_a_cancelled_visit_shows_how_it_stands(self, client: Client) -> None:
        appointment = make_appointment(status="cancelled", cancelled_at=NOW)
        response = client.post(page_of(appointment) + "/confirm", follow=True)
        assert "Your visit changed in the meantime." in words_of(response)


class TestTheCalendarFile:
    def test_names_neither_patient_nor_condition(self, client: Client) -> None:
        response = client.get(page_of(make_appointment()) + "/calendar.ics")
        assert response["Content-Type"].startswith("text/calendar")
        ics = response.content.decode()
        assert "SUMMARY:PMG Findlay: Visit" in ics
        for word in ("Ana", "laminectomy", "pain-", "syndrome"):
            assert word not in ics

    def test_of_a_cancelled_visit_takes_it_out_of_the_calendar(self, client: Client) -> None:
        appointment = make_appointment(status="cancelled", cancelled_at=NOW)
        ics = client.get(page_of(appointment) + "/calendar.ics").content.decode()
        assert "METHOD:CANCEL" in ics
