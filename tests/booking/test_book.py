"""Taking a time: the rules, who sees the patient, and where."""

from collections.abc import Callable
from datetime import date, timedelta
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection

from scheduler.availability.load_schedule import UnknownProvider
from scheduler.availability.visit_rules import UnknownVisitType
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import (
    AlreadyBooked,
    NotOffered,
    PatientBusy,
    SlotTaken,
    UnderAge,
    UnknownCondition,
)
from scheduler.clinic.models import OpenHoliday, Provider, VisitType
from scheduler.messaging import plan as plan_messages
from scheduler.messaging.models import Message
from scheduler.patients.models import Patient
from tests.factories import (
    NOW,
    STAFF,
    TUESDAY,
    a_person,
    at,
    book,
    hold,
    make_clinic,
    make_hours,
    make_provider,
    make_time_off,
    make_visit_type,
    somebody,
)
from tests.meanwhile import somebody_waits

HOUR = timedelta(hours=1)


def reason(start: str, **changes: Any) -> str:
    with pytest.raises(NotOffered) as refused:
        book(at(start), **changes)
    return refused.value.reason


class TestTheRules:
    def test_a_start_must_be_ahead(self, dana: Provider) -> None:
        assert reason("2026-11-13 10:00") == "past"

    def test_new_patients_come_two_business_days_later_at_the_earliest(
        self, dana: Provider
    ) -> None:
        assert reason("2026-11-17 16:00") == "notice"
        assert book(at("2026-11-18 09:00")).status == "booked"

    def test_notice_does_not_count_weekends_and_holidays(self, dana: Provider) -> None:
        wednesday = at("2026-11-25 15:00")
        assert reason("2026-11-27 09:00", now=wednesday) == "notice"
        assert book(at("2026-11-30 09:00"), now=wednesday).status == "booked"

    def test_the_horizon_ends_after_ninety_days(self, dana: Provider) -> None:
        last = date(2026, 11, 16) + timedelta(days=90)
        assert last == date(2027, 2, 14)
        assert reason("2027-02-15 09:00") == "horizon"
        friday = at("2027-02-12 16:00")
        assert book(friday).starts_at == friday

    @pytest.mark.parametrize("minute", ["10:01", "10:05", "10:00:30", "10:00:00.000001"])
    def test_a_start_is_on_the_grid(self, dana: Provider, minute: str) -> None:
        assert reason(f"2026-11-24 {minute}") == "grid"

    @pytest.mark.parametrize(
        "start", ["2026-11-24 08:45", "2026-11-24 16:15", "2026-11-24 17:00", "2026-11-21 10:00"]
    )
    def test_the_whole_visit_lies_inside_the_hours(self, dana: Provider, start: str) -> None:
        assert reason(start) == "closed"

    @pytest.mark.parametrize("scope", ["provider", "clinic", "rooms"])
    def test_time_off_closes(self, dana: Provider, scope: str) -> None:
        scopes: dict[str, list[dict[str, Any]]] = {
            "provider": [{"provider": dana}],
            "clinic": [{}],
            "rooms": [
                {"room": room} for room in VisitType.objects.get(slug="new-patient").rooms.all()
            ],
        }
        for one in scopes[scope]:
            make_time_off("2026-11-24", times=("10:30", "12:00"), **one).save()
        assert reason("2026-11-24 10:00") == "closed"
        assert book(at("2026-11-24 12:00")).status == "booked"

    def test_a_federal_holiday_is_closed_unless_it_is_opened(self, dana: Provider) -> None:
        thanksgiving = at("2026-11-26 10:00")
        assert reason("2026-11-26 10:00") == "closed"
        OpenHoliday.objects.create(day=thanksgiving.date())
        assert book(thanksgiving).status == "booked"

    def test_a_daily_cap_counts_a_providers_visits_of_the_type(self, clinic: object) -> None:
        make_visit_type(daily_cap=2)
        dana = make_provider("dana", "check-up")
        make_provider("eli", "check-up")
        for hour in (9, 11):
            book(
                TUESDAY.replace(hour=hour),
                visit_type="check-up",
                provider="dana",
                person=somebody(hour),
            )
        with pytest.raises(SlotTaken):
            book(TUESDAY.replace(hour=14), visit_type="check-up", provider=dana.slug)
        third = book(TUESDAY.replace(hour=14), visit_type="check-up")
        assert third.provider.slug == "eli"


