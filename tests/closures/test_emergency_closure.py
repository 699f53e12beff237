"""A snow day, from the plan to the news: nobody is told before somebody says so."""

from datetime import timedelta

import pytest

from scheduler.booking.cancel import cancel
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import NotOffered
from scheduler.booking.reschedule import reschedule
from scheduler.booking.set_appointment_status import set_appointment_status
from scheduler.clinic.models import Provider, TimeOff
from scheduler.closures.emergency_closure import (
    AlreadyPlanned,
    AlreadySent,
    WrongDay,
    change_offer,
    drop_emergency_closure,
)
from scheduler.closures.follow_offers import NO_ANSWER, NOT_REACHED, follow_offers
from scheduler.closures.models import EmergencyClosure, RescheduleOffer
from scheduler.closures.send_emergency_closure import NOT_TOLD
from scheduler.core.status import AppointmentStatus
from scheduler.messaging.models import Message
from scheduler.worklist.models import StaffTask
from tests.closures.closing import DAY, manager_id, offer_of, plan, send, visits
from tests.factories import (
    NOW,
    PATIENT,
    STAFF,
    TUESDAY,
    a_person,
    at,
    book,
    hold,
    make_provider,
    messages_of,
    somebody,
)
from tests.rows import row_counts

# Of NOW, a Monday: the second business day's noon.
WEDNESDAY_NOON = at("2026-11-18 12:00")


class TestThePlan:
    def test_tells_nobody_and_calls_nothing_off(self, dana: Provider) -> None:
        visit = book()
        before = [(m.pk, m.status) for m in messages_of(visit)]
        plan()
        visit.refresh_from_db()
        assert visit.status == "booked"
        assert [(m.pk, m.status) for m in messages_of(visit)] == before

    def test_closes_the_clinic_for_new_bookings(self, dana: Provider) -> None:
        plan()
        with pytest.raises(NotOffered):
            book()

    def test_keeps_a_new_time_for_each_visit_the_earliest_first(self, dana: Provider) -> None:
        found = visits(3)
        plan()
        kept = [offer_of(visit).held for visit in found]
        assert [held.starts_at for held in kept if held] == [
            at("2026-11-25 09:00"),
            at("2026-11-25 10:00"),
            at("2026-11-25 11:00"),
        ]
        assert {(h.status, h.created_by, h.provider) for h in kept if h} == {
            ("held", "staff", dana)
        }

    def test_of_a_second_day_has_the_visits_that_moved_there_from_the_first(
        self, dana: Provider
    ) -> None:
        visit = book()
        plan()
        earlier = offer_of(visit).held
        assert earlier
        reschedule(visit.pk, at("2026-11-25 11:00"), by=STAFF, now=NOW)
        second = plan(day=at("2026-11-25 00:00").date())
        [offer] = RescheduleOffer.objects.filter(appointment=visit)
        assert offer.emergency_closure == second
        assert offer.held
        assert offer.held != earlier
        earlier.refresh_from_db()
        assert earlier.status == AppointmentStatus.EXPIRED

    def test_keeps_it_until_noon_of_the_second_business_day(self, dana: Provider) -> None:
        visit = book()
        plan()
        offer = offer_of(visit)
        assert offer.held
        assert offer.expires_at == offer.held.hold_expires_at == WEDNESDAY_NOON

    def test_keeps_it_no_longer_than_it_could_be_moved(self, dana: Provider) -> None:
        visit = book()
        plan(now=at("2026-11-23 20:00"))
        offer = offer_of(visit)
        assert offer.held
        assert offer.held.starts_at == at("2026-11-25 09:00")
        assert offer.expires_at == at("2026-11-25 07:00")

    def test_stays_with_the_provider_even_where_another_is_free_sooner(
        self, dana: Provider
    ) -> None:
        visit = book()
        TimeOff.objects.create(
            provider=dana, first_day=DAY + timedelta(days=1), last_day=DAY + timedelta(days=3)
        )
        make_provider("eli")
        plan()
        held = offer_of(visit).held
        assert held
        assert (held.provider, held.starts_at) == (dana, at("2026-11-30 09:00"))

    def test_offers_another_provider_before_none(self, dana: Provider) -> None:
        visit = book()
        make_provider("eli")
        dana.weekly_hours.exclude(weekday=TUESDAY.weekday()).delete()
        TimeOff.objects.create(
            provider=dana, first_day=DAY + timedelta(days=1), last_day=DAY + timedelta(days=99)
        )
        plan()
        held = offer_of(visit).held
        assert held
        assert held.provider.slug == "eli"

    def test_has_no_time_where_there_is_none(self, dana: Provider) -> None:
        visit = book()
        TimeOff.objects.create(first_day=DAY + timedelta(days=1), last_day=DAY + timedelta(days=99))
        plan()
        assert offer_of(visit).held is None

    def test_never_offers_a_time_when_the_patient_is_here_anyway(self, dana: Provider) -> None:
        visit = book()
        book(at("2026-11-25 09:00"), visit_type="new-patient", by=STAFF)
        plan()
        held = offer_of(visit).held
        assert held
        assert held.starts_at == at("2026-11-25 10:00")

    def test_leaves_who_is_here_already_alone(self, dana: Provider) -> None:
        here, coming = visits(2)
        set_appointment_status(here.pk, AppointmentStatus.ARRIVED, now=TUESDAY)
        plan(now=TUESDAY)
        assert list(RescheduleOffer.objects.values_list("appointment", flat=True)) == [coming.pk]

    def test_lets_go_of_a_time_that_somebody_was_just_choosing(self, dana: Provider) -> None:
        held = hold()
        plan()
        held.refresh_from_db()
        assert held.status == "expired"

    def test_keeps_another_time_where_the_next_day_closes_too(self, dana: Provider) -> None:
        visit = book()
        plan()
        plan(day=DAY + timedelta(days=1))
        held = offer_of(visit).held
        assert held
        assert (held.status, held.starts_at) == ("held", at("2026-11-27 09:00"))

    def test_is_made_once_for_a_day(self, dana: Provider) -> None:
        first = plan()
        with pytest.raises(AlreadyPlanned) as refused:
            plan()
        assert refused.value.emergency_closure == first

    @pytest.mark.parametrize("days", [-1, 15])
    def test_is_for_today_and_the_next_two_weeks(self, dana: Provider, days: int) -> None:
        before = row_counts()
        user = manager_id()
        with pytest.raises(WrongDay):
            plan(day=NOW.date() + timedelta(days=days), by=user)
        assert row_counts()["scheduler_emergencyclosure"] == before["scheduler_emergencyclosure"]
        assert not TimeOff.objects.exists()


