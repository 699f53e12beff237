"""A time that is kept while a code is on its way, and how much one person can keep."""

from datetime import timedelta

import pytest

from scheduler.booking.holds.book_held import book_after_call
from scheduler.booking.holds.expire import expire_holds
from scheduler.booking.holds.hold_or_call import hold_or_call
from scheduler.booking.holds.verify import verify
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import HoldExpired, SlotTaken, TooManyHolds
from scheduler.clinic.models import Provider
from scheduler.patients.models import Patient
from scheduler.rate_limits.counting import CodeLimit
from scheduler.worklist.models import StaffTask
from tests.factories import (
    EMAIL,
    NOW,
    PHONE,
    TUESDAY,
    a_person,
    at,
    book,
    code_of,
    hold,
    make_provider,
    messages_of,
    somebody,
    wanted,
)

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


class TestHold:
    def test_keeps_the_time_for_a_quarter_of_an_hour(self, dana: Provider) -> None:
        held = hold()
        assert (held.status, held.hold_expires_at) == ("held", NOW + 15 * MINUTE)
        with pytest.raises(SlotTaken):
            book(person=somebody(1), now=NOW + 14 * MINUTE)

    def test_makes_no_patient_of_what_was_typed(self, dana: Provider) -> None:
        held = hold()
        assert held.patient is None
        assert held.contact is None
        assert (held.held_details or {})["name"] == "Ana Ruiz"
        assert not Patient.objects.exists()

    def test_owes_one_code_and_nothing_else(self, dana: Provider) -> None:
        (code,) = messages_of(hold())
        assert (code.kind, code.channel, code.to) == ("code", "sms", PHONE)
        assert (code.due_at, code.expires_at) == (NOW, NOW + 15 * MINUTE)
        assert code.body == ""

    def test_without_a_number_the_code_goes_by_mail(self, dana: Provider) -> None:
        (code,) = messages_of(hold(person=a_person(phone="")))
        assert (code.channel, code.to) == ("email", EMAIL)


class TestLapsedHold:
    def test_blocks_nobody_though_nothing_cleared_it_away(self, dana: Provider) -> None:
        lapsed = hold()
        booked = book(person=somebody(1), now=NOW + 15 * MINUTE)
        assert booked.starts_at == lapsed.starts_at
        lapsed.refresh_from_db()
        assert (lapsed.status, lapsed.held_details) == ("expired", None)

    def test_its_code_books_nothing(self, dana: Provider) -> None:
        lapsed = hold()
        with pytest.raises(HoldExpired):
            verify(lapsed.pk, code_of(lapsed), now=NOW + 15 * MINUTE)
        lapsed.refresh_from_db()
        assert lapsed.status == "held"

    def test_can_be_finished_up_to_its_last_moment(self, dana: Provider) -> None:
        held = hold()
        last_moment = NOW + 15 * MINUTE - timedelta(seconds=1)
        assert verify(held.pk, code_of(held), now=last_moment).status == "booked"

    def test_is_only_let_go_where_it_is_in_the_way(self, dana: Provider) -> None:
        hold()
        assert expire_holds(TUESDAY + DAY, TUESDAY + 2 * DAY, now=NOW + 20 * MINUTE) == 0
        assert expire_holds(TUESDAY, TUESDAY + MINUTE, now=NOW + 20 * MINUTE) == 1


