"""Set-up in the admin: what would break a booking is refused, and said."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Condition, OpenHoliday, Provider, Room, VisitType
from tests.factories import at, book
from tests.pages.reading import words_of

pytestmark = pytest.mark.django_db
THANKSGIVING = date(2026, 11, 26)
Closing = Callable[[Any, Client, OpenHoliday], str]
HOLIDAYS = "/admin/scheduler/openholiday/"


@pytest.fixture
def admin() -> Client:
    browser = Client()
    browser.force_login(User.objects.create_superuser("root"))
    return browser


class TestASlug:
    @pytest.mark.parametrize("slug", ["Follow_Up", "follow_up", "FOLLOW", "follow-up\n"])
    @pytest.mark.parametrize("model", [VisitType, Provider, Room, Condition])
    def test_is_one_that_the_api_takes(self, model: type[Model], slug: str) -> None:
        with pytest.raises(ValidationError) as refused:
            model(slug=slug).clean_fields()
        said = " ".join(refused.value.message_dict["slug"])
        assert "Use small letters, digits and hyphens, such as follow-up." in said

    def test_is_named_where_it_is_typed(self, admin: Client) -> None:
        typed = {"name": "Exam 9", "slug": "Exam_9", "active": "on"}
        assert "Use small letters" in words_of(admin.post("/admin/scheduler/room/add/", typed))
        assert (
            admin.post("/admin/scheduler/room/add/", typed | {"slug": "exam-9"}).status_code == 302
        )


class TestAHolidayThatIsOpen:
    @pytest.fixture
    def holiday(self, dana: Provider) -> OpenHoliday:
        return OpenHoliday.objects.create(day=THANKSGIVING)

    @pytest.fixture
    def visit(self, holiday: OpenHoliday) -> Appointment:
        return book(at("2026-11-26 10:00"))

    def _delete(self, admin: Client, holiday: OpenHoliday) -> str:
        path = f"{HOLIDAYS}{holiday.pk}/delete/"
        return words_of(admin.post(path, {"post": "yes"}, follow=True))

    def _delete_chosen(self, admin: Client, holiday: OpenHoliday) -> str:
        chosen = {"action": "delete_selected", "_selected_action": [holiday.pk], "post": "yes"}
        return words_of(admin.post(HOLIDAYS, chosen, follow=True))

    def _move(self, admin: Client, holiday: OpenHoliday) -> str:
        typed = {"day": "2026-12-25", "note": ""}
        return words_of(admin.post(f"{HOLIDAYS}{holiday.pk}/change/", typed, follow=True))

    @pytest.mark.parametrize("close", [_delete, _delete_chosen, _move])
    def test_is_not_closed_again_over_a_visit(
        self, admin: Client, holiday: OpenHoliday, visit: Appointment, close: Closing
    ) -> None:
        said = close(self, admin, holiday)
        assert "1 booked visits are in the way" in said
        assert visit.reference in said
        assert OpenHoliday.objects.get().day == THANKSGIVING
        assert not LogEntry.objects.exists()

    @pytest.mark.parametrize("close", [_delete, _delete_chosen, _move])
    def test_is_closed_again_where_nobody_comes(
        self, admin: Client, holiday: OpenHoliday, close: Closing
    ) -> None:
        close(self, admin, holiday)
        assert not OpenHoliday.objects.filter(day=THANKSGIVING).exists()

    def test_may_get_another_note_with_visits_on_it(
        self, admin: Client, holiday: OpenHoliday, visit: Appointment
    ) -> None:
        typed = {"day": "2026-11-26", "note": "Until noon"}
        admin.post(f"{HOLIDAYS}{holiday.pk}/change/", typed)
        assert OpenHoliday.objects.get().note == "Until noon"

    def test_that_is_no_holiday_closes_nothing(self, admin: Client, dana: Provider) -> None:
        book(at("2026-11-24 10:00"))
        ordinary = OpenHoliday.objects.create(day=date(2026, 11, 24))
        self._delete(admin, ordinary)
        assert not OpenHoliday.objects.exists()

    @pytest.mark.parametrize("close", [_delete, _delete_chosen, _move])
    def test_waits_for_bookings_on_their_way(
        self,
        admin: Client,
        holiday: OpenHoliday,
        close: Closing,
    ) -> None:
        with CaptureQueriesContext(connection) as queries:
            close(self, admin, holiday)
        asked = [query["sql"] for query in queries]
        locked = next(n for n, sql in enumerate(asked) if "pg_advisory_xact_lock(" in sql)
        looked = next(n for n, sql in enumerate(asked) if '"busy_end" >' in sql)
        assert locked < looked
