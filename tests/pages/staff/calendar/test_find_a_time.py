"""Find a time: the next ten that suit, and one key books."""

from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from django.template.loader import render_to_string
from django.test import Client

from scheduler.audit.models import AccessEvent
from scheduler.availability.find_times import find_times
from scheduler.availability.load_schedule import UnknownProvider
from scheduler.availability.visit_rules import load_visit
from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider, VisitType
from tests.factories import NOW, ZONE, book, make_patient, make_provider, somebody
from tests.pages.reading import soup
from tests.staff import HTMX

pytestmark = pytest.mark.django_db
PATH = "/staff/find/"
TODAY = date(2026, 11, 16)


def starts(visit_type: str = "follow-up", since: date = TODAY, **wishes: Any) -> list[str]:
    found = find_times(load_visit(visit_type, staff=True), since, now=NOW, **wishes)
    return [f"{one.start:%a %d %H:%M} {one.provider}" for one in found]


def look(desk: Client, **query: Any) -> BeautifulSoup:
    answer = desk.get(PATH, query, **HTMX)
    assert answer.status_code == 200
    return soup(answer)


def picks(page: BeautifulSoup) -> list[Tag]:
    return page.select("[data-pick]")


def start_of(pick: Tag) -> datetime:
    query = parse_qs(urlsplit(str(pick["href"])).query)
    return datetime.fromisoformat(query["start"][0]).replace(tzinfo=ZONE)


class TestTheTimes:
    def test_are_ten_visits_after_one_another(self, staffed: Provider) -> None:
        found = starts()
        assert len(found) == 10
        assert found[:3] == ["Mon 16 10:00 dana", "Mon 16 10:30 dana", "Mon 16 11:00 dana"]

    def test_are_clear_of_other_visits_and_on_the_visits_own_grid(self, staffed: Provider) -> None:
        Appointment.objects.filter(pk=book(person=somebody(1), provider="dana").pk).update(
            status="confirmed"
        )
        found = starts(since=date(2026, 11, 24))
        assert found[:4] == [
            "Tue 24 09:00 dana",
            "Tue 24 09:30 dana",
            "Tue 24 11:00 dana",
            "Tue 24 11:30 dana",
        ]

    def test_may_be_narrowed(self, staffed: Provider) -> None:
        assert {start[:3] for start in starts(weekdays=[3])} == {"Thu"}
        assert all("09:00" <= start[7:12] < "12:00" for start in starts(part_of_day="morning"))
        assert all(start[7:12] >= "12:00" for start in starts(part_of_day="afternoon"))

    def test_are_with_whoever_has_least_to_do_or_with_the_one_asked_for(
        self, staffed: Provider
    ) -> None:
        make_provider("eve", "follow-up")
        book(person=somebody(1), provider="dana")
        tuesday = date(2026, 11, 24)
        assert starts(since=tuesday)[0].endswith("eve")
        assert starts(since=tuesday, provider="dana")[0].endswith("dana")

    def test_of_a_provider_who_has_no_such_visits_are_none(self, staffed: Provider) -> None:
        with pytest.raises(UnknownProvider):
            starts("procedure", provider="dana")

    def test_are_found_with_as_many_queries_however_much_is_booked(
        self, staffed: Provider, django_assert_num_queries: Any
    ) -> None:
        for number in range(3):
            book(person=somebody(number), start=NOW.replace(day=23, hour=11 + number))
        visit = load_visit("follow-up", staff=True)
        with django_assert_num_queries(3):
            find_times(visit, TODAY, now=NOW)


class TestThePage:
    def test_has_times_at_once_each_with_its_key(self, desk: Client) -> None:
        page = look(desk)
        assert [pick["data-pick"] for pick in picks(page)] == list("1234567890")
        assert page.select_one("[autofocus]")["name"] == "visit_type"

    def test_gives_mornings_two_weeks_from_now(self, desk: Client) -> None:
        page = look(desk, visit_type="follow-up", weeks="2", part="morning")
        first = start_of(picks(page)[0])
        assert first == datetime(2026, 11, 30, 9, tzinfo=ZONE)
        assert all(start_of(pick).hour < 12 for pick in picks(page))

    def test_begins_at_a_day_that_is_asked_for(self, desk: Client) -> None:
        page = look(desk, weeks="day", day="2026-12-10", weekday=["4"])
        assert start_of(picks(page)[0]).date() == date(2026, 12, 11)

    def test_leads_to_the_booking_of_just_that(self, desk: Client) -> None:
        patient = make_patient()
        first = picks(look(desk, visit_type="follow-up", patient=patient.pk, weeks="2"))[0]
        booking = soup(desk.get(str(first["href"]), **HTMX))
        assert booking.select_one("[name=start]")["value"] == "2026-11-30T09:00"
        assert booking.select_one("[name=patient]")["value"] == str(patient.pk)
        assert booking.select_one("[autofocus]").get_text(strip=True) == "Book"
        assert AccessEvent.objects.latest("pk").patients == [patient.pk]

    def test_answers_the_form_with_the_times_alone(self, desk: Client) -> None:
        answer = desk.get(PATH, {"weeks": "2"}, **HTMX, HTTP_HX_TARGET="found-times")
        assert not soup(answer).select("form")
        assert len(picks(soup(answer))) == 10

    def test_goes_on_to_later_times(self, desk: Client) -> None:
        page = look(desk)
        further = page.select("a")[-1]
        later = soup(desk.get(str(further["href"]), **HTMX))
        assert start_of(picks(later)[0]).date() >= start_of(picks(page)[-1]).date()

    def test_says_where_nothing_is_free(self, desk: Client, staffed: Provider) -> None:
        staffed.weekly_hours.all().delete()
        assert "Nothing is free" in look(desk).get_text()

    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ({"weeks": "day"}, "Give a day."),
            ({"weeks": "day", "day": "x"}, "Give a day."),
            ({"visit_type": "procedure", "provider": "dana"}, "They don't see this kind of visit."),
        ],
    )
    def test_says_what_is_wrong(self, desk: Client, query: dict[str, str], said: str) -> None:
        answer = desk.get(PATH, query, **HTMX)
        assert answer.status_code == 422
        assert said in soup(answer).get_text()

    def test_is_whole_without_a_script(self, desk: Client) -> None:
        page = soup(desk.get(PATH))
        assert page.select_one("noscript button").get_text() == "Show times"

    def test_stays_within_its_queries(
        self, desk: Client, django_assert_max_num_queries: Any
    ) -> None:
        desk.get(PATH, **HTMX)
        with django_assert_max_num_queries(16):
            desk.get(PATH, {"weeks": "2"}, **HTMX, HTTP_HX_TARGET="found-times")


class TestTheNextVisit:
    def test_is_one_link_away_at_check_out(self, desk: Client, staffed: Provider) -> None:
        done = book(person=somebody(1), visit_type="follow-up", provider="dana")
        part = BeautifulSoup(
            render_to_string("staff/_next_visit.html", {"appointment": done}), "lxml"
        )
        links = [str(link["href"]) for link in part.select("a[data-panel]")]
        assert [parse_qs(link)["weeks"][0] for link in links] == ["2", "4", "6", "12"]
        page = soup(desk.get(links[1], **HTMX))
        assert start_of(picks(page)[0]) == datetime(2026, 12, 14, 9, tzinfo=ZONE)
        assert page.select_one("[autofocus]")["data-pick"] == "1"
        assert page.select_one("[name=provider] [selected]")["value"] == "dana"
        assert VisitType.objects.get(slug="follow-up").name in page.get_text()
