"""Moving a visit on the calendar, and marking how far it has come."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from scheduler.accounts.roles import DESK, MANAGER
from scheduler.audit.models import AccessEvent
from scheduler.booking.models import Appointment
from scheduler.booking.set_appointment_status import set_appointment_status as mark_visit
from scheduler.clinic.models import Provider
from scheduler.core.status import AppointmentStatus
from tests.api.asking import Answer, post
from tests.factories import NOW, STAFF, TUESDAY, at, book, make_provider, make_time_off, somebody
from tests.staff import make_user, signed_in

pytestmark = pytest.mark.django_db
ELEVEN = "2026-11-24T11:00"


def move(client: Client, visit: Appointment, start: str = ELEVEN, **changes: Any) -> Answer:
    wish = {"start": start, "provider": "dana", "version": visit.version, **changes}
    return post(client, f"staff/appointments/{visit.reference}/move", wish)


def start_of(visit: Appointment) -> Any:
    return Appointment.objects.get(pk=visit.pk).starts_at


class TestAMove:
    def test_is_in_the_clinics_own_time(self, desk: Client) -> None:
        visit = book()
        answer = move(desk, visit)
        assert answer.status == 200
        assert start_of(visit) == at("2026-11-24 11:00")
        assert answer.json["words"] == "Ana Ruiz is at 11:00 AM on Tue Nov 24 now."

    def test_may_be_to_another_provider(self, desk: Client) -> None:
        make_provider("erin")
        visit = book(provider="dana")
        move(desk, visit, provider="erin")
        assert Appointment.objects.get(pk=visit.pk).provider.slug == "erin"

    def test_tells_the_patient_at_once(self, desk: Client, nudges: list[str]) -> None:
        visit = book()
        move(desk, visit)
        assert visit.messages.filter(kind="moved", status="planned").count() == 2
        assert nudges == ["staff.appointments"]

    def test_tells_nobody_where_that_is_not_wanted(self, desk: Client) -> None:
        visit = book()
        move(desk, visit, tell=False)
        assert not visit.messages.filter(kind="moved").exists()
        assert visit.messages.filter(kind="reminder-3-days", status="planned").exists()

    def test_is_undone_with_what_the_answer_says(self, desk: Client) -> None:
        book(person=somebody(1))
        visit = book(at("2026-11-24 13:00"))
        Appointment.objects.filter(pk=visit.pk).update(overbook_reason="Urgent")
        undo = move(desk, visit).json["undo"]
        assert post(desk, f"staff/appointments/{visit.reference}/move", undo).status == 200
        assert start_of(visit) == at("2026-11-24 13:00")

    def test_goes_on_top_of_others_with_a_reason(self, desk: Client) -> None:
        book(at("2026-11-24 11:00"), person=somebody(1))
        visit = book(at("2026-11-24 13:00"))
        assert move(desk, visit, overbook_reason="Urgent: referred today").status == 200
        moved = Appointment.objects.get(pk=visit.pk)
        assert (moved.starts_at, moved.overbook_reason) == (
            at("2026-11-24 11:00"),
            "Urgent: referred today",
        )

    def test_is_on_the_trail(self, desk: Client) -> None:
        visit = book()
        move(desk, visit)
        seen = AccessEvent.objects.get()
        assert (seen.method, seen.patients) == ("POST", [visit.patient_id])


class TestARefusedMove:
    def test_says_that_the_time_is_taken_and_which_are_free(self, desk: Client) -> None:
        book(at("2026-11-24 11:00"), person=somebody(1))
        visit = book(at("2026-11-24 13:00"))
        answer = move(desk, visit)
        assert (answer.status, answer.kind) == (409, "slot-taken")
        assert answer.json["detail"] == "Somebody else has that time."
        assert answer.json["may_overbook"] is True
        assert {
            "start": "2026-11-24T12:00:00-05:00",
            "end": "2026-11-24T13:00:00-05:00",
            "provider": "dana",
            "words": "Tue Nov 24, 12:00 PM",
        } in (answer.json["alternatives"])
        assert start_of(visit) == at("2026-11-24 13:00")

    @pytest.mark.parametrize(
        ("start", "words"),
        [
            ("2026-11-16T09:00", "That time is over."),
            ("2026-11-24T11:02", "Visits start at every fifth minute."),
            ("2026-11-24T18:00", "Nobody works then who sees this kind of visit."),
            ("2026-11-24T10:00", "The visit is at that time already."),
            ("2029-11-27T10:00", "That is further ahead than visits are booked."),
        ],
    )
    def test_says_why(self, desk: Client, start: str, words: str) -> None:
        visit = book()
        answer = move(desk, visit, start)
        assert (answer.status, answer.json["detail"]) == (409, words)
        assert start_of(visit) == TUESDAY

    def test_says_that_time_off_stands_above_any_reason(
        self, desk: Client, staffed: Provider
    ) -> None:
        visit = book()
        make_time_off("2026-11-25", provider=staffed).save()
        answer = move(desk, visit, "2026-11-25T10:00", overbook_reason="Urgent")
        assert answer.json["detail"] == "There is time off then. No visit can stand in it."
        assert answer.json["may_overbook"] is False

    def test_says_that_the_patient_is_elsewhere(self, desk: Client) -> None:
        make_provider("erin")
        first = book(provider="dana")
        assert first.patient
        second = book(at("2026-11-25 10:00"), provider="erin", by=STAFF)
        assert second.patient_id == first.patient_id
        answer = move(desk, second, "2026-11-24T10:30", provider="erin")
        assert (answer.status, answer.kind) == (409, "patient-busy")

    def test_says_that_they_do_not_see_this_kind_of_visit(self, desk: Client) -> None:
        make_provider("erin", "procedure")
        answer = move(desk, book(), provider="erin")
        assert (answer.status, answer.kind) == (409, "unknown-provider")

    def test_says_that_the_visit_has_begun(self, desk: Client) -> None:
        visit = book()
        visit = mark_visit(visit.pk, AppointmentStatus.ARRIVED, now=visit.starts_at)
        answer = move(desk, visit)
        assert answer.json["detail"].endswith("has begun: the patient is here.")

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"start": "2026-11-24T11:00:00-05:00"}, "start"),
            ({"start": "2026-13-24T11:00"}, "start"),
            ({"version": "1"}, "version"),
            ({"tell": "yes"}, "tell"),
            ({"overbook_reason": "x" * 201}, "overbook_reason"),
            ({"room": "exam-1"}, "room"),
        ],
    )
    def test_names_what_was_not_right(
        self, desk: Client, changes: dict[str, Any], field: str
    ) -> None:
        answer = move(desk, book(), **changes)
        assert (answer.status, answer.fields) == (422, [field])

    def test_knows_no_such_visit(self, desk: Client) -> None:
        visit = book()
        visit.reference = "00000000"
        assert move(desk, visit).status == 404


class TestWhoMayMove:
    def test_is_the_desk_and_managers(self, desk: Client, clinician: Client) -> None:
        visit = book()
        assert move(Client(), visit).status == 401
        assert move(clinician, visit).status == 403
        assert move(signed_in(make_user(MANAGER)), visit).status == 200

    def test_is_nobody_with_a_forged_request(self, desk: Client) -> None:
        visit = book()
        forged = Client(enforce_csrf_checks=True)
        forged.cookies = desk.cookies
        assert move(forged, visit).status == 403
        assert start_of(visit) == TUESDAY


class TestTwoPeopleWhoMoveOneVisit:
    def test_the_second_is_told(self, desk: Client) -> None:
        other = signed_in(make_user(DESK, "other"))
        visit = book()
        assert move(desk, visit).status == 200
        late = move(other, visit, "2026-11-24T14:00")
        assert (late.status, late.kind) == (409, "stale-version")
        assert start_of(visit) == at("2026-11-24 11:00")

    @pytest.mark.django_db(transaction=True)
    def test_at_once_have_one_winner_and_lose_nothing(self, staffed: Provider) -> None:
        clients = [signed_in(make_user(DESK, f"desk-{number}")) for number in range(4)]
        visit = book()
        starts = ["2026-11-24T11:00", "2026-11-24T12:00", "2026-11-25T11:00", "2026-11-25T12:00"]
        line = Barrier(len(clients))

        def at_once(number: int) -> Answer:
            try:
                line.wait(timeout=30)
                return move(clients[number], visit, starts[number])
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(clients)) as pool:
            answers = list(pool.map(at_once, range(len(clients))))
        assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
        won = next(n for n, answer in enumerate(answers) if answer.status == 200)
        assert start_of(visit) == at(starts[won].replace("T", " "))
        assert {a.kind for a in answers if a.status == 409} == {"stale-version"}
        assert visit.messages.filter(kind="moved", status="planned").count() == 2
        assert Appointment.objects.get(pk=visit.pk).version == visit.version + 1


class TestAMark:
    def mark(self, client: Client, visit: Appointment, to: str = "arrived") -> Answer:
        path = f"staff/appointments/{visit.reference}/mark"
        return post(client, path, {"to": to, "version": visit.version})

    def test_takes_a_step_of_the_day(self, desk: Client) -> None:
        visit = book(at("2026-11-16 14:00"), by=STAFF)
        answer = self.mark(desk, visit)
        assert (answer.status, answer.json["status"]) == (200, "arrived")
        assert Appointment.objects.get(pk=visit.pk).arrived_at == NOW

    def test_of_another_day_is_refused(self, desk: Client) -> None:
        assert self.mark(desk, book()).kind == "not-its-day"

    def test_refuses_a_short_cut_in_words(self, desk: Client) -> None:
        answer = self.mark(desk, book(), "completed")
        assert answer.json["detail"] == "That can't be done: the visit is booked."

    def test_is_not_taken_from_an_old_screen(self, desk: Client) -> None:
        visit = book()
        move(desk, visit)
        assert self.mark(desk, visit).kind == "stale-version"

    def test_is_for_the_desk(self, clinician: Client) -> None:
        assert self.mark(clinician, book()).status == 403
