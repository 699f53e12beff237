"""What PostgreSQL calls an instant is the same instant here, in UTC."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.utils import DataError

pytestmark = pytest.mark.django_db


def read(written: str) -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [written])
        (found,) = cursor.fetchone()
        assert isinstance(found, datetime)
        return found


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-11-16 15:00+00", datetime(2026, 11, 16, 15, tzinfo=UTC)),
        ("2026-11-16 10:00:00.5-05", datetime(2026, 11, 16, 15, 0, 0, 500_000, tzinfo=UTC)),
        ("2027-03-14 07:00:00.123456+00", datetime(2027, 3, 14, 7, 0, 0, 123_456, tzinfo=UTC)),
        ("1883-11-18 12:03:58+00", datetime(1883, 11, 18, 12, 3, 58, tzinfo=UTC)),
    ],
)
def test_is_read_as_it_is(written: str, instant: datetime) -> None:
    found = read(written)
    assert found == instant
    assert found.tzinfo is UTC


def test_is_read_where_the_server_writes_another_zone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL timezone = 'America/New_York'")
    assert read("2026-11-16 15:00+00") == datetime(2026, 11, 16, 15, tzinfo=UTC)


@pytest.mark.parametrize("written", ["infinity", "0044-03-15 12:00+00 BC"])
def test_is_refused_where_python_knows_no_such_day(written: str) -> None:
    with pytest.raises(DataError):
        read(written)