class TestWhoMayBookWhat:
    def test_a_provider_who_does_not_see_the_type_is_unknown(self, dana: Provider) -> None:
        with pytest.raises(UnknownProvider):
            book(visit_type="follow-up", provider="dana")

    def test_a_provider_who_left_is_unknown(self, dana: Provider) -> None:
        dana.active = False
        dana.save()
        with pytest.raises(UnknownProvider):
            book(provider="dana")

    def test_a_type_for_staff_is_unknown_to_patients(self, clinic: object) -> None:
        make_provider("dana", "procedure")
        with pytest.raises(UnknownVisitType):
            book(visit_type="procedure")
        assert book(visit_type="procedure", by=STAFF).created_by == STAFF

    def test_a_condition_must_be_published(self, dana: Provider) -> None:
        with pytest.raises(UnknownCondition):
            book(condition="gout")

    def test_a_child_is_asked_to_call(self, dana: Provider) -> None:
        eighteen_that_day = date(2008, 11, 24)
        with pytest.raises(UnderAge):
            book(person=a_person(date_of_birth=eighteen_that_day + timedelta(days=1)))
        assert book(person=a_person(date_of_birth=eighteen_that_day)).status == "booked"

    def test_one_coming_visit_of_a_type_is_booked_online(self, dana: Provider) -> None:
        book()
        with pytest.raises(AlreadyBooked):
            book(at("2026-12-01 10:00"))
        assert book(at("2026-12-01 10:00"), by=STAFF).status == "booked"

    def test_a_patient_has_one_visit_at_a_time(self, dana: Provider) -> None:
        make_visit_type()
        make_provider("eli", "check-up")
        book()
        with pytest.raises(PatientBusy):
            book(at("2026-11-24 10:30"), visit_type="check-up")


class TestPlace:
    def test_rooms_are_taken_in_the_types_order(self, dana: Provider) -> None:
        for slug in ("eli", "fay"):
            make_provider(slug)
        rooms = [book(person=somebody(number)).room for number in range(2)]
        assert [room and room.slug for room in rooms] == ["exam-1", "exam-2"]
        with pytest.raises(SlotTaken):
            book(person=somebody(3))

    def test_hours_may_name_the_room(self, clinic: object) -> None:
        make_visit_type(rooms=["exam-1", "procedure"])
        dana = make_provider("dana", "check-up", hours=None)
        procedure = VisitType.objects.get(slug="check-up").rooms.get(slug="procedure")
        make_hours(dana, 1, "09:00", "12:00", room=procedure)
        assert book(visit_type="check-up").room == procedure
        make_provider("eli", "check-up")
        assert (book(visit_type="check-up", person=somebody(1)).room or procedure).slug == "exam-1"

    def test_hours_may_be_for_some_types_only(self, clinic: object) -> None:
        make_visit_type()
        dana = make_provider("dana", "check-up", "new-patient", hours=None)
        make_hours(dana, 1, "09:00", "12:00", "new-patient")
        make_hours(dana, 1, "13:00", "15:00", "check-up", "new-patient")
        assert reason("2026-11-24 10:00", visit_type="check-up") == "closed"
        assert book(TUESDAY.replace(hour=13), visit_type="check-up").status == "booked"

    def test_hours_may_repeat_every_second_week(self, clinic: object) -> None:
        make_visit_type()
        dana = make_provider("dana", "check-up", hours=None)
        make_hours(dana, 1, "09:00", "12:00", valid_from=date(2026, 11, 17), every_n_weeks=2)
        assert reason("2026-11-24 10:00", visit_type="check-up") == "closed"
        assert book(at("2026-12-01 10:00"), visit_type="check-up").status == "booked"

    def test_a_visit_by_phone_takes_no_room(self, clinic: object) -> None:
        make_provider("dana", "phone-visit")
        assert book(visit_type="phone-visit").room is None

    def test_buffers_keep_the_next_visit_away(self, clinic: object) -> None:
        make_visit_type(buffer_before_minutes=15, buffer_after_minutes=30)
        make_provider("dana", "check-up")
        first = book(visit_type="check-up")
        assert (first.busy_start, first.busy_end) == (
            TUESDAY - timedelta(minutes=15),
            TUESDAY + timedelta(minutes=90),
        )
        with pytest.raises(SlotTaken):
            book(TUESDAY + timedelta(minutes=90), visit_type="check-up", person=somebody(1))
        book(TUESDAY + timedelta(minutes=105), visit_type="check-up", person=somebody(1))

    def test_buffers_may_overhang_hours_but_not_time_off(self, clinic: object) -> None:
        make_visit_type(buffer_before_minutes=15)
        dana = make_provider("dana", "check-up")
        make_time_off("2026-11-24", times=("08:00", "09:00"), provider=dana).save()
        assert reason("2026-11-24 09:00", visit_type="check-up") == "closed"
        assert book(at("2026-11-25 09:00"), visit_type="check-up").status == "booked"

    def test_the_provider_with_the_fewest_booked_minutes_is_chosen(self, dana: Provider) -> None:
        make_provider("eli")
        first = book(person=somebody(1))
        second = book(TUESDAY + 3 * HOUR, person=somebody(2))
        third = book(TUESDAY + 5 * HOUR, person=somebody(3))
        chosen = [one.provider.slug for one in (first, second, third)]
        assert chosen == ["dana", "eli", "dana"]

    def test_minutes_of_another_day_do_not_count(self, dana: Provider) -> None:
        make_provider("eli")
        book(TUESDAY - timedelta(days=1), person=somebody(1))
        assert book(person=somebody(2)).provider == dana


