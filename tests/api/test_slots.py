"""The free slots, as a booking page gets them."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from time_machine import Traveller

from scheduler.clinic.models import OpenHoliday, Provider
from tests.api.asking import get, slots, take
from tests.factories import (
    NOW,
    TUESDAY,
    book,
    hold,
    make_hours,
    make_provider,
    make_time_off,
    make_visit_type,
    somebody,
)


class TestTheAnswer:
    def test_names_the_zone_and_each_start_and_provider(
        self, client: Client, clinic: object
    ) -> None:
        for slug in ("eli", "dana"):
            make_provider(slug, hours=("10:00", "11:15"))
        asked = {"visit_type": "new-patient", "from": "2026-11-24", "to": "2026-11-24"}
        answer = get(client, "slots", asked)
        assert answer.json == {
            "time_zone": "America/New_York",
            "slots": [
                {
                    "start": f"2026-11-24T10:{minute}:00-05:00",
                    "end": f"2026-11-24T11:{minute}:00-05:00",
                    "provider": provider,
                }
                for minute in ("00", "15")
                for provider in ("dana", "eli")
            ],
        }

    def test_is_for_one_provider_where_one_is_named(self, client: Client, dana: Provider) -> None:
        make_provider("eli")
        found = slots(client, "new-patient", "2026-11-24", provider="eli")
        assert {provider for _, provider in found} == {"eli"}

    def test_is_empty_where_nothing_is_free(self, client: Client, clinic: object) -> None:
        assert slots(client, "new-patient", "2026-11-24") == []

    def test_goes_from_the_notice_to_the_horizon(self, client: Client, dana: Provider) -> None:
        soon = slots(client, "new-patient", "2026-11-01", "2026-11-20")
        assert soon[0] == ("2026-11-18T09:00:00-05:00", "dana")
        late = slots(client, "new-patient", "2027-02-01", "2027-03-15")
        assert late[-1] == ("2027-02-12T16:00:00-05:00", "dana")
        assert slots(client, "new-patient", "2027-03-01", "2027-03-15") == []
        assert slots(client, "new-patient", "2025-03-01", "2025-03-15") == []

    def test_needs_no_token(self, dana: Provider) -> None:
        assert slots(Client(), "new-patient", "2026-11-24")


class TestWhatIsTaken:
    def starts(self, client: Client) -> list[str]:
        return [start[11:16] for start, _ in slots(client, "new-patient", "2026-11-24")]

    def test_by_a_visit(self, client: Client, dana: Provider) -> None:
        book()
        assert self.starts(client)[:3] == ["09:00", "11:00", "11:15"]

    def test_by_a_hold_until_it_lapses(self, client: Client, dana: Provider) -> None:
        hold(now=NOW - timedelta(minutes=14))
        assert "10:00" not in self.starts(client)
        hold(TUESDAY + timedelta(hours=4), now=NOW - timedelta(minutes=15), person=somebody(1))
        assert "14:00" in self.starts(client)

    def test_by_time_off(self, client: Client, dana: Provider) -> None:
        make_time_off("2026-11-24", times=("10:00", "16:00"), provider=dana).save()
        assert self.starts(client) == ["09:00", "16:00"]

    def test_by_visits_in_every_room(self, client: Client, dana: Provider) -> None:
        for number, slug in enumerate(("eli", "fay")):
            make_provider(slug)
            book(person=somebody(number), provider=slug)
        assert self.starts(client)[:6:3] == ["09:00", "11:00"]

    def test_by_a_holiday_unless_it_is_opened(self, client: Client, dana: Provider) -> None:
        assert slots(client, "new-patient", "2026-11-26") == []
        OpenHoliday.objects.create(day="2026-11-26")
        assert len(slots(client, "new-patient", "2026-11-26")) == 29


class TestHours:
    def days(self, client: Client, first: str, last: str) -> list[str]:
        return sorted({start[:10] for start, _ in slots(client, "new-patient", first, last)})

    def test_of_every_second_week(self, client: Client, clinic: object) -> None:
        dana = make_provider(hours=None)
        make_hours(dana, 1, "09:00", "12:00", valid_from="2026-11-19", every_n_weeks=2)
        assert self.days(client, "2026-11-16", "2027-01-05") == [
            "2026-12-01",
            "2026-12-15",
            "2026-12-29",
        ]

    def test_that_are_valid_for_a_while(self, client: Client, clinic: object) -> None:
        dana = make_provider(hours=None)
        make_hours(dana, 1, "09:00", "12:00", valid_from="2026-11-24", valid_until="2026-12-01")
        assert self.days(client, "2026-11-16", "2026-12-31") == ["2026-11-24", "2026-12-01"]

    def test_of_some_visit_types(self, client: Client, clinic: object) -> None:
        dana = make_provider("dana", "new-patient", "follow-up", hours=None)
        make_hours(dana, 1, "09:00", "12:00", "follow-up", "phone-visit")
        assert slots(client, "new-patient", "2026-11-24") == []
        assert len(slots(client, "follow-up", "2026-11-24")) == 11

    def test_in_a_named_room(self, client: Client, clinic: object) -> None:
        visit_type = make_visit_type(rooms=["exam-1", "exam-2"], grid_minutes=60)
        dana = make_provider("dana", "check-up", hours=None)
        second = visit_type.rooms.get(slug="exam-2")
        make_hours(dana, 1, "09:00", "12:00", room=second)
        make_time_off("2026-11-24", times=("09:00", "11:00"), room=second).save()
        assert slots(client, "check-up", "2026-11-24") == [("2026-11-24T11:00:00-05:00", "dana")]


class TestRefusals:
    @pytest.mark.parametrize(
        ("asked", "field"),
        [
            ({"visit_type": "massage"}, "visit_type"),
            ({"visit_type": "procedure"}, "visit_type"),
            ({"visit_type": None}, "visit_type"),
            ({"provider": "nobody"}, "provider"),
            ({"from": "yesterday"}, "from"),
            ({"from": "2026-11-31"}, "from"),
            ({"from": "2026-11-24T10:00:00Z"}, "from"),
            ({"to": None}, "to"),
            ({"to": "1026-11-24"}, "to"),
            ({"to": "2026-11-23"}, "to"),
            ({"to": "2027-01-25"}, "to"),
        ],
    )
    def test_name_the_field(
        self, client: Client, dana: Provider, asked: dict[str, str | None], field: str
    ) -> None:
        good = {"visit_type": "new-patient", "from": "2026-11-24", "to": "2026-11-24"}
        query = {name: value for name, value in {**good, **asked}.items() if value is not None}
        answer = get(client, "slots", query)
        assert (answer.status, answer.fields) == (422, [field])
        assert answer.headers["Content-Type"] == "application/problem+json"

    def test_sixty_two_days_are_allowed(self, client: Client, dana: Provider) -> None:
        assert slots(client, "new-patient", "2026-11-24", "2027-01-24")


class TestDaylightSaving:
    """Hours are the wall's: six of them from midnight, on the two days that are not 24 hours."""

    @pytest.fixture
    def night(self, clinic: object) -> Provider:
        make_visit_type(grid_minutes=60, horizon_days=730)
        return make_provider("nox", "check-up", weekdays=[6], hours=("00:00", "06:00"))

    def found(self, client: Client, day: str) -> list[tuple[str, str]]:
        asked = {"visit_type": "check-up", "from": day, "to": day}
        return [
            (slot["start"][11:], slot["end"][11:])
            for slot in get(client, "slots", asked).json["slots"]
        ]

    def test_in_autumn_an_hour_comes_twice(
        self, client: Client, night: Provider, clock: Traveller
    ) -> None:
        clock.move_to("2026-10-20T12:00:00Z")
        assert self.found(client, "2026-11-01") == [
            ("00:00:00-04:00", "01:00:00-04:00"),
            ("01:00:00-04:00", "01:00:00-05:00"),
            ("01:00:00-05:00", "02:00:00-05:00"),
            ("02:00:00-05:00", "03:00:00-05:00"),
            ("03:00:00-05:00", "04:00:00-05:00"),
            ("04:00:00-05:00", "05:00:00-05:00"),
            ("05:00:00-05:00", "06:00:00-05:00"),
        ]

    def test_in_spring_an_hour_is_missing(self, client: Client, night: Provider) -> None:
        assert self.found(client, "2027-03-14") == [
            ("00:00:00-05:00", "01:00:00-05:00"),
            ("01:00:00-05:00", "03:00:00-04:00"),
            ("03:00:00-04:00", "04:00:00-04:00"),
            ("04:00:00-04:00", "05:00:00-04:00"),
            ("05:00:00-04:00", "06:00:00-04:00"),
        ]

    @pytest.mark.parametrize("day", ["2026-11-01", "2027-03-14"])
    @pytest.mark.usefixtures("at_once")
    def test_each_of_them_can_be_booked(
        self, client: Client, night: Provider, clock: Traveller, day: str
    ) -> None:
        clock.move_to("2026-10-20T12:00:00Z")
        offered = slots(client, "check-up", day)
        for number, (start, _) in enumerate(offered):
            answer = take(
                client,
                datetime.fromisoformat(start),
                visit_type="check-up",
                patient={"name": "Ana Ruiz", "email": f"ana-{number}@example.org"},
            )
            assert (answer.status, answer.json["start"]) == (201, start)
        assert slots(client, "check-up", day) == []
