"""Taking a time over HTTP, from the hold to the visit."""

from datetime import timedelta

import pytest
from django.test import Client
from time_machine import Traveller

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Clinic, Condition, Provider
from scheduler.messaging.models import Message
from tests.api.asking import get, post, slots, take, the_visit
from tests.factories import (
    NOW,
    TUESDAY,
    at,
    book,
    code_of,
    make_provider,
    patient_body,
    somebody,
    token_of,
    wrong_code,
)

MINUTE = timedelta(minutes=1)


def verify(client: Client, visit: Appointment, code: str = "") -> tuple[int, str]:
    answer = post(
        client, f"appointments/{token_of(visit)}/verify", {"code": code or code_of(visit)}
    )
    return answer.status, answer.json["status"] if answer.status == 200 else answer.kind


class TestATime:
    def test_is_held_first(self, client: Client, dana: Provider) -> None:
        answer = take(client)
        held = the_visit()
        token, information = token_of(held), token_of(held, "i")
        assert answer.status == 201
        assert answer.json == {
            "id": held.reference,
            "token": token,
            "status": "held",
            "start": "2026-11-24T10:00:00-05:00",
            "end": "2026-11-24T11:00:00-05:00",
            "provider": "dana",
            "manage_url": f"http://127.0.0.1:8000/a/{token}",
            "information_url": f"http://127.0.0.1:8000/i/{information}",
            "hold_expires_at": "2026-11-16T10:15:00-05:00",
            "code_sent_by": "sms",
        }

    def test_wakes_a_worker_for_the_code(
        self, client: Client, dana: Provider, nudges: list[str]
    ) -> None:
        take(client)
        assert nudges == ["appointments"]

    def test_may_be_written_with_any_offset(self, client: Client, dana: Provider) -> None:
        answer = take(client, "2026-11-24T16:00:00+01:00")
        assert answer.json["start"] == "2026-11-24T10:00:00-05:00"

    def test_may_be_written_with_z(self, client: Client, dana: Provider) -> None:
        assert take(client, "2026-11-24T15:00:00Z").json["start"].startswith("2026-11-24T10")

    def test_keeps_who_helps_and_the_language(self, client: Client, dana: Provider) -> None:
        take(
            client,
            patient=patient_body(language="es"),
            contact={"name": "Luz Ruiz", "relation": "daughter"},
        )
        verify(client, the_visit())
        visit = the_visit()
        assert visit.contact
        assert (visit.contact.name, visit.contact.relation, visit.language) == (
            "Luz Ruiz",
            "daughter",
            "es",
        )

    def test_takes_a_number_as_people_write_it(self, client: Client, dana: Provider) -> None:
        take(client, patient=patient_body(phone="(419) 555-0123"))
        assert Message.objects.get().to == "+14195550123"

    def test_keeps_the_condition(self, client: Client, dana: Provider) -> None:
        take(client, condition="post-laminectomy-syndrome")
        assert the_visit().condition == Condition.objects.get()

    def test_that_is_taken_comes_with_the_nearest_free_ones(
        self, client: Client, dana: Provider
    ) -> None:
        book(person=somebody(1))
        answer = take(client)
        assert (answer.status, answer.kind, answer.fields) == (409, "slot-taken", ["start"])
        free = slots(client, "new-patient", "2026-11-24")
        listed = [(one["start"], one["provider"]) for one in answer.json["alternatives"]]
        assert len(listed) == 5
        assert set(listed) <= set(free)
        assert listed == sorted(listed)

    def test_whose_hold_lapsed_can_be_booked_by_the_next(
        self, client: Client, dana: Provider, clock: Traveller
    ) -> None:
        assert take(client).status == 201
        other = patient_body(name="Ben Other", phone="+14195550188", email=None)
        assert take(client, patient=other).status == 409
        clock.move_to(NOW + 15 * MINUTE)
        assert take(client, patient=other).status == 201

    def test_on_a_day_that_is_held_by_many(self, client: Client, clinic: object) -> None:
        make_provider(hours=("09:00", "12:00"))
        for hour in (9, 10):
            person = patient_body(phone=f"+141955501{hour:02d}", email=None)
            assert take(client, TUESDAY.replace(hour=hour), patient=person).status == 201
        answer = take(client, TUESDAY.replace(hour=11))
        assert (answer.status, answer.kind) == (409, "day-held")