class TestTaken:
    def test_names_the_nearest_free_times(self, dana: Provider) -> None:
        book(person=somebody(1))
        with pytest.raises(SlotTaken) as taken:
            book()
        starts = [one.start for one in taken.value.alternatives]
        assert starts == [
            at(f"2026-11-24 {clock}") for clock in ("09:00", "11:00", "11:15", "11:30", "11:45")
        ]
        assert {one.provider for one in taken.value.alternatives} == {"dana"}
        assert all(one.end - one.start == HOUR for one in taken.value.alternatives)

    def test_offers_other_providers_when_the_wanted_one_is_full(self, dana: Provider) -> None:
        make_provider("eli", hours=None)
        make_hours(
            Provider.objects.get(slug="eli"), 1, "10:00", "11:00", valid_until=date(2026, 11, 24)
        )
        book(provider="eli", person=somebody(1), now=NOW)
        with pytest.raises(SlotTaken) as taken:
            book(at("2026-11-24 10:00"), provider="eli", now=at("2026-11-18 12:00"))
        assert {one.provider for one in taken.value.alternatives} == {"dana"}


class TestTheReference:
    def test_that_another_visit_has_is_drawn_again(
        self, dana: Provider, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        taken = book(person=somebody(1)).reference
        drawn = iter([taken, "A1B2C3D4"])
        monkeypatch.setattr("scheduler.links.tokens.new_reference", lambda: next(drawn))
        assert book(TUESDAY + HOUR, person=somebody(2)).reference == "A1B2C3D4"


class TestAllOrNothing:
    @pytest.mark.parametrize("take", [book, hold])
    @pytest.mark.parametrize(
        "failing",
        [
            ["scheduler.booking.reserve.issue_links"],
            ["scheduler.messaging.plan.new"],
        ],
        ids=["links", "messages"],
    )
    def test_a_failure_on_the_way_leaves_nothing(
        self,
        dana: Provider,
        monkeypatch: pytest.MonkeyPatch,
        take: Callable[[], Appointment],
        failing: list[str],
    ) -> None:
        def fail(*args: object, **kwargs: object) -> None:
            raise RuntimeError("the disk is full")

        for name in failing:
            monkeypatch.setattr(name, fail)
        with pytest.raises(RuntimeError):
            take()
        for table in (Appointment, Patient, Message):
            assert not table.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    def test_keep_to_the_days_cap_together(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The second waits until the first is written, and then finds the day full."""
        make_clinic()
        make_visit_type(daily_cap=1)
        make_provider("dana", "check-up")
        written, finish = Event(), Event()
        owe, ended = plan_messages.owe, []

        def owe_and_wait(*args: Any, **options: Any) -> None:
            owe(*args, **options)
            if not written.is_set():
                written.set()
                finish.wait(60)

        def take(hour: int) -> None:
            try:
                book(TUESDAY.replace(hour=hour), visit_type="check-up", person=somebody(hour))
                ended.append("booked")
            except SlotTaken:
                ended.append("full")
            finally:
                connection.close()

        monkeypatch.setattr(plan_messages, "owe", owe_and_wait)
        first, second = Thread(target=take, args=(9,)), Thread(target=take, args=(14,))
        first.start()
        assert written.wait(60)
        second.start()
        while second.is_alive() and not somebody_waits():
            second.join(0.02)
        finish.set()
        first.join()
        second.join()
        assert ended == ["booked", "full"]
