"""Time off on the staff's pages: the list, the form, and the visits that stand in the way."""

from datetime import date, timedelta

import pytest
from django.test import Client

from scheduler.audit.models import AccessEvent
from scheduler.booking.models import Appointment
from scheduler.clinic.models import Clinic, OpenHoliday, Provider, TimeOff
from scheduler.worklist.models import StaffTask
from tests.factories import NOW, TUESDAY, at, book, hold, make_time_off, somebody
from tests.pages.reading import marked_fields, soup

pytestmark = pytest.mark.django_db
LIST, NEW = "/staff/time-off/", "/staff/time-off/new/"


def typed(**changes: object) -> dict[str, object]:
    """The Tuesday off for everybody."""
    return {
        "scope": "clinic",
        "first_day": "2026-11-24",
        "last_day": "2026-11-24",
        "weekdays": [0, 1, 2, 3, 4, 5, 6],
        "reason": "Conference",
        **changes,
    }


def decided(visit: Appointment, fate: str, to: str = "") -> dict[str, object]:
    return {
        f"fate-{visit.pk}": fate,
        f"version-{visit.pk}": visit.version,
        f"to-{visit.pk}": to,
    }


class TestTheList:
    def test_names_what_is_coming_and_not_what_is_over(self, manager: Client) -> None:
        make_time_off("2026-11-02", reason="Long ago").save()
        make_time_off("2026-12-01", "2026-12-31", weekdays=0b10000, reason="Fridays").save()
        words = manager.get(LIST).content.decode()
        assert "Fridays" in words
        assert "Tue, Dec 1 – Thu, Dec 31, 2026, only Fri" in words
        assert "Long ago" not in words

    def test_shows_the_holidays_and_opens_one_after_all(self, manager: Client) -> None:
        page = soup(manager.get(LIST))
        assert "Thanksgiving" in page.get_text()
        manager.post(f"{LIST}holidays/", {"day": "2026-11-26", "open": "1"})
        assert OpenHoliday.objects.get().day == date(2026, 11, 26)
        assert book(at("2026-11-26 10:00")).status == "booked"

    def test_does_not_close_a_holiday_over_visits(self, manager: Client) -> None:
        OpenHoliday.objects.create(day=date(2026, 11, 26))
        visit = book(at("2026-11-26 10:00"))
        answer = manager.post(f"{LIST}holidays/", {"day": "2026-11-26", "open": "0"}, follow=True)
        assert "1 booked on that day" in answer.content.decode()
        assert OpenHoliday.objects.exists()
        visit.delete()
        manager.post(f"{LIST}holidays/", {"day": "2026-11-26", "open": "0"})
        assert not OpenHoliday.objects.exists()

    @pytest.mark.parametrize("day", ["", "tomorrow", "2026-02-30"])
    def test_opens_no_day_that_is_none(self, manager: Client, day: str) -> None:
        assert manager.post(f"{LIST}holidays/", {"day": day, "open": "1"}).status_code == 422

    def test_is_a_managers(self, desk: Client, clinician: Client) -> None:
        for client in (desk, clinician):
            assert client.get(LIST).status_code == 403
            assert client.post(NEW, typed()).status_code == 403
        assert not TimeOff.objects.exists()