class TestTheCode:
    @pytest.fixture
    def held(self, client: Client, dana: Provider) -> Appointment:
        take(client)
        return the_visit()

    def test_books(self, client: Client, held: Appointment, nudges: list[str]) -> None:
        assert verify(client, held) == (200, "booked")
        assert nudges == ["appointments", "appointments"]

    def test_that_is_wrong_says_how_often_one_may_try(
        self, client: Client, held: Appointment
    ) -> None:
        path = f"appointments/{token_of(held)}/verify"
        answer = post(client, path, {"code": wrong_code(held)})
        assert (answer.status, answer.kind, answer.fields) == (422, "wrong-code", ["code"])
        assert "4 tries are left" in answer.json["errors"][0]["message"]

    def test_dies_after_five_wrong_ones_and_the_hold_lives(
        self, client: Client, held: Appointment, clock: Traveller
    ) -> None:
        for _ in range(5):
            assert verify(client, held, wrong_code(held)) == (422, "wrong-code")
        assert verify(client, held) == (422, "wrong-code")
        clock.move_to(NOW + MINUTE)
        path = f"appointments/{token_of(held)}"
        assert post(client, f"{path}/resend", {"channel": "sms"}).status == 200
        assert verify(client, the_visit()) == (200, "booked")

    def test_that_was_used(self, client: Client, held: Appointment) -> None:
        verify(client, held)
        assert verify(client, held) == (409, "already-verified")

    def test_that_came_too_late(self, client: Client, held: Appointment, clock: Traveller) -> None:
        clock.move_to(NOW + 15 * MINUTE)
        assert verify(client, held) == (409, "hold-expired")

    def test_of_a_patient_with_a_visit_at_that_time(self, client: Client, clinic: object) -> None:
        make_provider("dana", "new-patient")
        make_provider("eli", "follow-up")
        book(visit_type="follow-up")
        take(client)
        assert verify(client, the_visit()) == (409, "patient-busy")

    def test_of_a_patient_with_such_a_visit(self, client: Client, held: Appointment) -> None:
        book(at("2026-12-01 10:00"))
        assert verify(client, held) == (409, "already-booked")


class TestANewCode:
    @pytest.fixture
    def path(self, client: Client, dana: Provider) -> str:
        take(client)
        return f"appointments/{token_of(the_visit())}/resend"

    def test_says_where_it_went_and_how_long_the_time_is_kept(
        self, client: Client, path: str, clock: Traveller
    ) -> None:
        clock.move_to(NOW + 5 * MINUTE)
        answer = post(client, path, {"channel": "email"})
        assert answer.json["code_sent_by"] == "email"
        assert answer.json["hold_expires_at"] == "2026-11-16T10:20:00-05:00"

    def test_waits_half_a_minute(self, client: Client, path: str) -> None:
        answer = post(client, path, {"channel": "sms"})
        assert (answer.status, answer.kind, answer.fields) == (429, "code-just-sent", ["channel"])
        assert 30 <= int(answer.headers["Retry-After"]) <= 31

    def test_is_not_sent_more_than_twice(self, client: Client, path: str, clock: Traveller) -> None:
        statuses = []
        for minutes in (1, 2, 3):
            clock.move_to(NOW + minutes * MINUTE)
            statuses.append(post(client, path, {"channel": "email"}).status)
        assert statuses == [200, 200, 429]

    def test_needs_a_channel_that_was_given(
        self, client: Client, dana: Provider, clock: Traveller
    ) -> None:
        take(client, patient=patient_body(email=None))
        clock.move_to(NOW + MINUTE)
        path = f"appointments/{token_of(the_visit())}/resend"
        answer = post(client, path, {"channel": "email"})
        assert (answer.status, answer.fields) == (422, ["channel"])


class TestWithoutVerification:
    @pytest.mark.usefixtures("at_once")
    def test_a_time_is_booked_at_once(self, client: Client, dana: Provider) -> None:
        answer = take(client)
        assert answer.json["status"] == "booked"
        assert answer.json["hold_expires_at"] is None
        assert answer.json["code_sent_by"] is None
        kinds = {one.kind for one in Message.objects.all()}
        assert "confirmation" in kinds
        assert "code" not in kinds


