"""A clinician's own day."""

import pytest
from bs4 import Tag
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from scheduler.accounts.roles import CLINICIAN
from scheduler.audit.models import AccessEvent
from scheduler.booking.models import Appointment
from scheduler.clinic.models import Condition, Provider
from scheduler.patients.models import PatientNote
from tests.factories import NOW
from tests.pages.reading import soup, words_of
from tests.pages.staff.visits import arrived, patient_of, visit
from tests.staff import HTMX, make_user, signed_in

pytestmark = pytest.mark.django_db
MY_DAY = "/staff/my-day/"


def names(answer: HttpResponse) -> list[str]:
    return [found.get_text() for found in soup(answer).select(".own-visit h2")]


def first(answer: HttpResponse) -> Tag:
    found = soup(answer).select_one(".own-visit")
    assert found is not None
    return found


class TestMyDay:
    def test_has_the_next_patient_on_top(self, clinician: Client) -> None:
        visit("09:00", 1, status="completed")
        visit("10:00", 2)
        visit("11:00", 3, status="in_room", in_room_at=NOW)
        visit("13:00", 4)
        answer = clinician.get(MY_DAY)
        assert names(answer) == ["Person ad", "Person ac", "Person ae"]
        assert "With you now" in first(answer).get_text()
        assert "Over 1 9:00 AM Person ab , done" in words_of(answer)

    def test_says_what_the_clinician_needs(self, clinician: Client) -> None:
        appointment = arrived("10:00", came="09:50", interpreter="Spanish", note="Comes by taxi")
        Appointment.objects.filter(pk=appointment.pk).update(condition=Condition.objects.get())
        PatientNote.objects.create(
            patient=patient_of(appointment), text="Hard of hearing", by=make_user(), at=NOW
        )
        answer = clinician.get(MY_DAY)
        said = " ".join(first(answer).get_text(" ").split())
        for fact in (
            "10:00 AM to 11:00 AM",
            "Here, 10 min",
            "First visit",
            "Interpreter: Spanish",
            "Condition Post-laminectomy syndrome",
            "Comes by taxi",
            "Hard of hearing",
        ):
            assert fact in said
        assert "laminectomy" not in str(soup(answer).select(".day-head, title, h1, h2")).lower()
        assert f"/staff/patients/{appointment.patient_id}/" in str(first(answer))

    def test_says_what_is_not_ready(self, clinician: Client) -> None:
        visit("11:00")
        said = " ".join(first(clinician.get(MY_DAY)).get_text(" ").split())
        assert "Not ready Referral (needed), Records and imaging (needed)" in said

    def test_has_nothing_to_press(self, clinician: Client) -> None:
        visit("10:00")
        main = soup(clinician.get(MY_DAY)).find("main")
        assert isinstance(main, Tag)
        assert main.select("button, [hx-post], form") == []

    def test_is_nobody_elses(self, clinician: Client) -> None:
        appointment = visit("10:00")
        erin = Provider.objects.create(slug="erin", name="Erin")
        Appointment.objects.filter(pk=appointment.pk).update(provider=erin)
        assert names(clinician.get(MY_DAY)) == []
        assert "No visits on this day" in words_of(clinician.get(MY_DAY))

    def test_notes_whom_it_showed(self, clinician: Client) -> None:
        appointment = visit("10:00")
        clinician.get(MY_DAY)
        event = AccessEvent.objects.get()
        assert (event.route, event.patients) == ("staff/my-day/", [appointment.patient_id])

    def test_says_so_where_the_user_sees_no_patients(self, dana: Provider) -> None:
        answer = signed_in(make_user(CLINICIAN)).get(MY_DAY)
        assert answer.status_code == 200
        assert "you are not set up as somebody who sees patients" in words_of(answer)

    def test_is_for_clinicians(self, desk: Client) -> None:
        assert desk.get(MY_DAY).status_code == 403
        assert Client().get(MY_DAY).status_code == 302

    def test_takes_the_same_queries_for_one_visit_and_for_six(
        self, clinician: Client, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        condition = Condition.objects.get()
        visit("09:00", 1, condition=condition)
        clinician.get(MY_DAY, **HTMX)
        with django_assert_num_queries(QUERIES):
            clinician.get(MY_DAY, **HTMX)
        for number in range(2, 7):
            visit(f"{8 + number}:00".zfill(5), number, condition=condition)
        with django_assert_num_queries(QUERIES):
            clinician.get(MY_DAY, **HTMX)


# Session, user, rights, provider, clinic, closed days, version, delays, visits, ticks,
# notes, the condition's name, and the audit log.
QUERIES = 13
