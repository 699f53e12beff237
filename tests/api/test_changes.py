"""Confirming, moving and canceling with the token that came with the visit."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar
from time_machine import Traveller

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider
from scheduler.worklist.models import StaffTask
from tests.api.asking import Answer, get, post, take
from tests.factories import (
    TUESDAY,
    at,
    book,
    hold,
    make_provider,
    messages_of,
    somebody,
    token_of,
)

THURSDAY = at("2026-12-03 14:00")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def visit(dana: Provider) -> Appointment:
    return book()


def act(client: Client, visit: Appointment, verb: str, **typed: Any) -> Answer:
    return post(client, f"appointments/{token_of(visit)}/{verb}", typed)


def move(client: Client, visit: Appointment, **changes: Any) -> Answer:
    return act(client, visit, "reschedule", **{"start": THURSDAY.isoformat(), **changes})


class TestConfirm:
    def test_needs_no_body(self, client: Client, visit: Appointment) -> None:
        answer = client.post(f"/api/v1/appointments/{token_of(visit)}/confirm")
        assert answer.status_code == 200
        assert answer.json()["status"] == "confirmed"

    def test_twice_is_answered_alike(self, client: Client, visit: Appointment) -> None:
        first, second = (act(client, visit, "confirm") for _ in range(2))
        assert first.content == second.content

    def test_is_refused_once_it_started(
        self, client: Client, visit: Appointment, clock: Traveller
    ) -> None:
        clock.move_to(TUESDAY)
        answer = act(client, visit, "confirm")
        assert (answer.status, answer.kind) == (409, "visit-over")

    def test_is_refused_for_a_hold(self, client: Client, dana: Provider) -> None:
        answer = act(client, hold(), "confirm")
        assert (answer.status, answer.kind) == (409, "wrong-state")
        assert answer.json["errors"][0]["message"] == "The visit is held."


class TestReschedule:
    def test_moves_the_visit_and_tells_so_at_once(
        self, client: Client, visit: Appointment, nudges: list[str]
    ) -> None:
        answer = move(client, visit)
        assert (answer.status, answer.json["start"]) == (200, "2026-12-03T14:00:00-05:00")
        assert answer.json["version"] == 2
        assert nudges == ["appointments"]
        assert len(messages_of(visit, kind="moved")) == 2

    def test_to_a_time_that_is_taken_names_others(self, client: Client, visit: Appointment) -> None:
        book(THURSDAY, person=somebody(1))
        answer = move(client, visit)
        assert (answer.status, answer.kind, answer.fields) == (409, "slot-taken", ["start"])
        assert len(answer.json["alternatives"]) == 5
        assert get(client, f"appointments/{token_of(visit)}").json["start"].startswith("2026-11-24")

    def test_of_a_stale_version_is_refused(self, client: Client, visit: Appointment) -> None:
        move(client, visit, version=1)
        answer = move(client, visit, version=1, start=(THURSDAY + timedelta(hours=1)).isoformat())
        assert (answer.status, answer.kind, answer.fields) == (409, "stale-version", ["version"])

    def test_to_another_provider(self, client: Client, visit: Appointment) -> None:
        make_provider("eli")
        assert move(client, visit, provider="eli").json["provider"] == "eli"
        answer = move(client, visit, provider="nobody")
        assert (answer.status, answer.fields) == (422, ["provider"])

    def test_is_too_late_two_hours_before(
        self, client: Client, visit: Appointment, clock: Traveller
    ) -> None:
        clock.move_to(TUESDAY - 119 * MINUTE)
        answer = move(client, visit)
        assert (answer.status, answer.kind) == (409, "too-late")

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"start": "2026-12-03T14:00:00"}, "start"),
            ({"start": "2026-12-03T14:05:00-05:00"}, "start"),
            ({"start": "2026-11-26T14:00:00-05:00"}, "start"),
            ({"start": TUESDAY.isoformat()}, "start"),
            ({"version": "one"}, "version"),
            ({"version": 0}, "version"),
            ({"when": "soon"}, "when"),
        ],
    )
    def test_names_what_is_wrong(
        self, client: Client, visit: Appointment, typed: dict[str, Any], field: str
    ) -> None:
        answer = move(client, visit, **typed)
        assert (answer.status, answer.fields) == (422, [field])
        visit.refresh_from_db()
        assert (visit.starts_at, visit.version) == (TUESDAY, 1)


class TestCancel:
    def test_frees_the_time(self, client: Client, visit: Appointment) -> None:
        answer = act(client, visit, "cancel", reason="A cold")
        assert answer.json["status"] == "cancelled"
        assert [answer.json[name] for name in ("can_confirm", "can_reschedule", "can_cancel")] == [
            False
        ] * 3
        assert book(person=somebody(1)).starts_at == TUESDAY

    def test_twice_is_answered_alike(self, client: Client, visit: Appointment) -> None:
        first, second = (act(client, visit, "cancel") for _ in range(2))
        assert (first.status, first.content) == (200, second.content)

    def test_late_is_marked_for_staff(
        self, client: Client, visit: Appointment, clock: Traveller
    ) -> None:
        clock.move_to(TUESDAY - timedelta(hours=23))
        act(client, visit, "cancel")
        visit.refresh_from_db()
        assert visit.changed_late
        assert StaffTask.objects.get().kind == "late-change"

    def test_names_a_reason_that_is_too_long(self, client: Client, visit: Appointment) -> None:
        answer = act(client, visit, "cancel", reason="x" * 501)
        assert (answer.status, answer.fields) == (422, ["reason"])


class TestEveryAnswer:
    @pytest.mark.parametrize(
        ("verb", "status"), [("", 200), ("/calendar.ics", 200), ("/verify", 405), ("/nothing", 404)]
    )
    def test_keeps_the_token_out_of_referrers_caches_and_indexes(
        self, client: Client, visit: Appointment, verb: str, status: int
    ) -> None:
        answer = get(client, f"appointments/{token_of(visit)}{verb}")
        assert answer.status == status
        assert is_private(answer)

    def test_to_a_booking_does_so_too(self, client: Client, dana: Provider) -> None:
        assert is_private(take(client))
        assert is_private(take(client, "tomorrow"))


def is_private(answer: Answer) -> bool:
    names = ("Referrer-Policy", "Cache-Control", "X-Robots-Tag")
    found = [answer.headers[name] for name in names]
    return found == ["no-referrer", "no-store", "noindex, nofollow"]


class TestCalendar:
    def file(self, client: Client, visit: Appointment) -> Calendar:
        response = client.get(f"/api/v1/appointments/{token_of(visit)}/calendar.ics")
        assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert response.headers["Cache-Control"] == "no-store"
        return Calendar.from_ical(response.content)

    def test_follows_the_visit(self, client: Client, visit: Appointment) -> None:
        files = [self.file(client, visit)]
        move(client, visit)
        files.append(self.file(client, visit))
        act(client, visit, "cancel")
        files.append(self.file(client, visit))
        events = [file.events[0] for file in files]
        assert len({str(event["uid"]) for event in events}) == 1
        assert [event["sequence"] for event in events] == [0, 1, 2]
        assert [event.start for event in events] == [TUESDAY, THURSDAY, THURSDAY]
        assert [str(event["status"]) for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
        assert [str(file["method"]) for file in files] == ["PUBLISH", "PUBLISH", "CANCEL"]

    def test_carries_the_clinics_zone_and_both_links(
        self, client: Client, visit: Appointment
    ) -> None:
        event = self.file(client, visit).events[0]
        assert event["dtstart"].params["TZID"] == "America/New_York"
        assert f"/i/{token_of(visit, 'i')}" in str(event["description"])
        assert str(event["url"]).endswith(f"/a/{token_of(visit)}")
