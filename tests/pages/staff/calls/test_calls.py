"""The call queue as the desk works it."""

from datetime import timedelta

import pytest
import time_machine
from bs4 import Tag
from django.test import Client

from scheduler.accounts.roles import DESK
from scheduler.audit.models import AccessEvent
from scheduler.booking.models import Appointment
from scheduler.contact_requests.models import CallAttempt, ContactRequest
from scheduler.worklist.models import StaffTask
from tests.calls import ask, call_desk, close_on, keep
from tests.factories import NOW, at, book, make_patient
from tests.pages.reading import soup, words_of
from tests.staff import HTMX, make_user, signed_in

pytestmark = pytest.mark.django_db
CALLS = "/staff/calls/"
LOG = {"outcome": "no-answer", "note": ""}


@pytest.fixture(autouse=True)
def _nobody_to_wake(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("request", "steps"):
        monkeypatch.setattr(f"scheduler.pages.staff.calls.{module}.nudge", lambda: None)


def card(client: Client, key: str) -> Tag:
    found = soup(client.get(CALLS)).find(id=key)
    assert found is not None
    return found


def said(client: Client, key: str) -> str:
    return " ".join(card(client, key).get_text(" ").split())


class TestTheQueue:
    def test_says_who_why_when_and_how_late_in_words(
        self, desk: Client, at_a_fixed_time: time_machine.Traveller
    ) -> None:
        request = ask(
            language="es", days=[NOW.date()], part_of_day="morning", note="About my bill", email=""
        )
        at_a_fixed_time.move_to(at("2026-11-16 15:20"))
        words = said(desk, f"request-{request.pk}")
        for part in (
            "Ana Ruiz",
            "(419) 555-0123",
            "Spanish",
            "Wants to book a visit",
            "“About my bill”",
            "Times that suit: Mon Nov 16; mornings",
            "1 h 20 min late",
            "Promised by Mon Nov 16, 2:00 PM",
        ):
            assert part in words
        assert card(desk, f"request-{request.pk}").find("a", href="tel:+14195550123")
        assert "Late: 1" in words_of(desk.get(CALLS))

    def test_holds_every_kind_of_call(
        self, desk: Client, at_a_fixed_time: time_machine.Traveller
    ) -> None:
        at_a_fixed_time.move_to(at("2026-11-23 14:00"))
        now = at("2026-11-23 14:00")
        request, visit = ask(now=now), book()
        kept, closed = keep(at("2026-11-30 10:00"), now=now), close_on(now=now)
        assert "We keep a time for them until you call" in said(desk, f"hold-{kept.pk}")
        assert "Born 03/09/1958" in said(desk, f"hold-{kept.pk}")
        assert "We called off their visit" in said(desk, f"closed-{closed.pk}")
        assert "Has not confirmed: First visit" in said(desk, f"visit-{visit.pk}")
        hrefs = {a["href"] for a in soup(desk.get(CALLS)).select("[data-panel][href]")}
        assert f"/staff/book/?request={request.pk}" in hrefs
        assert (
            f"/staff/book/?patient={closed.appointment.patient_id}&visit_type=new-patient" in hrefs
        )

    def test_is_on_the_trail(self, desk: Client) -> None:
        task = close_on()
        desk.get(CALLS)
        assert AccessEvent.objects.get().patients == [task.appointment.patient_id]

    def test_answers_who_asks_again_only_where_it_changed(self, desk: Client) -> None:
        task = close_on()
        part = desk.get(CALLS, **HTMX)
        again = soup(part).find(id="calls")["hx-get"]
        shown = AccessEvent.objects.count()
        polled = desk.get(again, **HTMX, headers={"X-Poll": "1"})
        assert (polled.status_code, polled.content) == (204, b"")
        assert AccessEvent.objects.count() == shown
        desk.post(f"{CALLS}closed/{task.pk}/claim/")
        assert desk.get(again, **HTMX).status_code == 200

    def test_is_not_for_clinicians(self, clinician: Client) -> None:
        request = ask()
        for path in ("", "done/", f"{request.pk}/", f"request/{request.pk}/log/"):
            assert clinician.get(CALLS + path).status_code == 403
        assert clinician.post(f"{CALLS}request/{request.pk}/claim/").status_code == 403


class TestClaiming:
    def test_is_seen_by_others_and_lost_by_the_second(self, desk: Client) -> None:
        request = ask()
        other = signed_in(make_user(DESK, "marta", first_name="Marta", last_name="Diaz"))
        answer = other.post(f"{CALLS}request/{request.pk}/claim/", **HTMX)
        assert "You have it" in answer.content.decode()
        assert "Marta Diaz has it" in said(desk, f"request-{request.pk}")
        answer = desk.post(f"{CALLS}request/{request.pk}/claim/", **HTMX)
        assert "Marta Diaz was quicker and has it." in answer["HX-Trigger"]
        assert "Marta Diaz has it" in answer.content.decode()

    def test_can_be_given_back(self, desk: Client) -> None:
        request = ask()
        desk.post(f"{CALLS}request/{request.pk}/claim/")
        answer = desk.post(f"{CALLS}request/{request.pk}/give-back/", follow=True)
        assert "anybody can take it" in answer.content.decode()
        assert "has it" not in said(desk, f"request-{request.pk}")


class TestLogging:
    def test_in_the_panel_closes_it_and_tells_the_list(self, desk: Client) -> None:
        request = ask()
        path = f"{CALLS}request/{request.pk}/log/"
        assert "How did the call go? Ana Ruiz" in desk.get(path, **HTMX).content.decode()
        answer = desk.post(path, {"outcome": "left-word", "note": "her son"}, **HTMX)
        assert answer.content == b""
        assert '"closePanel"' in answer["HX-Trigger"]
        assert '"changed"' in answer["HX-Trigger"]
        assert "1 try, the last: left word Mon Nov 16, 10:00 AM by desk" in said(
            desk, f"request-{request.pk}"
        )

    def test_asks_how_it_ended(self, desk: Client) -> None:
        request = ask()
        answer = desk.post(f"{CALLS}request/{request.pk}/log/", {"note": "x"}, **HTMX)
        assert answer.status_code == 422
        assert "Say how the call ended." in answer.content.decode()
        assert not CallAttempt.objects.exists()

    def test_a_third_try_takes_it_off_the_queue_into_the_history(self, desk: Client) -> None:
        request = ask()
        for _ in range(3):
            answer = desk.post(f"{CALLS}request/{request.pk}/log/", LOG, follow=True)
        assert "off the queue" in answer.content.decode()
        assert "Nobody is waiting" in words_of(desk.get(CALLS))
        assert "Ana Ruiz Not reached" in words_of(desk.get(f"{CALLS}done/"))

    def test_confirms_a_visit(self, desk: Client, at_a_fixed_time: time_machine.Traveller) -> None:
        visit = book()
        at_a_fixed_time.move_to(at("2026-11-23 14:00"))
        desk.post(f"{CALLS}visit/{visit.pk}/log/", {"outcome": "reached"})
        visit.refresh_from_db()
        assert (visit.status, visit.confirmed_via) == ("confirmed", "staff")
        assert "Ana Ruiz Reached" in words_of(desk.get(f"{CALLS}done/"))

    def test_says_that_somebody_was_quicker(self, desk: Client) -> None:
        request = ask()
        ContactRequest.objects.update(status="withdrawn")
        answer = desk.post(f"{CALLS}request/{request.pk}/log/", LOG, **HTMX)
        assert answer.status_code == 409
        assert "off the queue already" in answer.content.decode()

    def test_of_what_is_not_there_is_not_found(self, desk: Client) -> None:
        for kind in ("request", "hold", "closed", "visit"):
            assert desk.get(f"{CALLS}{kind}/999/log/").status_code == 404


class TestAKeptTime:
    def test_is_booked_from_the_panel(self, desk: Client) -> None:
        task = keep()
        form = desk.get(f"{CALLS}hold/{task.pk}/log/", **HTMX).content.decode()
        assert "I reached them: book it" in form
        answer = desk.post(f"{CALLS}hold/{task.pk}/book/", **HTMX)
        assert "Booked." in answer["HX-Trigger"]
        assert Appointment.objects.get().status == "booked"
        assert "Nobody is waiting" in words_of(desk.get(CALLS))

    def test_that_ran_out_says_so(self, desk: Client) -> None:
        task = keep()
        Appointment.objects.update(hold_expires_at=NOW - timedelta(minutes=1))
        answer = desk.post(f"{CALLS}hold/{task.pk}/book/", **HTMX)
        assert answer.status_code == 409
        assert "let go meanwhile" in answer.content.decode()

    def test_is_given_back(self, desk: Client) -> None:
        task = keep()
        desk.post(f"{CALLS}hold/{task.pk}/free/")
        assert Appointment.objects.get().status == "expired"
        assert StaffTask.objects.get().done_by.username == "desk"


class TestARequest:
    def test_has_a_page_with_its_tries(self, desk: Client) -> None:
        request = ask(note="Please after lunch")
        desk.post(f"{CALLS}request/{request.pk}/log/", LOG | {"note": "engaged"})
        words = words_of(desk.get(f"{CALLS}{request.pk}/"))
        assert "Please after lunch" in words
        assert "no answer Mon Nov 16, 10:00 AM by desk : engaged" in words.replace(
            "desk:", "desk :"
        )

    def test_is_linked_to_a_patient_with_the_number_or_one_found(self, desk: Client) -> None:
        request = ask(name="Eva Ruiz")
        ana = make_patient()
        bo = make_patient("Bo Lee", phone="+14195550199")
        page = f"{CALLS}{request.pk}/"
        assert "Ana Ruiz, born 03/09/1958" in words_of(desk.get(page))
        assert "Bo Lee" in words_of(desk.get(page, {"q": "bo l"}))
        assert AccessEvent.objects.latest("pk").patients == [ana.pk, bo.pk]
        desk.post(f"{page}patient/", {"patient": str(bo.pk)})
        request.refresh_from_db()
        assert request.patient == bo
        desk.post(f"{page}patient/", {"patient": ""})
        request.refresh_from_db()
        assert request.patient is None

    def test_gets_a_call_arranged_at_a_time_that_suits(self, desk: Client) -> None:
        call_desk()
        request = ask(days=[at("2026-11-18 00:00").date()], part_of_day="afternoon")
        page = f"{CALLS}{request.pk}/"
        offered = [option["value"] for option in soup(desk.get(page)).select("#start option")]
        assert offered[0] == "2026-11-18T12:00:00-05:00"
        assert all(start.startswith("2026-11-18T1") for start in offered)
        answer = desk.post(f"{page}arrange/", {"start": offered[0], "sms": "on"}, follow=True)
        assert "The call is arranged: Wed Nov 18, 12:00 PM." in answer.content.decode()
        call = Appointment.objects.get()
        assert (call.contact_request, call.provider.slug) == (request, "call-desk")
        assert "Call arranged for Wed Nov 18, 12:00 PM" in said(desk, f"request-{request.pk}")

    @pytest.mark.parametrize(
        ("start", "why"),
        [
            *[(start, "Choose one of the times.") for start in ("", "x", "2026-11-18T12:00:00")],
            ("2026-11-18T23:00:00-05:00", "Nobody works then who sees this kind of visit."),
        ],
    )
    def test_gets_no_call_at_another_time(self, desk: Client, start: str, why: str) -> None:
        call_desk()
        request = ask()
        answer = desk.post(f"{CALLS}{request.pk}/arrange/", {"start": start}, follow=True)
        assert soup(answer).select_one(".staff-notes").get_text() == why
        assert not Appointment.objects.exists()
