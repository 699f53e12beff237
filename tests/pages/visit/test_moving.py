"""Moving a visit: the times on offer, and taking one of them."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider, VisitType
from scheduler.messaging.models import Message
from tests.factories import make_hours
from tests.pages.factories import NOW, VISIT_START, make_appointment, page_of
from tests.pages.reading import soup, words_of
from tests.pages.visitor import errors_of

pytestmark = pytest.mark.django_db
NEW_START = "2026-11-23T10:00:00-05:00"


class TestTheTimesOffered:
    def test_are_ten_days_of_the_same_providers_free_times(self, client: Client) -> None:
        appointment = make_appointment()
        elsewhere = Provider.objects.create(slug="erin-holt", name="Erin Holt")
        elsewhere.visit_types.add(appointment.visit_type)
        page = soup(client.get(page_of(appointment) + "/change"))
        days = page.select("details.day")
        assert len(days) == 10
        assert page.select_one("#with [selected]")["value"] == "dana-whitfield"

    def test_are_those_of_another_provider_or_anyone_if_asked(self, client: Client) -> None:
        appointment = make_appointment()
        erin = Provider.objects.create(slug="erin-holt", name="Erin Holt")
        erin.visit_types.add(appointment.visit_type)
        make_hours(erin, 1, "17:00", "19:00")
        path = page_of(appointment) + "/change"
        assert offered(client, path + "?with=erin-holt")[0] == "2026-11-17T17:00:00-05:00"
        assert "2026-11-17T17:00:00-05:00" in offered(client, path + "?with=")
        assert "2026-11-17T17:00:00-05:00" not in offered(client, path)

    def test_say_who_where_there_is_one_provider_only(self, client: Client) -> None:
        words = words_of(client.get(page_of(make_appointment()) + "/change"))
        assert "You'll see Dana Whitfield, MD." in words
        assert "New patient visit, 60 minutes. Please come 20 minutes early" in words

    def test_leave_out_the_visits_own_time_and_others_visits(self, client: Client) -> None:
        appointment = make_appointment()
        make_appointment(start=VISIT_START + timedelta(hours=2), reference="0THER000")
        times = offered(client, page_of(appointment) + "/change?from=2026-11-24")
        assert "2026-11-24T10:00:00-05:00" not in times
        assert "2026-11-24T11:15:00-05:00" not in times
        # Its own hour is free for it, an hour from 10:15 on included.
        assert "2026-11-24T10:15:00-05:00" in times

    @pytest.mark.parametrize("providers", [1, 3])
    def test_take_few_queries_however_many_there_are_to_see(
        self, client: Client, django_assert_num_queries: DjangoAssertNumQueries, providers: int
    ) -> None:
        appointment = make_appointment()
        for number in range(1, providers):
            erin = Provider.objects.create(slug=f"erin-{number}", name="Erin Holt")
            erin.visit_types.add(appointment.visit_type)
        path = page_of(appointment) + "/change"
        client.get(path)
        with django_assert_num_queries(9):
            client.get(path)

    def test_are_folded_away_but_for_the_first_day(self, client: Client) -> None:
        days = soup(client.get(page_of(make_appointment()) + "/change")).select("details")
        assert [day.has_attr("open") for day in days] == [True] + 9 * [False]
        assert " ".join(days[0].summary.get_text().split()) == (
            "Monday, November 16, 2026 (25 times)"
        )

    def test_go_on_to_later_days_and_back(self, client: Client) -> None:
        path = page_of(make_appointment()) + "/change"
        link = soup(client.get(path)).select_one(".later a")
        assert link["href"] == "?with=dana-whitfield&from=2026-12-01"
        later = soup(client.get(path + link["href"]))
        assert later.select_one("summary").get_text().startswith("Tuesday, December 1, 2026")
        assert later.select_one('.later a[href="?with=dana-whitfield"]')

    @pytest.mark.parametrize("since", ["nonsense", "0001-01-01", "9999-12-31", "2026-13-01", ""])
    @pytest.mark.parametrize("provider", ["", "nobody", "\x00"])
    def test_survive_anything_in_the_address(
        self, client: Client, since: str, provider: str
    ) -> None:
        path = page_of(make_appointment()) + "/change"
        assert client.get(path, {"from": since, "with": provider}).status_code == 200

    def test_are_none_when_the_provider_has_left(self, client: Client) -> None:
        path = page_of(make_appointment()) + "/change"
        Provider.objects.update(active=False)
        assert "There is no free time in these days." in words_of(client.get(path))

    def test_are_none_when_the_visit_type_is_gone(self, client: Client) -> None:
        path = page_of(make_appointment()) + "/change"
        VisitType.objects.update(active=False)
        assert "There is no free time in these days." in words_of(client.get(path))

    def test_are_not_shown_when_it_is_too_late_to_move(self, client: Client) -> None:
        path = page_of(make_appointment())
        with time_machine.travel(VISIT_START - timedelta(minutes=119), tick=False):
            response = client.get(path + "/change", follow=True)
        assert "It is too late for that online." in words_of(response)


def offered(client: Client, path: str) -> list[str]:
    page = soup(client.get(path))
    return [str(field["value"]) for field in page.select(".times input[name=start]")]


class TestMoving:
    def move(self, client: Client, appointment: Appointment, **fields: str) -> str:
        form = {"start": NEW_START, "version": str(appointment.version), **fields}
        response = client.post(page_of(appointment) + "/change", form, follow=True)
        appointment.refresh_from_db()
        return words_of(response)

    def test_takes_the_new_time(self, client: Client, nudges: list[str]) -> None:
        appointment = make_appointment(status="confirmed", confirmed_at=NOW)
        words = self.move(client, appointment)
        assert "Your visit is at its new time." in words
        assert "Monday, November 23, 2026" in words
        assert appointment.starts_at == datetime(2026, 11, 23, 15, tzinfo=UTC)
        assert appointment.status == "booked"
        assert nudges == ["visit.other_time"]

    def test_late_is_told_before_and_after(self, client: Client) -> None:
        appointment = make_appointment()
        with time_machine.travel(VISIT_START - timedelta(hours=3), tick=False):
            asked = words_of(client.get(page_of(appointment) + "/change"))
            moved = self.move(client, appointment, start="2026-11-30T10:00:00-05:00")
        assert "Your visit is less than one business day away." in asked
        assert "The old one was less than one business day away" in moved

    def test_in_time_is_not_called_late(self, client: Client) -> None:
        appointment = make_appointment()
        assert "business day" not in words_of(client.get(page_of(appointment) + "/change"))
        assert "business day" not in self.move(client, appointment)

    def test_is_told_once_and_of_no_later_state(self, client: Client) -> None:
        appointment = make_appointment()
        form = {"start": NEW_START, "version": str(appointment.version)}
        moved = client.post(page_of(appointment) + "/change", form)["Location"]
        assert "Your visit is at its new time." in words_of(client.get(moved))
        client.post(page_of(appointment) + "/cancel")
        assert "Your visit is at its new time." not in words_of(client.get(moved))

    def test_to_a_time_just_taken_says_so_and_keeps_the_old(self, client: Client) -> None:
        appointment = make_appointment()
        make_appointment(start=datetime(2026, 11, 23, 15, tzinfo=UTC), reference="0THER000")
        assert "That time has just been taken." in self.move(client, appointment)
        assert appointment.starts_at == VISIT_START

    def test_to_a_time_just_taken_offers_the_nearest(self, client: Client) -> None:
        appointment = make_appointment()
        make_appointment(start=datetime(2026, 11, 23, 15, tzinfo=UTC), reference="0THER000")
        form = {"start": NEW_START, "version": "1", "with": "dana-whitfield"}
        response = client.post(page_of(appointment) + "/change", form)
        assert response.status_code == 409
        nearest = [one["value"] for one in soup(response).select(".nearest [name=start]")]
        assert len(nearest) == 5
        assert "2026-11-23T09:00:00-05:00" in nearest

    def test_to_another_visit_of_theirs_says_so(self, client: Client) -> None:
        appointment = make_appointment()
        erin = Provider.objects.create(slug="erin-holt", name="Erin Holt")
        make_appointment(start=datetime(2026, 11, 23, 15, tzinfo=UTC), reference="0THER000")
        Appointment.objects.filter(reference="0THER000").update(
            provider=erin, patient=appointment.patient
        )
        assert "The patient has another visit at that time." in self.move(client, appointment)

    def test_to_another_provider_if_asked(self, client: Client) -> None:
        appointment = make_appointment()
        erin = Provider.objects.create(slug="erin-holt", name="Erin Holt")
        erin.visit_types.add(appointment.visit_type)
        make_hours(erin, 0, "09:00", "12:00")
        self.move(client, appointment, **{"with": "erin-holt"})
        assert (appointment.provider, appointment.starts_at.day) == (erin, 23)

    @pytest.mark.parametrize("provider", ["nobody", "\x00"])
    def test_to_a_provider_who_is_none_is_refused(self, client: Client, provider: str) -> None:
        appointment = make_appointment()
        self.move(client, appointment, **{"with": provider})
        assert appointment.provider.slug == "dana-whitfield"

    def test_of_a_visit_that_changed_meanwhile_is_refused(self, client: Client) -> None:
        appointment = make_appointment(version=3)
        words = self.move(client, appointment, version="2")
        assert "Your visit changed in the meantime." in words
        assert appointment.starts_at == VISIT_START

    def test_to_the_same_time_changes_nothing(self, client: Client) -> None:
        appointment = make_appointment()
        self.move(client, appointment, start="2026-11-24T10:00:00-05:00")
        assert appointment.version == 1
        assert not Message.objects.exists()

    @pytest.mark.parametrize(
        "start",
        [
            "",
            "soon",
            "2026-11-23T10:00:00",
            "2026-11-23",
            "9999-12-31T23:59:59-12:00",
            "0001-01-01T00:00:00+14:00",
        ],
    )
    def test_without_a_real_instant_asks_for_one(self, client: Client, start: str) -> None:
        appointment = make_appointment()
        form = {"start": start, "version": "1", "from": "2026-11-24"}
        response = client.post(page_of(appointment) + "/change", form)
        assert response.status_code == 422
        page = soup(response)
        assert page.select_one(".errors [href='#id_start']")
        assert errors_of(response) == {"start": "Please choose one of these times."}
        assert page.select_one("[name=from]")["value"] == "2026-11-24"
        appointment.refresh_from_db()
        assert appointment.starts_at == VISIT_START

    @pytest.mark.parametrize("start", ["2026-11-22T10:00:00-05:00", "2026-11-23T10:07:00-05:00"])
    def test_to_a_time_that_is_not_offered_is_refused(self, client: Client, start: str) -> None:
        appointment = make_appointment()
        assert "Please choose another." in self.move(client, appointment, start=start)
        assert appointment.starts_at == VISIT_START

    @pytest.mark.parametrize("version", ["", "-1", "x", "9" * 40])
    def test_with_an_odd_version_does_not_break(self, client: Client, version: str) -> None:
        appointment = make_appointment()
        self.move(client, appointment, version=version)
        assert appointment.starts_at == VISIT_START
