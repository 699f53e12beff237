"""Staff's pages open on a day that is of use: today, or the next day that the clinic is open."""

import pytest
import time_machine
from django.test import Client

from scheduler.clinic.models import TimeOff
from tests.factories import at
from tests.pages.reading import soup, words_of

pytestmark = pytest.mark.django_db
CLOSED = "The clinic is closed today. This is the next day it is open."
OVER = "Today is over. This is the next day the clinic is open."


class TestOpens:
    @pytest.mark.parametrize(
        ("hour", "day", "why"),
        [
            ("2026-11-24 12:00", "Tue, Nov 24", ""),
            ("2026-11-24 03:00", "Tue, Nov 24", ""),
            ("2026-11-24 19:59", "Tue, Nov 24", ""),
            ("2026-11-24 20:00", "Wed, Nov 25", OVER),
            ("2026-11-28 03:00", "Mon, Nov 30", CLOSED),
            ("2026-11-29 23:00", "Mon, Nov 30", CLOSED),
            # Thanksgiving; and the evening before it.
            ("2026-11-26 10:00", "Fri, Nov 27", CLOSED),
            ("2026-11-25 21:00", "Fri, Nov 27", OVER),
        ],
    )
    def test_on_a_day_that_is_of_use(self, desk: Client, hour: str, day: str, why: str) -> None:
        with time_machine.travel(at(hour), tick=False):
            said = words_of(desk.get("/staff/day/"))
        assert day in said
        for line in (CLOSED, OVER):
            assert (line in said) is (line == why)

    def test_after_the_days_that_the_clinic_takes_off(self, desk: Client) -> None:
        TimeOff.objects.create(
            first_day=at("2026-11-24 00:00").date(), last_day=at("2026-11-25 00:00").date()
        )
        with time_machine.travel(at("2026-11-24 12:00"), tick=False):
            said = words_of(desk.get("/staff/day/"))
        assert "Fri, Nov 27" in said
        assert CLOSED in said

    def test_on_the_day_that_is_asked_for(self, desk: Client) -> None:
        with time_machine.travel(at("2026-11-28 12:00"), tick=False):
            answer = desk.get("/staff/day/?day=2026-11-28")
        assert "Today, Sat, Nov 28" in words_of(answer)
        assert CLOSED not in words_of(answer)

    def test_with_a_way_to_today(self, desk: Client) -> None:
        with time_machine.travel(at("2026-11-28 12:00"), tick=False):
            links = soup(desk.get("/staff/day/")).select("a")
        assert "?day=2026-11-28" in [link.get("href") for link in links]

    def test_for_a_clinician_too(self, clinician: Client) -> None:
        with time_machine.travel(at("2026-11-28 12:00"), tick=False):
            said = words_of(clinician.get("/staff/my-day/"))
        assert "Mon, Nov 30" in said
        assert CLOSED in said

    def test_the_calendar_too(self, desk: Client) -> None:
        with time_machine.travel(at("2026-11-28 12:00"), tick=False):
            page = soup(desk.get("/staff/"))
        calendar = page.select_one("#calendar")
        assert calendar is not None
        assert (calendar["data-today"], calendar["data-opens-on"]) == ("2026-11-28", "2026-11-30")
        assert page.select_one("#calendar-instead").get_text(strip=True) == CLOSED
        with time_machine.travel(at("2026-11-24 12:00"), tick=False):
            page = soup(desk.get("/staff/"))
        assert page.select_one("#calendar-instead") is None