class TestChangingThePlan:
    def test_a_visit_may_be_just_called_off(self, dana: Provider) -> None:
        visit = book()
        plan()
        held = offer_of(visit).held
        assert held
        offer = change_offer(offer_of(visit).pk, propose=False, now=NOW)
        held.refresh_from_db()
        assert (offer.held, held.status) == (None, "expired")

    def test_and_be_given_a_time_again(self, dana: Provider) -> None:
        visit = book()
        plan()
        change_offer(offer_of(visit).pk, propose=False, now=NOW)
        offer = change_offer(offer_of(visit).pk, propose=True, now=NOW)
        assert offer.held
        assert offer.held.starts_at == at("2026-11-25 09:00")

    def test_is_over_once_it_is_sent(self, dana: Provider) -> None:
        visit = book()
        emergency_closure = send(plan())
        with pytest.raises(AlreadySent):
            change_offer(offer_of(visit).pk, propose=False, now=NOW)
        with pytest.raises(AlreadySent):
            drop_emergency_closure(emergency_closure.pk)
        with pytest.raises(AlreadySent):
            send(emergency_closure)

    def test_dropping_it_opens_the_day_and_frees_the_kept_times(self, dana: Provider) -> None:
        visit = book()
        drop_emergency_closure(plan().pk)
        assert not TimeOff.objects.exists()
        assert not EmergencyClosure.objects.exists()
        assert not Appointment.objects.filter(status="held").exists()
        visit.refresh_from_db()
        assert visit.status == "booked"


