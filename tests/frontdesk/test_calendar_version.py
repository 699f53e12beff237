"""What a page that asks for news gets to know."""

from typing import Any

import psycopg
import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from scheduler.booking.confirm import confirm
from scheduler.clinic.models import Provider
from scheduler.frontdesk.calendar_version import calendar_version
from tests.factories import NOW, book, make_time_off, somebody

pytestmark = pytest.mark.django_db


class TestTheVersion:
    def test_stays_while_nothing_changes(self, dana: Provider) -> None:
        book()
        assert calendar_version() == calendar_version()

    def test_differs_after_a_booking_and_after_a_change(self, dana: Provider) -> None:
        seen = [calendar_version()]
        appointment = book()
        seen.append(calendar_version())
        confirm(appointment.pk, now=NOW)
        seen.append(calendar_version())
        assert len(set(seen)) == 3

    def test_differs_when_time_off_is_taken_back(self, dana: Provider) -> None:
        off = make_time_off("2026-11-24", provider=dana)
        off.save()
        before = calendar_version()
        off.delete()
        assert calendar_version() != before

    def test_takes_one_query(
        self, dana: Provider, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        with django_assert_num_queries(1):
            calendar_version()


@pytest.mark.django_db(transaction=True)
def test_a_change_that_commits_after_a_later_one_is_seen(dana: Provider) -> None:
    appointment = book()
    with psycopg.connect(**_address()) as slow:
        slow.execute(
            "UPDATE scheduler_appointment SET note = 'slow' WHERE id = %s", [appointment.pk]
        )
        book(NOW.replace(day=25), person=somebody(1))
        before = calendar_version()
        slow.commit()
    assert calendar_version() != before


def _address() -> dict[str, Any]:
    found = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    return {name: found[name] for name in names if name in found}
