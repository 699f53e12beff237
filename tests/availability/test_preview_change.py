"""What a change would open and close is known before it is saved."""

from datetime import date, time, timedelta

import pytest

from scheduler.availability.preview_change import preview_change
from scheduler.clinic.models import Provider, TimeOff, VisitType
from tests.factories import NOW, TUESDAY, at, book, make_hours, make_provider, somebody
from tests.rows import row_counts

FOUR_WEEKS = timedelta(days=27)


def tuesdays_until(provider: Provider, closes: str) -> None:
    provider.weekly_hours.filter(weekday=1).update(closes=time.fromisoformat(closes))


class TestTheTimes:
    def test_that_open_are_counted_by_day_provider_and_visit_type(self, dana: Provider) -> None:
        preview = preview_change(lambda: make_hours(dana, 5, "09:00", "11:00"), now=NOW)
        assert [one.day for one in preview.days] == [
            date(2026, 11, 21),
            date(2026, 11, 28),
            date(2026, 12, 5),
            date(2026, 12, 12),
        ]
        (times,) = preview.days[0].opens
        assert (times.visit_type, times.provider, times.count) == ("First visit", "Dana", 5)
        assert (times.first, times.last) == (at("2026-11-21 09:00"), at("2026-11-21 10:00"))
        assert preview.days[0].closes == []

    def test_that_close_are_those_that_were_free(self, dana: Provider) -> None:
        book(at("2026-11-24 14:00"))
        preview = preview_change(lambda: tuesdays_until(dana, "14:00"), now=NOW)
        day = next(one for one in preview.days if one.day == TUESDAY.date())
        (times,) = day.closes
        # 13:15 to 16:00 on the quarter hours, less those that the visit has taken already.
        assert (times.count, times.first, times.last) == (
            5,
            at("2026-11-24 15:00"),
            at("2026-11-24 16:00"),
        )

    def test_may_both_open_and_close(self, dana: Provider) -> None:
        def longer() -> None:
            VisitType.objects.filter(slug="new-patient").update(grid_minutes=20)

        preview = preview_change(longer, now=NOW)
        assert preview.days[0].opens
        assert preview.days[0].closes

    def test_are_none_where_nothing_changes(self, dana: Provider) -> None:
        preview = preview_change(lambda: None, now=NOW)
        assert (preview.days, preview.outside) == ([], [])

    def test_name_a_provider_who_goes(self, dana: Provider) -> None:
        eli = make_provider("eli")
        preview = preview_change(eli.delete, now=NOW)
        assert {times.provider for one in preview.days for times in one.closes} == {"Eli"}
        assert Provider.objects.filter(slug="eli").exists()


class TestTheVisits:
    def test_that_would_stand_outside_the_hours_are_named(self, dana: Provider) -> None:
        inside, outside = book(), book(at("2026-12-22 15:00"), person=somebody(1))
        preview = preview_change(lambda: tuesdays_until(dana, "14:00"), now=NOW)
        assert preview.outside == [outside]
        assert inside not in preview.outside

    def test_that_stand_outside_already_are_not_news(self, dana: Provider) -> None:
        book()
        tuesdays_until(dana, "10:30")
        preview = preview_change(lambda: tuesdays_until(dana, "10:15"), now=NOW)
        assert preview.outside == []

    def test_of_a_type_that_is_no_longer_seen_are_outside(self, dana: Provider) -> None:
        visit = book()
        assert preview_change(dana.visit_types.clear, now=NOW).outside == [visit]

    def test_of_a_type_that_is_switched_off_are_outside(self, dana: Provider) -> None:
        visit = book()

        def switch_off() -> None:
            VisitType.objects.filter(slug="new-patient").update(active=False)

        assert preview_change(switch_off, now=NOW).outside == [visit]


class TestTheChange:
    def test_is_taken_back(self, dana: Provider) -> None:
        before = row_counts()
        preview_change(lambda: make_hours(dana, 5, "09:00", "11:00"), now=NOW)
        preview_change(dana.weekly_hours.all().delete, now=NOW)
        assert row_counts() == before

    def test_is_taken_back_where_it_fails(self, dana: Provider) -> None:
        def fail() -> None:
            TimeOff.objects.create(first_day=NOW.date(), last_day=NOW.date())
            raise LookupError

        with pytest.raises(LookupError):
            preview_change(fail, now=NOW)
        assert not TimeOff.objects.exists()
