"""The hours that careless tests break at are those that `tests.clocks` runs at."""

from datetime import date, timedelta

from tests.clocks import OHIO, hours


class TestTheHours:
    def test_are_ahead_and_what_their_names_say(self) -> None:
        found = hours(date(2026, 11, 29))
        assert found["a Saturday at noon"].strftime("%A %H:%M") == "Saturday 12:00"
        assert found["December 31 at noon"].date() == date(2026, 12, 31)
        spring = found["a minute before the clock goes forward"]
        assert (spring.date(), spring.utcoffset()) == (date(2027, 3, 14), timedelta(hours=-5))
        autumn = found["the second half past one when it goes back"]
        assert (autumn.date(), autumn.utcoffset()) == (date(2027, 11, 7), timedelta(hours=-5))
        assert found["a minute before midnight"].tzinfo is OHIO
        assert found["a week before a holiday"].date() == date(2026, 12, 18)