class TestSending:
    def test_calls_the_visits_off_and_owes_each_a_text_and_a_mail(self, dana: Provider) -> None:
        found = visits(2)
        send(plan())
        for visit in found:
            visit.refresh_from_db()
            assert (visit.status, visit.cancelled_by) == ("cancelled", "staff")
            assert not visit.changed_late
            planned = messages_of(visit, status="planned")
            assert [(m.kind, m.sequence) for m in planned] == [("closed", 1)] * 2
            assert {m.channel for m in planned} == {"sms", "email"}

    def test_tells_the_earliest_visit_first(self, dana: Provider) -> None:
        found = visits(3)
        send(plan())
        dues = [messages_of(visit, kind="closed")[0].due_at for visit in found]
        assert dues == sorted(set(dues))
        assert dues[0] == NOW

    @pytest.mark.parametrize(
        ("now", "due"),
        [
            ("2026-11-24 05:10", "2026-11-24 06:00"),
            ("2026-11-24 06:10", "2026-11-24 06:10"),
            ("2026-11-23 21:30", "2026-11-24 06:00"),
        ],
    )
    def test_begins_at_six_in_the_morning(self, dana: Provider, now: str, due: str) -> None:
        visit = book()
        emergency_closure = plan(now=at(now))
        send(emergency_closure, now=at(now))
        assert {m.due_at for m in messages_of(visit, kind="closed")} == {at(due)}

    def test_counts_the_time_to_answer_from_the_asking(self, dana: Provider) -> None:
        visit = book()
        send(plan(), now=NOW + timedelta(days=1))
        offer = offer_of(visit)
        assert offer.status == "sent"
        assert offer.held
        assert offer.expires_at == offer.held.hold_expires_at == at("2026-11-19 12:00")

    def test_offers_no_time_that_lapsed_before_it_was_sent(self, dana: Provider) -> None:
        visit = book()
        send(plan(), now=WEDNESDAY_NOON)
        offer = offer_of(visit)
        assert (offer.status, offer.held) == ("sent", None)

    def test_leaves_a_visit_alone_that_the_patient_moved(self, dana: Provider) -> None:
        visit = book()
        emergency_closure = plan()
        reschedule(visit.pk, at("2026-11-30 10:00"), by=PATIENT, now=NOW)
        send(emergency_closure)
        visit.refresh_from_db()
        assert visit.status == "booked"
        assert not RescheduleOffer.objects.exists()
        assert not Appointment.objects.filter(status="held").exists()

    def test_leaves_a_visit_alone_that_was_called_off(self, dana: Provider) -> None:
        visit = book()
        emergency_closure = plan()
        cancel(visit.pk, by=PATIENT, now=NOW)
        send(emergency_closure)
        assert not Message.objects.filter(kind="closed").exists()

    def test_puts_who_may_not_be_written_to_on_the_call_list(self, dana: Provider) -> None:
        visit = book(person=a_person(sms_consent=False, email_consent=False))
        send(plan())
        task = StaffTask.objects.get()
        assert (task.kind, task.appointment, task.note) == ("call-closed", visit, NOT_TOLD)
        assert offer_of(visit).held


class TestFollowing:
    def test_asks_for_a_call_once_where_neither_text_nor_mail_arrived(self, dana: Provider) -> None:
        visit = book()
        send(plan())
        Message.objects.filter(kind="closed", channel="sms").update(status="undelivered")
        assert follow_offers(now=NOW) == 0
        Message.objects.filter(kind="closed", channel="email").update(status="failed")
        assert follow_offers(now=NOW) == 1
        assert follow_offers(now=NOW) == 0
        assert StaffTask.objects.get().note == NOT_REACHED
        assert offer_of(visit).status == "sent"

    def test_asks_for_a_call_where_nobody_answered_in_time(self, dana: Provider) -> None:
        visit = book()
        send(plan())
        assert follow_offers(now=WEDNESDAY_NOON - timedelta(minutes=1)) == 0
        assert follow_offers(now=WEDNESDAY_NOON) == 1
        offer = offer_of(visit)
        assert offer.held
        assert (offer.status, offer.held.status) == ("expired", "expired")
        assert StaffTask.objects.get().note == NO_ANSWER

    def test_asks_for_one_call_whatever_went_wrong(self, dana: Provider) -> None:
        book(person=a_person(sms_consent=False, email_consent=False))
        send(plan())
        follow_offers(now=WEDNESDAY_NOON)
        assert StaffTask.objects.count() == 1

    def test_leaves_a_plan_alone(self, dana: Provider) -> None:
        book(person=somebody(1))
        plan()
        assert follow_offers(now=WEDNESDAY_NOON) == 0