class TestHowMuchOnePersonKeeps:
    def test_a_third_time_gives_up_the_first(self, dana: Provider) -> None:
        first, second, third = (hold(TUESDAY + n * DAY, now=NOW + n * MINUTE) for n in (0, 1, 6))
        for one in (first, second, third):
            one.refresh_from_db()
        assert [one.status for one in (first, second, third)] == ["expired", "held", "held"]
        assert first.held_details is None

    def test_somebody_elses_hold_on_my_number_stays_theirs(self, dana: Provider) -> None:
        mine = hold()
        for n in (1, 6):
            hold(TUESDAY + n * DAY, network="203.0.113.0/24")
        mine.refresh_from_db()
        assert mine.status == "held"

    def test_a_fifth_of_a_days_hours_is_kept_at_most(self, dana: Provider) -> None:
        make_provider("eli")  # with Dana 16 hours: 3 of one hour are a fifth at most, 4 are not
        for number in range(3):
            hold(TUESDAY + number * 2 * 60 * MINUTE, person=somebody(number))
        with pytest.raises(TooManyHolds):
            hold(TUESDAY + 6 * 60 * MINUTE, person=somebody(4))
        assert hold(TUESDAY + DAY, person=somebody(4)).status == "held"

    def test_two_holds_are_allowed_on_the_shortest_day(self, clinic: object) -> None:
        make_provider(hours=("09:00", "12:00"))
        hold(at("2026-11-24 09:00"), person=somebody(1))
        hold(at("2026-11-24 10:00"), person=somebody(2))
        with pytest.raises(TooManyHolds):
            hold(at("2026-11-24 11:00"), person=somebody(3))

    def test_booked_visits_are_no_holds(self, dana: Provider) -> None:
        for number in range(4):
            book(at(f"2026-11-24 {9 + number:02d}:00"), person=somebody(number))
        assert hold(at("2026-11-24 14:00"), person=somebody(5)).status == "held"

    def test_lapsed_holds_keep_nothing(self, clinic: object) -> None:
        make_provider(hours=("09:00", "12:00"))
        hold(at("2026-11-24 09:00"), person=somebody(1))
        hold(at("2026-11-24 10:00"), person=somebody(2))
        later = NOW + 15 * MINUTE
        assert hold(at("2026-11-24 11:00"), person=somebody(3), now=later).status == "held"


class TestStrangersOnMyNumber:
    def _ten_strangers(self) -> list[Appointment]:
        """Each from a network of their own, with my number and a mail address of theirs."""
        return [
            hold(
                TUESDAY + (number % 2) * DAY + number // 2 * 60 * MINUTE,
                person=a_person(name="Some One", email=f"stranger-{number}@example.org"),
                network=f"203.0.{number}.0/24",
            )
            for number in range(10)
        ]

    @pytest.fixture
    def full_clinic(self, clinic: object) -> None:
        for slug in ("dana", "eli", "fay", "gus", "hal"):
            make_provider(slug)

    def test_get_three_texts_to_me_at_most(self, full_clinic: None) -> None:
        codes = [message for one in self._ten_strangers() for message in messages_of(one)]
        assert [code.to for code in codes].count(PHONE) == 3

    def test_do_not_keep_me_from_booking(self, full_clinic: None) -> None:
        self._ten_strangers()
        mine = hold(at("2026-11-24 15:00"))
        assert messages_of(mine)[0].to == EMAIL
        assert verify(mine.pk, code_of(mine), now=NOW + MINUTE).status == "booked"

    def test_cost_me_no_more_than_an_hour_when_i_have_but_the_number(
        self, full_clinic: None
    ) -> None:
        self._ten_strangers()
        person = a_person(email="")
        with pytest.raises(CodeLimit) as limit:
            hold(at("2026-11-24 15:00"), person=person, now=NOW + MINUTE)
        assert (limit.value.scope, limit.value.retry_after) == ("contact", 59 * 60)
        held = hold(at("2026-11-24 15:00"), person=person, now=NOW + 60 * MINUTE)
        assert held.code_channel == "sms"

    def test_do_not_keep_me_from_a_time_when_i_have_but_the_number(self, full_clinic: None) -> None:
        """It is kept until we called; none of the strangers' holds stands in the way."""
        for number in range(10):
            hold_or_call(
                wanted(
                    TUESDAY + number % 2 * DAY + number // 2 * 60 * MINUTE,
                    person=a_person(name="Some One", email=""),
                    network=f"203.0.{number}.0/24",
                ),
                now=NOW,
            )
        mine = hold_or_call(
            wanted(at("2026-11-24 15:00"), person=a_person(email="")), now=NOW + MINUTE
        )
        assert (mine.status, mine.code_channel) == ("held", "")
        assert mine.hold_expires_at == at("2026-11-17 12:00")
        assert StaffTask.objects.filter(kind="call-to-book", appointment=mine).exists()
        assert book_after_call(mine.pk, now=NOW + 60 * MINUTE).status == "booked"
