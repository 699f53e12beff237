"""What is not at hand yet, and saying that it is."""

import pytest
from django.http import HttpResponse
from django.test import Client

from scheduler.audit.models import AccessEvent
from scheduler.booking.models import ReadyItem
from tests.factories import at, book
from tests.pages.reading import soup, words_of
from tests.pages.staff.visits import visit
from tests.staff import HTMX

pytestmark = pytest.mark.django_db
LIST = "/staff/ready/"


def rows(answer: HttpResponse) -> list[str]:
    """The names of who is listed."""
    return [found.get_text() for found in soup(answer).select(".ready-row h2")]


def pressed(answer: HttpResponse) -> list[str]:
    """The state that each of the four ticks is in."""
    return [found.get_text() for found in soup(answer).select('[aria-pressed="true"]')]


class TestTheTicksOfAVisit:
    def test_begin_as_the_visit_type_has_them(self, desk: Client) -> None:
        appointment = visit("11:00")
        answer = desk.get(f"/staff/appointments/{appointment.reference}/ready/")
        assert pressed(answer) == ["Needed", "Needed", "Needed", "Not needed"]
        assert "Person ab , First visit Mon Nov 16, 11:00 AM EST" in words_of(answer)

    def test_change_with_a_tap(self, desk: Client) -> None:
        appointment = visit("11:00")
        path = f"/staff/appointments/{appointment.reference}/ready/"
        answer = desk.post(path, {"item": "records", "state": "asked"}, **HTMX)
        assert pressed(answer) == ["Needed", "Asked for", "Needed", "Not needed"]
        assert "Person ab: Records and imaging: Asked for." in answer["HX-Trigger"]
        assert "<html" not in answer.content.decode()
        assert ReadyItem.objects.get().state == "asked"

    def test_are_four_in_four_states(self, desk: Client) -> None:
        path = f"/staff/appointments/{visit('11:00').reference}/ready/"
        assert desk.post(path, {"item": "passport", "state": "asked"}).status_code == 400
        assert desk.post(path, {"item": "records"}).status_code == 400
        assert not ReadyItem.objects.exists()

    def test_are_for_who_may_book(self, clinician: Client) -> None:
        path = f"/staff/appointments/{visit('11:00').reference}/ready/"
        assert clinician.get(path).status_code == 403
        assert clinician.post(path, {"item": "records", "state": "asked"}).status_code == 403
        assert Client().get(path).status_code == 302

    def test_of_a_visit_that_is_not_there_are_not_there(self, desk: Client) -> None:
        assert desk.get("/staff/appointments/AAAAAAAA/ready/").status_code == 404


class TestTheList:
    def test_has_who_misses_something_and_what(self, desk: Client) -> None:
        visit("11:00")
        answer = desk.get(LIST)
        assert rows(answer) == ["Person ab"]
        said = words_of(answer)
        assert "Mon Nov 16 11:00 AM EST Person ab" in said
        assert "Referral: needed" in said
        assert "Authorization:" not in said

    def test_is_narrowed_to_one_thing(self, desk: Client) -> None:
        appointment = visit("11:00")
        path = f"/staff/appointments/{appointment.reference}/ready/"
        desk.post(path, {"item": "referral", "state": "received"}, **HTMX)
        assert rows(desk.get(f"{LIST}?item=referral")) == []
        assert rows(desk.get(f"{LIST}?item=insurance")) == ["Person ab"]
        assert "Referral 0" in words_of(desk.get(LIST))

    def test_loses_who_is_ready_unless_asked(self, desk: Client) -> None:
        appointment = visit("11:00")
        for item in ("referral", "records", "insurance"):
            path = f"/staff/appointments/{appointment.reference}/ready/"
            desk.post(path, {"item": item, "state": "received"}, **HTMX)
        assert rows(desk.get(LIST)) == []
        assert "Everybody who comes is ready" in words_of(desk.get(LIST))
        assert rows(desk.get(f"{LIST}?all")) == ["Person ab"]

    def test_looks_no_further_than_five_business_days(self, desk: Client) -> None:
        book(at("2026-11-24 10:00"))
        assert rows(desk.get(LIST)) == []

    def test_notes_whom_it_showed(self, desk: Client) -> None:
        appointment = visit("11:00")
        desk.get(LIST)
        assert AccessEvent.objects.get().patients == [appointment.patient_id]

    def test_answers_the_rows_alone_where_a_script_asks(self, desk: Client) -> None:
        visit("11:00")
        answer = desk.get(LIST, **HTMX)
        assert rows(answer) == ["Person ab"]
        assert "<html" not in answer.content.decode()

    def test_is_for_who_may_book(self, clinician: Client) -> None:
        assert clinician.get(LIST).status_code == 403
