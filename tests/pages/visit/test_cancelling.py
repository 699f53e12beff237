"""Canceling in two steps, and taking it back."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from scheduler.booking.models import Appointment
from tests.pages.factories import NOW, VISIT_START, make_appointment, page_of
from tests.pages.reading import soup, words_of

pytestmark = pytest.mark.django_db


class TestCancelling:
    def test_is_asked_about_before_it_is_done(self, client: Client) -> None:
        appointment = make_appointment()
        response = client.get(page_of(appointment) + "/cancel")
        assert "Cancel this visit?" in words_of(response)
        appointment.refresh_from_db()
        assert appointment.status == "booked"

    def test_keeps_the_reason_and_wakes_a_worker(self, client: Client, nudges: list[str]) -> None:
        appointment = make_appointment()
        reason = " It snows.\x00" + "x" * 600
        response = client.post(page_of(appointment) + "/cancel", {"reason": reason}, follow=True)
        appointment.refresh_from_db()
        assert appointment.status == "cancelled"
        assert appointment.cancelled_by == "patient"
        assert appointment.cancel_reason == ("It snows." + "x" * 600)[:500]
        assert "This visit will not take place." in words_of(response)
        assert nudges == ["visit.cancel"]

    def test_late_is_told_before_and_after(self, client: Client) -> None:
        path = page_of(make_appointment())
        words = words_of(client.get(path + "/cancel"))
        assert "less than one business day" not in words
        with time_machine.travel(VISIT_START - timedelta(hours=3), tick=False):
            asked = words_of(client.get(path + "/cancel"))
            done = words_of(client.post(path + "/cancel", follow=True))
        assert "Your visit is less than one business day away." in asked
        assert "It was canceled less than one business day ahead." in done

    def test_silences_what_was_said_before(self, client: Client) -> None:
        appointment = make_appointment(status="cancelled", cancelled_at=NOW)
        undone = client.post(page_of(appointment) + "/undo")["Location"]
        assert "Your visit will take place after all." in words_of(client.get(undone))
        client.post(page_of(appointment) + "/cancel")
        back = words_of(client.get(undone))
        assert "Your visit will take place after all." not in back
        assert "This visit will not take place." in back

    @pytest.mark.parametrize("note", ["moved", "restored", "saved", "too-late-to-undo"])
    def test_that_never_was_is_not_told_by_an_address(self, client: Client, note: str) -> None:
        page = client.get(page_of(make_appointment()) + f"?note={note}")
        assert not soup(page).select(".usa-alert")

    def test_is_not_offered_once_the_visit_has_begun(self, client: Client) -> None:
        appointment = make_appointment()
        with time_machine.travel(VISIT_START, tick=False):
            assert client.get(page_of(appointment) + "/cancel").status_code == 303
            response = client.post(page_of(appointment) + "/cancel", follow=True)
        assert "The time of this visit has come." in words_of(response)
        appointment.refresh_from_db()
        assert appointment.status == "booked"


class TestTakingItBack:
    def test_books_the_visit_again(self, client: Client, nudges: list[str]) -> None:
        appointment = make_appointment(status="cancelled", cancelled_at=NOW)
        response = client.post(page_of(appointment) + "/undo", follow=True)
        assert "Your visit will take place after all." in words_of(response)
        appointment.refresh_from_db()
        assert appointment.status == "booked"
        assert nudges == ["visit.cancel"]

    def test_does_not_happen_by_opening_the_address(self, client: Client) -> None:
        appointment = make_appointment(status="cancelled", cancelled_at=NOW)
        client.get(page_of(appointment) + "/undo")
        appointment.refresh_from_db()
        assert appointment.status == "cancelled"

    def test_is_refused_when_somebody_has_the_time(self, client: Client) -> None:
        appointment = make_appointment(status="cancelled", cancelled_at=NOW)
        make_appointment(reference="0THER000")
        response = client.post(page_of(appointment) + "/undo", follow=True)
        assert "We could not bring this visit back." in words_of(response)

    def test_is_refused_where_another_such_visit_was_booked(self, client: Client) -> None:
        gone = make_appointment(status="cancelled", cancelled_at=NOW)
        other = make_appointment(reference="0THER000", start=VISIT_START + timedelta(days=1))
        Appointment.objects.filter(pk=other.pk).update(
            patient=gone.patient, visit_type=gone.visit_type
        )
        response = client.post(page_of(gone) + "/undo", follow=True)
        assert "There is a coming visit of this kind already." in words_of(response)

    def test_is_refused_after_ten_minutes(self, client: Client) -> None:
        earlier = NOW - timedelta(minutes=11)
        appointment = make_appointment(status="cancelled", cancelled_at=earlier)
        response = client.post(page_of(appointment) + "/undo", follow=True)
        assert "We could not bring this visit back." in words_of(response)
