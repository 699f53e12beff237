"""What the calendar's feed shows, to whom, and at what cost."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from scheduler.accounts.roles import DESK, MANAGER
from scheduler.audit.models import AccessEvent
from scheduler.booking.cancel import cancel
from scheduler.booking.confirm import confirm
from scheduler.booking.models import Appointment, ReadyItem
from scheduler.booking.set_appointment_status import set_appointment_status
from scheduler.clinic.models import Provider, VisitType
from scheduler.closures.models import ProviderDelay
from scheduler.closures.time_off import take_time_off
from scheduler.core.status import AppointmentStatus
from scheduler.messaging.models import Message
from scheduler.worklist.models import StaffTask
from tests.api.asking import Answer, get
from tests.api.test_queries import fill
from tests.factories import (
    NOW,
    STAFF,
    at,
    book,
    hold,
    make_provider,
    make_room,
    make_time_off,
    make_visit_type,
    messages_of,
    somebody,
)
from tests.staff import make_user, signed_in

pytestmark = pytest.mark.django_db
WEEK = {"from": "2026-11-23", "to": "2026-11-29"}
TODAY = {"from": "2026-11-16", "to": "2026-11-16"}
# The session, the user, their rights (3), the audit log (1), the calendar (7).
QUERIES = 11


def ask(client: Client, **query: str) -> Answer:
    answer = get(client, "staff/calendar", {**WEEK, **query})
    assert answer.status == 200, answer.content
    return answer


def the_event(client: Client, **query: str) -> dict[str, Any]:
    events = ask(client, **query).json["events"]
    assert len(events) == 1
    found: dict[str, Any] = events[0]
    return found


def badges(client: Client, **query: str) -> set[str]:
    return set(the_event(client, **query)["badges"])


class TestAVisit:
    def test_stands_where_the_clinics_clock_shows_it(self, desk: Client) -> None:
        visit = book()
        event = the_event(desk)
        assert (event["start"], event["end"]) == ("2026-11-24T10:00", "2026-11-24T11:00")
        assert (event["id"], event["resource"]) == (visit.reference, "dana")
        assert (event["title"], event["status"], event["version"]) == ("Ana Ruiz", "booked", 1)
        assert "pk" not in event

    def test_stands_right_when_the_clock_has_changed_within_the_week(self, desk: Client) -> None:
        book(at("2027-03-12 10:00"), now=at("2027-03-01 10:00"))
        book(at("2027-03-15 10:00"), now=at("2027-03-01 10:00"), person=somebody(1))
        events = ask(desk, **{"from": "2027-03-10", "to": "2027-03-16"}).json["events"]
        assert [e["start"] for e in events] == ["2027-03-12T10:00", "2027-03-15T10:00"]

    def test_that_was_cancelled_is_gone(self, desk: Client) -> None:
        cancel(book().pk, by=STAFF, now=NOW)
        assert ask(desk).json["events"] == []

    def test_that_is_being_booked_has_no_name(self, desk: Client) -> None:
        hold()
        event = the_event(desk)
        assert (event["status"], event["title"]) == ("held", "Being booked")
        assert "Ana" not in str(event)

    def test_that_nobody_finished_booking_is_gone(self, desk: Client) -> None:
        Appointment.objects.filter(pk=hold().pk).update(hold_expires_at=NOW)
        assert ask(desk).json["events"] == []

    def test_that_is_over_stays(self, desk: Client) -> None:
        pk = book().pk
        set_appointment_status(pk, AppointmentStatus.NO_SHOW, now=at("2026-11-24 10:20"))
        assert the_event(desk)["status"] == "no_show"

    def test_stands_in_its_room_when_rooms_are_shown(self, desk: Client) -> None:
        visit = book()
        assert visit.room
        answer = ask(desk, by="room")
        assert answer.json["events"][0]["resource"] == visit.room.slug
        assert visit.room.slug in [one["id"] for one in answer.json["resources"]]

    def test_without_a_room_has_a_column_too(self, desk: Client) -> None:
        Appointment.objects.filter(pk=book().pk).update(room=None)
        answer = ask(desk, by="room")
        assert answer.json["events"][0]["resource"] == answer.json["resources"][-1]["id"]
        assert answer.json["resources"][-1]["title"] == "No room"

    def test_of_a_provider_who_left_is_not_lost(self, desk: Client, staffed: Provider) -> None:
        book()
        Provider.objects.filter(pk=staffed.pk).update(active=False)
        assert the_event(desk)["resource"] == "dana"

    def test_is_left_out_where_another_provider_is_asked_for(self, desk: Client) -> None:
        book()
        make_provider("erin")
        answer = ask(desk, provider="erin")
        assert answer.json["events"] == []
        assert [one["id"] for one in answer.json["resources"]] == ["erin"]


class TestTheBadges:
    @pytest.fixture(autouse=True)
    def _nothing_is_needed(self, clinic: object) -> None:
        VisitType.objects.update(needs=[])

    def test_of_a_first_visit(self, desk: Client) -> None:
        book()
        assert badges(desk) == {"first-visit"}

    def test_of_a_first_visit_of_a_kind_that_is_for_everyone(
        self, desk: Client, staffed: Provider
    ) -> None:
        staffed.visit_types.add(make_visit_type())
        earlier = book(at("2026-11-17 10:00"), visit_type="check-up")
        book(visit_type="check-up", by=STAFF)
        assert badges(desk) == {"first-visit"}
        set_appointment_status(earlier.pk, AppointmentStatus.ARRIVED, now=earlier.starts_at)
        assert badges(desk) == set()

    def test_of_a_visit_that_is_not_ready(self, desk: Client) -> None:
        visit = book(visit_type="follow-up")
        VisitType.objects.update(needs=["referral"])
        assert badges(desk) == {"not-ready"}
        item = ReadyItem.objects.create(
            appointment=visit, item="referral", state="asked", by=make_user(MANAGER), at=NOW
        )
        assert badges(desk) == {"not-ready"}
        item.state = "received"
        item.save()
        assert badges(desk) == set()

    def test_of_what_is_needed_for_this_visit_alone(self, desk: Client) -> None:
        ReadyItem.objects.create(
            appointment=book(visit_type="follow-up"),
            item="records",
            state="needed",
            by=make_user(MANAGER),
            at=NOW,
        )
        assert badges(desk) == {"not-ready"}

    def test_of_an_answer_by_text(self, desk: Client) -> None:
        confirm(book(visit_type="follow-up").pk, via="text", now=NOW)
        assert badges(desk) == {"confirmed-by-text"}

    @pytest.mark.parametrize("status", ["failed", "undelivered", "uncertain"])
    def test_of_trouble_with_a_message(self, desk: Client, status: str) -> None:
        message = messages_of(book(visit_type="follow-up"))[0]
        Message.objects.filter(pk=message.pk).update(status=status)
        assert badges(desk) == {"message-trouble"}

    def test_of_trouble_that_somebody_saw_to(self, desk: Client) -> None:
        message = messages_of(book(visit_type="follow-up"))[0]
        Message.objects.filter(pk=message.pk).update(status="failed")
        StaffTask.objects.create(kind="message", message=message, created_at=NOW, done_at=NOW)
        assert badges(desk) == set()

    def test_of_an_interpreter(self, desk: Client) -> None:
        Appointment.objects.filter(pk=book(visit_type="follow-up").pk).update(interpreter="Spanish")
        assert badges(desk) == {"interpreter"}
        assert the_event(desk)["interpreter"] == "Spanish"

    def test_of_one_on_top_of_another_and_of_a_walk_in(self, desk: Client) -> None:
        Appointment.objects.filter(pk=book(visit_type="follow-up").pk).update(
            overbook_reason="Urgent", walk_in=True
        )
        assert badges(desk) == {"overbooked", "walk-in"}

    def test_of_a_provider_who_runs_late(self, desk: Client, staffed: Provider) -> None:
        book(at("2026-11-16 11:00"), visit_type="follow-up", now=at("2026-11-10 10:00"))
        ProviderDelay.objects.create(
            provider=staffed,
            minutes=30,
            since=NOW,
            until=NOW + timedelta(hours=3),
            by=make_user(MANAGER),
        )
        assert badges(desk, **TODAY) == {"running-late"}
        assert ask(desk, **TODAY).json["resources"][0]["late"] == 30
        ProviderDelay.objects.update(until=NOW)
        assert badges(desk, **TODAY) == set()
        assert ask(desk, **TODAY).json["resources"][0]["late"] == 0

    def test_minutes_in_the_lobby(self, desk: Client) -> None:
        visit = book(at("2026-11-16 11:00"), visit_type="follow-up", now=at("2026-11-10 10:00"))
        assert the_event(desk, **TODAY)["lobby"] is None
        set_appointment_status(visit.pk, AppointmentStatus.ARRIVED, now=NOW - timedelta(minutes=12))
        assert the_event(desk, **TODAY)["lobby"] == 12


class TestTheBackground:
    def shown(self, client: Client, kind: str, day: str, **query: str) -> list[tuple[str, ...]]:
        found = ask(client, **{"from": day, "to": day}, **query).json["backgrounds"]
        return [
            (b["resource"], b["start"], b["end"], b["title"]) for b in found if b["kind"] == kind
        ]

    def test_shows_when_nobody_works(self, desk: Client) -> None:
        assert self.shown(desk, "closed", "2026-11-24") == [
            ("dana", "2026-11-24T00:00", "2026-11-24T09:00", "Closed"),
            ("dana", "2026-11-24T17:00", "2026-11-25T00:00", "Closed"),
        ]

    def test_shows_time_off_with_its_reason(self, desk: Client, staffed: Provider) -> None:
        make_time_off(
            "2026-11-24", times=("10:00", "12:00"), provider=staffed, reason="Dentist"
        ).save()
        make_provider("erin")
        assert self.shown(desk, "time-off", "2026-11-24") == [
            ("dana", "2026-11-24T10:00", "2026-11-24T12:00", "Dentist")
        ]

    def test_shows_the_clinics_time_off_in_every_column(self, desk: Client) -> None:
        make_provider("erin")
        make_time_off("2026-11-24").save()
        assert [one[0] for one in self.shown(desk, "time-off", "2026-11-24")] == ["dana", "erin"]

    def test_shows_a_rooms_time_off_in_its_column(self, desk: Client) -> None:
        room = make_room("exam-1")
        make_time_off("2026-11-24", room=room).save()
        assert [one[0] for one in self.shown(desk, "time-off", "2026-11-24", by="room")] == [
            "exam-1"
        ]
        assert self.shown(desk, "time-off", "2026-11-24") == []

    def test_shows_holidays_by_name(self, desk: Client) -> None:
        assert self.shown(desk, "holiday", "2026-11-26") == [
            ("dana", "2026-11-26T00:00", "2026-11-27T00:00", "Thanksgiving Day")
        ]

    def test_knows_on_which_weekdays_time_off_repeats(self, desk: Client) -> None:
        make_time_off("2026-11-23", "2026-11-27", weekdays=0b00100).save()
        assert self.shown(desk, "time-off", "2026-11-24") == []
        assert len(self.shown(desk, "time-off", "2026-11-25")) == 1

    def test_says_between_which_hours_there_is_anything(self, desk: Client) -> None:
        make_provider("erin", hours=("07:30", "12:00"))
        answer = ask(desk)
        assert (answer.json["opens"], answer.json["closes"]) == ("07:30", "17:00")


class TestTheVersion:
    def version(self, client: Client) -> str:
        found: str = get(client, "staff/calendar/version").json["version"]
        return found

    def test_is_the_calendars_own(self, desk: Client) -> None:
        book()
        assert self.version(desk) == ask(desk).json["version"] == self.version(desk)

    def test_changes_with_visits_and_time_off(self, desk: Client, staffed: Provider) -> None:
        seen = [self.version(desk)]
        visit = book()
        seen.append(self.version(desk))
        confirm(visit.pk, now=NOW)
        seen.append(self.version(desk))
        take_time_off(make_time_off("2026-12-01", provider=staffed), now=NOW)
        seen.append(self.version(desk))
        assert len(set(seen)) == 4


class TestWhoMaySeeIt:
    @pytest.mark.parametrize("path", ["staff/calendar?from=2026-11-24&to=2026-11-24",
                                      "staff/calendar/version"])  # fmt: skip
    def test_is_for_the_desk_and_managers(
        self, client: Client, desk: Client, clinician: Client, path: str
    ) -> None:
        assert get(client, path).status == 401
        assert get(clinician, path).status == 403
        assert get(desk, path).status == 200
        assert get(signed_in(make_user(MANAGER)), path).status == 200

    def test_leaves_a_row_on_the_trail(self, desk: Client) -> None:
        visit = book()
        ask(desk)
        row = AccessEvent.objects.get()
        assert (row.user.get_username(), row.patients) == (DESK.split()[-1], [visit.patient_id])

    def test_leaves_none_where_nobody_is_shown(self, desk: Client) -> None:
        hold()
        ask(desk)
        assert not AccessEvent.objects.exists()


class TestWhatIsAskedFor:
    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ({"to": "2026-11-22"}, "to"),
            ({"to": "2026-12-24"}, "to"),
            ({"from": "soon"}, "from"),
            ({"by": "mood"}, "by"),
            ({"provider": "nobody"}, "provider"),
        ],
    )
    def test_must_make_sense(self, desk: Client, query: dict[str, str], field: str) -> None:
        answer = get(desk, "staff/calendar", {**WEEK, **query})
        assert (answer.status, answer.fields) == (422, [field])


class TestTheCost:
    @pytest.mark.parametrize("by", ["provider", "room"])
    @pytest.mark.parametrize(("providers", "visits"), [(1, 2), (10, 300)])
    def test_is_the_same_however_much_there_is(
        self, desk: Client, by: str, providers: int, visits: int
    ) -> None:
        found = [make_provider(f"provider-{number}") for number in range(providers)]
        fill(found[0], visits)
        ask(desk)
        with CaptureQueriesContext(connection) as queries:
            ask(desk, by=by, to="2026-12-20")
        assert len(queries) == QUERIES
