"""Who is called before a first visit, and from when on."""

import pytest

from scheduler.booking.confirm import confirm
from scheduler.clinic.models import Provider, VisitType
from scheduler.contact_requests.unconfirmed_visits import unconfirmed_new_visits
from tests.factories import at, book, make_time_off, somebody

pytestmark = pytest.mark.django_db


def listed(now: str) -> list[str]:
    """The days and times of the visits that are on the list then."""
    visits = unconfirmed_new_visits(now=at(now))
    return [f"{visit.starts_at.astimezone(at(now).tzinfo):%d %H:%M}" for visit in visits]


class TestUnconfirmedNewVisits:
    def test_are_on_the_list_from_one_oclock_the_day_before(self, dana: Provider) -> None:
        book(at("2026-11-24 10:00"))
        assert listed("2026-11-23 12:59") == []
        assert listed("2026-11-23 13:00") == ["24 10:00"]

    def test_stay_on_it_until_they_start(self, dana: Provider) -> None:
        book(at("2026-11-24 10:00"))
        assert listed("2026-11-24 09:59") == ["24 10:00"]
        assert listed("2026-11-24 10:00") == []

    def test_of_a_monday_are_on_it_from_friday_on(self, dana: Provider) -> None:
        book(at("2026-11-23 10:00"))
        assert listed("2026-11-20 12:59") == []
        assert listed("2026-11-20 13:00") == ["23 10:00"]
        assert listed("2026-11-22 16:00") == ["23 10:00"]

    def test_after_closed_days_are_called_on_the_last_day_before(self, dana: Provider) -> None:
        make_time_off("2026-11-27").save()
        book(at("2026-11-30 10:00"))
        assert listed("2026-11-25 12:59") == []
        # Thursday is Thanksgiving, Friday is off.
        assert listed("2026-11-25 13:00") == ["30 10:00"]

    def test_come_in_the_order_of_their_times(self, dana: Provider) -> None:
        book(at("2026-11-24 14:00"))
        book(at("2026-11-24 09:00"), person=somebody(1))
        assert listed("2026-11-23 15:00") == ["24 09:00", "24 14:00"]

    def test_leave_it_once_they_are_confirmed(self, dana: Provider) -> None:
        confirm(book(at("2026-11-24 10:00")).pk, now=at("2026-11-23 14:00"))
        assert listed("2026-11-23 14:00") == []

    def test_of_patients_who_have_been_here_are_not_called(self, dana: Provider) -> None:
        dana.visit_types.add(VisitType.objects.get(slug="follow-up"))
        book(at("2026-11-24 10:00"), visit_type="follow-up")
        assert listed("2026-11-23 14:00") == []