class TestTheForm:
    def test_saves_days_off_for_a_provider(self, manager: Client, staffed: Provider) -> None:
        answer = manager.post(NEW, typed(scope=f"provider-{staffed.pk}"))
        assert (answer.status_code, answer["Location"]) == (302, LIST)
        saved = TimeOff.objects.get()
        assert (saved.provider, saved.room, saved.weekdays) == (staffed, None, 127)
        assert (saved.starts, saved.reason) == (None, "Conference")

    def test_saves_hours_that_repeat_until_a_day(self, manager: Client) -> None:
        repeats = typed(last_day="2026-12-31", weekdays=[4], starts="13:00", ends="15:00")
        manager.post(NEW, repeats)
        saved = TimeOff.objects.get()
        assert (saved.weekdays, saved.last_day) == (0b10000, date(2026, 12, 31))
        assert (str(saved.starts), str(saved.ends)) == ("13:00:00", "15:00:00")

    def test_begins_with_the_day_and_the_provider_it_is_asked_for(
        self, manager: Client, staffed: Provider
    ) -> None:
        page = soup(manager.get(f"{NEW}?provider=dana&day=2026-12-04"))
        assert page.find(id="id_first_day")["value"] == "2026-12-04"
        chosen = page.find(id="id_scope").find("option", selected=True)
        assert chosen["value"] == f"provider-{staffed.pk}"

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"scope": "provider-999"}, "scope"),
            ({"first_day": "2026-11-25"}, "last_day"),
            ({"first_day": "soon"}, "first_day"),
            ({"starts": "10:00"}, "ends"),
            ({"starts": "10:00", "ends": "10:00"}, "ends"),
            ({"weekdays": []}, "weekdays"),
            ({"weekdays": ["9"]}, "weekdays"),
            ({"reason": "x" * 101}, "reason"),
        ],
    )
    def test_says_at_its_field_what_is_wrong(
        self, manager: Client, changes: dict[str, object], field: str
    ) -> None:
        answer = manager.post(NEW, typed(**changes))
        assert answer.status_code == 422
        assert field in marked_fields(answer)
        assert not TimeOff.objects.exists()

    def test_changes_and_deletes(self, manager: Client) -> None:
        manager.post(NEW, typed())
        pk = TimeOff.objects.get().pk
        assert 'value="Conference"' in manager.get(f"{LIST}{pk}/").content.decode()
        manager.post(f"{LIST}{pk}/", typed(last_day="2026-11-25"))
        assert TimeOff.objects.get().last_day == date(2026, 11, 25)
        manager.post(f"{LIST}{pk}/delete/")
        assert not TimeOff.objects.exists()


class TestVisitsInTheWay:
    def test_are_listed_with_the_nearest_free_times(self, manager: Client) -> None:
        visit = book()
        answer = manager.post(NEW, typed())
        assert answer.status_code == 409
        assert not TimeOff.objects.exists()
        page = soup(answer)
        options = page.find("select", attrs={"name": f"to-{visit.pk}"}).find_all("option")
        assert options[0].get_text() == "Mon Nov 23, 4:00 PM, Dana"
        assert "Ana Ruiz" in page.get_text()
        assert AccessEvent.objects.filter(patients__contains=[visit.patient_id]).exists()

    def test_move_when_that_is_decided(self, manager: Client, nudges: list[str]) -> None:
        visit = book()
        decision = decided(visit, "move", f"{at('2026-11-25 10:00').isoformat()}|dana")
        assert manager.post(NEW, typed() | decision).status_code == 302
        visit.refresh_from_db()
        assert visit.starts_at == at("2026-11-25 10:00")
        assert TimeOff.objects.exists()
        assert nudges == ["staff.time_off.time_off"]

    def test_keep_what_was_decided_when_something_is_wrong(self, manager: Client) -> None:
        first, second = book(), book(TUESDAY + timedelta(hours=2), person=somebody(1))
        taken = decided(second, "move", f"{at('2026-11-24 15:00').isoformat()}|dana")
        answer = manager.post(NEW, typed() | decided(first, "call") | taken)
        assert answer.status_code == 409
        ticked = soup(answer).find("input", attrs={"name": f"fate-{first.pk}", "checked": True})
        assert ticked["value"] == "call"
        assert "Nobody works then who sees this kind of visit." in answer.content.decode()
        first.refresh_from_db()
        assert first.status == "booked"

    def test_go_on_the_call_list(self, manager: Client) -> None:
        visit = book()
        manager.post(NEW, typed() | decided(visit, "call"))
        assert StaffTask.objects.get().appointment == visit

    def test_may_be_a_time_that_somebody_is_just_choosing(self, manager: Client) -> None:
        held = hold()
        answer = manager.post(NEW, typed())
        assert "Somebody who is booking right now" in answer.content.decode()
        assert manager.post(NEW, typed() | decided(held, "let-go")).status_code == 302

    @pytest.mark.parametrize(
        "broken",
        [
            {"fate-x": "cancel"},
            {"fate-1": "explode", "version-1": "1"},
            {"fate-99999999999999999999": "cancel", "version-99999999999999999999": "1"},
            {"fate-1": "move", "version-1": "1", "to-1": "never|\x00"},
        ],
    )
    def test_take_no_decision_that_is_none(
        self, manager: Client, broken: dict[str, object]
    ) -> None:
        book()
        assert manager.post(NEW, typed() | broken).status_code == 409
        assert not TimeOff.objects.exists()


def test_the_list_takes_the_same_few_queries(
    manager: Client, clinic: Clinic, django_assert_max_num_queries: object
) -> None:
    for day in range(1, 20):
        make_time_off(f"2026-12-{day:02d}", reason=str(NOW)).save()
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        manager.get(LIST)
