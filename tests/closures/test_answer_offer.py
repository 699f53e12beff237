"""The patient's answer to a new time: yes, another, or none."""

from datetime import timedelta

import pytest

from scheduler.booking.models import Appointment
from scheduler.booking.refusals import NotOffered, PatientBusy, SlotTaken
from scheduler.booking.undo_cancel import undo_cancel
from scheduler.clinic.models import Provider, TimeOff
from scheduler.closures.answer_offer import OfferOver, accept_offer, choose_other, decline_offer
from scheduler.closures.follow_offers import follow_offers
from scheduler.closures.models import RescheduleOffer
from scheduler.links.models import Link
from scheduler.worklist.models import StaffTask
from tests.closures.closing import offer_of, plan, sent_offer
from tests.factories import NOW, STAFF, TUESDAY, at, book, make_provider, messages_of, somebody

WEDNESDAY = at("2026-11-25 09:00")
LATER = at("2026-12-01 10:00")


@pytest.fixture
def offer(dana: Provider) -> RescheduleOffer:
    return sent_offer()


class TestYes:
    def test_brings_the_visit_back_at_the_kept_time(self, offer: RescheduleOffer) -> None:
        visit = accept_offer(offer.pk, now=NOW)
        visit.refresh_from_db()
        assert (visit.status, visit.starts_at) == ("booked", WEDNESDAY)
        assert (visit.sequence, visit.cancelled_at, visit.cancel_reason) == (2, None, "")
        offer.refresh_from_db()
        assert (offer.status, offer.answered_at) == ("accepted", NOW)

    def test_gives_up_the_hold(self, offer: RescheduleOffer) -> None:
        accept_offer(offer.pk, now=NOW)
        assert list(Appointment.objects.values_list("status", flat=True).order_by("status")) == [
            "booked",
            "expired",
        ]

    def test_owes_the_news_of_the_move_and_the_reminders(self, offer: RescheduleOffer) -> None:
        visit = accept_offer(offer.pk, now=NOW)
        planned = messages_of(visit, status="planned")
        moved = [m for m in planned if m.kind == "moved"]
        assert {m.channel for m in moved} == {"sms", "email"}
        assert {m.old_starts_at for m in moved} == {TUESDAY}
        assert {m.sequence for m in planned} == {2}
        assert any(m.kind.startswith("reminder-") for m in planned)
        assert not messages_of(visit, kind="closed", status="planned")

    def test_keeps_the_link_alive_as_long_as_after_any_visit(self, offer: RescheduleOffer) -> None:
        visit = accept_offer(offer.pk, now=NOW)
        link = Link.objects.get(appointment=visit, purpose="a")
        assert link.expires_at == visit.ends_at + timedelta(days=30)

    def test_counts_once(self, offer: RescheduleOffer) -> None:
        accept_offer(offer.pk, now=NOW)
        with pytest.raises(OfferOver):
            accept_offer(offer.pk, now=NOW)

    def test_comes_too_late_once_the_time_is_no_longer_kept(self, offer: RescheduleOffer) -> None:
        with pytest.raises(OfferOver):
            accept_offer(offer.pk, now=offer.expires_at)
        offer.appointment.refresh_from_db()
        assert offer.appointment.status == "cancelled"

    def test_comes_too_early_before_the_plan_is_sent(self, dana: Provider) -> None:
        visit = book()
        plan()
        with pytest.raises(OfferOver):
            accept_offer(offer_of(visit).pk, now=NOW)

    def test_is_refused_where_the_patient_is_here_for_something_else(
        self, offer: RescheduleOffer
    ) -> None:
        make_provider("eli")
        book(WEDNESDAY, provider="eli", by=STAFF)
        with pytest.raises(PatientBusy):
            accept_offer(offer.pk, now=NOW)
        offer.refresh_from_db()
        assert offer.status == "sent"
        assert Appointment.objects.filter(status="held").count() == 1

    def test_settles_the_call_that_staff_were_to_make(self, offer: RescheduleOffer) -> None:
        offer.appointment.messages.filter(kind="closed").update(status="undelivered")
        follow_offers(now=NOW)
        accept_offer(offer.pk, now=NOW)
        assert not StaffTask.objects.filter(done_at=None).exists()


class TestAnotherTime:
    def test_brings_the_visit_back_there_and_frees_the_kept_one(
        self, offer: RescheduleOffer
    ) -> None:
        visit = choose_other(offer.pk, LATER, now=NOW)
        visit.refresh_from_db()
        assert (visit.status, visit.starts_at, visit.sequence) == ("booked", LATER, 2)
        assert book(WEDNESDAY, person=somebody(1)).starts_at == WEDNESDAY
        offer.refresh_from_db()
        assert offer.status == "other"

    def test_may_be_the_kept_one_after_all(self, offer: RescheduleOffer) -> None:
        assert choose_other(offer.pk, WEDNESDAY, now=NOW).starts_at == WEDNESDAY

    def test_keeps_to_the_rules_of_time(self, offer: RescheduleOffer) -> None:
        with pytest.raises(NotOffered):
            choose_other(offer.pk, at("2026-12-01 20:00"), now=NOW)
        assert Appointment.objects.filter(status="held").count() == 1

    def test_that_is_taken_names_the_nearest(self, offer: RescheduleOffer) -> None:
        book(LATER, person=somebody(1))
        with pytest.raises(SlotTaken) as taken:
            choose_other(offer.pk, LATER, now=NOW)
        assert taken.value.alternatives

    def test_can_be_chosen_when_the_kept_one_lapsed(self, offer: RescheduleOffer) -> None:
        follow_offers(now=offer.expires_at)
        assert choose_other(offer.pk, LATER, now=offer.expires_at).status == "booked"
        assert not StaffTask.objects.filter(done_at=None).exists()

    def test_is_not_chosen_twice(self, offer: RescheduleOffer) -> None:
        choose_other(offer.pk, LATER, now=NOW)
        with pytest.raises(OfferOver):
            choose_other(offer.pk, LATER + timedelta(days=1), now=NOW)


class TestTheOldTimeAfterAll:
    def test_lets_the_offer_and_its_time_go(self, offer: RescheduleOffer) -> None:
        TimeOff.objects.all().delete()
        undo_cancel(offer.appointment_id, by=STAFF, now=NOW)
        offer.refresh_from_db()
        assert (offer.status, offer.answered_at) == ("other", NOW)
        assert offer.held
        assert offer.held.status == "expired"


class TestNone:
    def test_leaves_the_visit_off_and_frees_the_kept_time(self, offer: RescheduleOffer) -> None:
        decline_offer(offer.pk, now=NOW)
        decline_offer(offer.pk, now=NOW)
        offer.appointment.refresh_from_db()
        assert offer.appointment.status == "cancelled"
        assert book(WEDNESDAY, person=somebody(1)).starts_at == WEDNESDAY
        assert follow_offers(now=offer.expires_at) == 0

    def test_is_too_late_with_a_new_time(self, offer: RescheduleOffer) -> None:
        accept_offer(offer.pk, now=NOW)
        with pytest.raises(OfferOver):
            decline_offer(offer.pk, now=NOW)