class TestTooManyCodes:
    def test_are_refused_with_the_time_to_wait(
        self, client: Client, clinic: object, clock: Traveller
    ) -> None:
        make_provider()
        person = patient_body(phone=None)
        for number in range(3):
            clock.move_to(NOW + number * 16 * MINUTE)
            assert take(client, patient=person).status == 201
        clock.move_to(NOW + 50 * MINUTE)
        answer = take(client, patient=person)
        assert (answer.status, answer.kind) == (429, "code-limit")
        assert answer.headers["Retry-After"] == "600"

    def test_to_a_number_leave_its_time_to_a_call(
        self, client: Client, dana: Provider, clock: Traveller
    ) -> None:
        person = patient_body(email=None)
        for number in range(3):
            clock.move_to(NOW + number * 16 * MINUTE)
            assert take(client, patient=person).json["code_sent_by"] == "sms"
        clock.move_to(NOW + 50 * MINUTE)
        kept = take(client, patient=person)
        assert (kept.status, kept.json["status"], kept.json["code_sent_by"]) == (201, "held", None)
        assert kept.json["hold_expires_at"] == "2026-11-17T12:00:00-05:00"
        again = take(client, TUESDAY + timedelta(hours=2), patient=person)
        assert (again.status, again.kind, again.fields) == (409, "awaits-call", ["patient.phone"])

    def test_count_a_network_and_not_a_forwarded_one(self, client: Client, dana: Provider) -> None:
        def from_(number: int) -> int:
            person = patient_body(phone=f"+1419555{2000 + number}", email=None)
            start = TUESDAY + number * timedelta(days=7)
            return take(
                client,
                start,
                patient=person,
            ).status

        assert {from_(number) for number in range(10)} == {201}
        person = patient_body(phone="+14195552999", email=None)
        typed = {"visit_type": "new-patient", "start": at("2026-11-25 10:00").isoformat()}
        for headers in ({}, {"X-Forwarded-For": "203.0.113.9"}):
            answer = post(client, "appointments", {**typed, "patient": person}, headers=headers)
            assert answer.status == 429
        elsewhere = post(
            client, "appointments", {**typed, "patient": person}, REMOTE_ADDR="203.0.113.9"
        )
        assert elsewhere.status == 201


class TestTheVisit:
    def test_can_be_looked_at(self, client: Client, dana: Provider) -> None:
        visit = book()
        answer = get(client, f"appointments/{token_of(visit)}")
        assert answer.status == 200
        assert answer.json == {
            **answer.json,
            "id": visit.reference,
            "status": "booked",
            "version": 1,
            "visit_type": "new-patient",
            "provider": "dana",
            "start": "2026-11-24T10:00:00-05:00",
            "end": "2026-11-24T11:00:00-05:00",
            "arrive_by": "2026-11-24T09:40:00-05:00",
            "time_zone": "America/New_York",
            "can_confirm": True,
            "can_reschedule": True,
            "can_cancel": True,
        }

    def test_says_what_can_still_be_done(
        self, client: Client, dana: Provider, clock: Traveller
    ) -> None:
        path = f"appointments/{token_of(book())}"
        allowed = []
        for moment in (TUESDAY - 121 * MINUTE, TUESDAY - 119 * MINUTE, TUESDAY):
            clock.move_to(moment)
            shown = get(client, path).json
            allowed.append([shown["can_confirm"], shown["can_reschedule"], shown["can_cancel"]])
        assert allowed == [[True, True, True], [True, False, True], [False, False, False]]

    def test_is_never_changed_by_looking(self, client: Client, dana: Provider) -> None:
        visit = book()
        before = Appointment.objects.filter(pk=visit.pk).values().get()
        for path in ("", "/calendar.ics"):
            get(client, f"appointments/{token_of(visit)}{path}")
            client.head(f"/api/v1/appointments/{token_of(visit)}{path}")
        assert Appointment.objects.filter(pk=visit.pk).values().get() == before


def test_a_visit_by_phone_needs_a_number(client: Client, clinic: Clinic) -> None:
    make_provider("dana", "phone-visit")
    by_mail = patient_body(phone=None, email="ana@example.org")
    answer = take(client, visit_type="phone-visit", patient=by_mail)
    assert (answer.status, answer.kind) == (422, "phone-needed")
    assert [error["field"] for error in answer.json["errors"]] == ["patient.phone"]
    assert not Appointment.objects.exists()
