"""Several visits of a patient on one day are reminded of in one text, which names them all."""

from datetime import datetime, timedelta

import pytest

from scheduler.booking.cancel import cancel
from scheduler.booking.models import Appointment
from scheduler.booking.reschedule import reschedule
from scheduler.clinic.models import Clinic, Provider
from scheduler.core import gsm7
from scheduler.messaging.compose import compose
from scheduler.messaging.consent.preferences import set_preferences
from scheduler.messaging.delivery.begin import begin
from scheduler.messaging.delivery.claim import claim_due
from scheduler.messaging.delivery.deliver import deliver
from scheduler.messaging.delivery.read import read_to_send
from scheduler.messaging.delivery.record import record_delivery
from scheduler.messaging.delivery.told_too import TOLD_TOO, begin_together
from scheduler.messaging.message_context import ToldToo
from scheduler.messaging.models import Message
from scheduler.messaging.outlook import Outlook, Why, outlook
from scheduler.replies.receive import receive
from scheduler.transports.errors import Refused
from tests.factories import NOW, PATIENT, PHONE, a_person, at, book, make_provider, somebody
from tests.messaging.carriers import Carrier, deliver_due, fresh
from tests.messaging.rendering import LANGUAGES, sms

pytestmark = pytest.mark.django_db
DAY_BEFORE = at("2026-11-23 10:00")
MORNING = at("2026-11-24 09:00")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def first(dana: Provider) -> Appointment:
    return book(at("2026-11-24 11:00"))


@pytest.fixture
def second(first: Appointment) -> Appointment:
    """Of another type, in the afternoon of the same day."""
    make_provider("eli", "follow-up")
    return book(at("2026-11-24 15:00"), visit_type="follow-up")


def reminder(visit: Appointment, kind: str = "1-day") -> Message:
    return visit.messages.get(kind=f"reminder-{kind}", channel="sms", sequence=visit.sequence)


def ended(*messages: Message) -> list[tuple[str, str]]:
    return [(one.status, one.reason) for one in map(fresh, messages)]


def texts_at(now: datetime) -> list[str]:
    """What leaves at this moment and in the two minutes after."""
    carrier = Carrier()
    for minutes in range(3):
        deliver_due(carrier, now=now + minutes * MINUTE)
    return [one.text for one in carrier.sent]


def settled(now: datetime) -> None:
    """What was due before is no matter."""
    Message.objects.filter(due_at__lt=now).delete()


class TestOneText:
    def test_names_both_times_and_asks_once(self, first: Appointment, second: Appointment) -> None:
        settled(DAY_BEFORE)
        (text,) = texts_at(DAY_BEFORE)
        assert "reminder: visits Tue Nov 24 11:00 AM, 3:00 PM EST.\n" in text
        assert "Reply 1 to confirm. To change one, call (419) 721-6358.\nSTOP to end." in text
        assert ended(reminder(first), reminder(second)) == [
            ("accepted", ""),
            ("suppressed", TOLD_TOO),
        ]

    @pytest.mark.parametrize("limit", [1, 10])
    def test_whoever_claims_them(self, first: Appointment, second: Appointment, limit: int) -> None:
        settled(DAY_BEFORE)
        carrier, clinic = Carrier(), Clinic.objects.get()
        claims = [*claim_due("sms", limit=limit, now=DAY_BEFORE)]
        claims += claim_due("sms", limit=limit, now=DAY_BEFORE)
        assert len(claims) == 2
        for claim in reversed(claims):
            deliver(claim, {"sms": carrier}, clinic, now=DAY_BEFORE)
        deliver_due(carrier, now=DAY_BEFORE + MINUTE)
        assert len(carrier.sent) == 1
        assert "11:00 AM, 3:00 PM" in carrier.sent[0].text
        # The text is the first visit's: answers and a fallback go by the one it belongs to.
        assert ended(reminder(second)) == [("suppressed", TOLD_TOO)]

    def test_of_the_morning_tells_of_the_afternoon(
        self, first: Appointment, second: Appointment
    ) -> None:
        settled(MORNING)
        assert len(texts_at(MORNING)) == 1
        assert ended(reminder(second, "2-hours")) == [("suppressed", TOLD_TOO)]
        assert texts_at(at("2026-11-24 13:00")) == []

    def test_says_nothing_of_one_that_was_called_off(
        self, first: Appointment, second: Appointment
    ) -> None:
        cancel(first.pk, by=PATIENT, now=NOW)
        settled(DAY_BEFORE)
        (text,) = texts_at(DAY_BEFORE)
        assert "visit Tue Nov 24 3:00 PM EST" in text

    def test_says_nothing_of_one_that_moved_to_another_day(
        self, first: Appointment, second: Appointment
    ) -> None:
        moved = reschedule(second.pk, at("2026-11-25 15:00"), by=PATIENT, now=NOW)
        settled(DAY_BEFORE)
        (text,) = texts_at(DAY_BEFORE)
        assert "visit Tue Nov 24 11:00 AM EST" in text
        assert ended(reminder(moved)) == [("planned", "")]

    def test_names_the_time_to_which_one_moved(
        self, first: Appointment, second: Appointment
    ) -> None:
        reschedule(second.pk, at("2026-11-24 16:00"), by=PATIENT, now=NOW)
        settled(DAY_BEFORE)
        assert "11:00 AM, 4:00 PM" in texts_at(DAY_BEFORE)[0]

    def test_leaves_out_who_wants_no_reminder_of_one(
        self, first: Appointment, second: Appointment
    ) -> None:
        set_preferences(second.pk, reminders_on=False, now=NOW)
        settled(DAY_BEFORE)
        assert "visit Tue Nov 24 11:00 AM EST" in texts_at(DAY_BEFORE)[0]

    def test_is_not_for_a_visit_of_another_day(self, dana: Provider) -> None:
        monday = at("2026-11-30 10:00")
        make_provider("eli", "follow-up")
        book(at("2026-12-01 11:00"))
        other = book(at("2026-12-03 15:00"), visit_type="follow-up")
        settled(monday)
        (text,) = texts_at(monday)
        assert "visit Tue Dec 1 11:00 AM EST" in text
        assert ended(reminder(other, "3-days")) == [("suppressed", "cap")]

    def test_is_not_for_somebody_else_on_the_phone(self, first: Appointment) -> None:
        make_provider("eli", "follow-up")
        other = book(
            at("2026-11-24 15:00"), visit_type="follow-up", person=somebody(1, phone=PHONE)
        )
        settled(DAY_BEFORE)
        assert len(texts_at(DAY_BEFORE)) == 2
        assert ended(reminder(other)) == [("accepted", "")]

    def test_is_not_for_mail(self, first: Appointment, second: Appointment) -> None:
        settled(DAY_BEFORE)
        carrier = Carrier()
        deliver_due(carrier, now=DAY_BEFORE, channel="email")
        assert len(carrier.sent) == 2

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_fits_one_segment_with_four_visits(self, language: str) -> None:
        four = {"time": "10:15 AM, 11:30 AM, 12:45 PM, 10:30 PM", "several": True}
        for confirmed in (False, True):
            text = sms("reminder", language, visit=four, confirmed=confirmed)
            assert gsm7.segments(text) == 1, text
            assert gsm7.is_gsm7(text)


class TestATextThatDidNotLeave:
    def test_is_tried_again_as_one(self, first: Appointment, second: Appointment) -> None:
        settled(DAY_BEFORE)
        deliver_due(Carrier(Refused("20429")), now=DAY_BEFORE)
        assert [status for status, _ in ended(reminder(first), reminder(second))] == [
            "planned",
            "planned",
        ]
        (text,) = texts_at(DAY_BEFORE + MINUTE)
        assert "11:00 AM, 3:00 PM" in text

    def test_or_did_not_arrive_leaves_the_other_owed(
        self, first: Appointment, second: Appointment
    ) -> None:
        settled(DAY_BEFORE)
        deliver_due(Carrier(), now=DAY_BEFORE)
        sent = fresh(reminder(first))
        record_delivery(sent.public_id.hex, sent.sid, "undelivered", "30007", now=DAY_BEFORE)
        assert ended(reminder(second)) == [("planned", "")]
        (text,) = texts_at(DAY_BEFORE + MINUTE)
        assert "visit Tue Nov 24 3:00 PM EST" in text


class TestBegin:
    def test_is_refused_where_the_words_are_stale(
        self, first: Appointment, second: Appointment
    ) -> None:
        settled(DAY_BEFORE)
        clinic = Clinic.objects.get()
        Message.objects.filter(pk=reminder(first).pk).update(
            next_attempt_at=DAY_BEFORE - timedelta(seconds=1)
        )
        claim = claim_due("sms", limit=1, now=DAY_BEFORE)[0]
        found = read_to_send(claim.message_id, clinic, now=DAY_BEFORE)
        assert found is not None
        assert [one.message_id for one in found.told_too] == [reminder(second).pk]
        words = compose(found.message, clinic, told_too=found.told_too)
        cancel(second.pk, by=PATIENT, now=DAY_BEFORE)
        assert not begin_together(claim, "sms", words, found.told_too, segments=1, now=DAY_BEFORE)
        assert fresh(found.message).sending_at is None

    def test_takes_no_reminder_that_has_begun_itself(
        self, first: Appointment, second: Appointment
    ) -> None:
        settled(DAY_BEFORE)
        clinic = Clinic.objects.get()
        mine, its = claim_due("sms", limit=2, now=DAY_BEFORE)
        words = compose(fresh(reminder(second)), clinic)
        assert begin(its, "sms", words, segments=1, now=DAY_BEFORE)
        told = [ToldToo(its.message_id, second.starts_at, False)]
        assert not begin_together(mine, "sms", words, told, segments=1, now=DAY_BEFORE)

    def test_of_a_reminder_that_was_told_is_refused(
        self, first: Appointment, second: Appointment
    ) -> None:
        settled(DAY_BEFORE)
        mine, its = claim_due("sms", limit=2, now=DAY_BEFORE)
        words = compose(fresh(reminder(first)), Clinic.objects.get())
        told = [ToldToo(its.message_id, second.starts_at, False)]
        assert begin_together(mine, "sms", words, told, segments=1, now=DAY_BEFORE)
        assert not begin(its, "sms", words, segments=1, now=DAY_BEFORE)


class TestThePages:
    def found(self, visit: Appointment) -> Outlook:
        return outlook(Appointment.objects.get(pk=visit.pk), for_staff=True)

    def test_show_when_the_text_leaves_that_names_it(
        self, first: Appointment, second: Appointment
    ) -> None:
        last = [one for one in self.found(second).expected if one.kind == "reminder-2-hours"]
        assert {(one.at, one.channels) for one in last} == {
            (MORNING, ("sms",)),
            (at("2026-11-24 13:00"), ("email",)),
        }
        assert set(self.found(second).told_earlier.values()) == {MORNING}
        assert self.found(first).told_earlier == {}

    def test_show_its_own_time_once_the_other_is_off(
        self, first: Appointment, second: Appointment
    ) -> None:
        cancel(first.pk, by=PATIENT, now=NOW)
        assert self.found(second).told_earlier == {}

    def test_say_that_they_were_reminded(self, first: Appointment, second: Appointment) -> None:
        Message.objects.filter(channel="email").delete()
        Message.objects.exclude(kind="reminder-2-hours").delete()
        texts_at(MORNING)
        found = self.found(second)
        assert (found.why_no_reminder, found.not_sent) == (Why.REMINDED, [])


class TestTheAnswer:
    def answer(self, words: str) -> None:
        settled(DAY_BEFORE)
        texts_at(DAY_BEFORE)
        receive("SM1", PHONE, words, now=DAY_BEFORE + timedelta(hours=1))

    def statuses(self) -> list[str]:
        return list(Appointment.objects.order_by("pk").values_list("status", flat=True))

    def test_one_confirms_all_that_it_named(self, first: Appointment, second: Appointment) -> None:
        self.answer("1")
        assert self.statuses() == ["confirmed", "confirmed"]
        assert Message.objects.get(inbound__isnull=False).kind == "reply_confirmed"

    def test_two_asks_which(self, first: Appointment, second: Appointment) -> None:
        self.answer("2")
        assert Message.objects.get(inbound__isnull=False).kind == "reply_ambiguous"

    def test_one_confirms_none_after_a_text_about_one_of_them(
        self, first: Appointment, second: Appointment
    ) -> None:
        settled(DAY_BEFORE)
        texts_at(DAY_BEFORE)
        moved = reschedule(second.pk, at("2026-11-24 16:00"), by=PATIENT, now=DAY_BEFORE + MINUTE)
        deliver_due(Carrier(), now=DAY_BEFORE + 2 * MINUTE)
        receive("SM1", PHONE, "1", now=DAY_BEFORE + timedelta(hours=1))
        assert moved.pk == second.pk
        assert self.statuses() == ["booked", "booked"]


class TestCapsAreByPatient:
    def test_over_all_their_numbers(self, first: Appointment) -> None:
        make_provider("eli", "follow-up")
        daughter = a_person(contact_name="Luz Ruiz", relation="daughter", phone="+14195550177")
        other = book(at("2026-11-24 15:00"), visit_type="follow-up", person=daughter)
        Appointment.objects.filter(pk=other.pk).update(patient=first.patient)
        settled(DAY_BEFORE)
        texts_at(DAY_BEFORE)
        assert sorted(ended(reminder(first), reminder(other))) == [
            ("accepted", ""),
            ("suppressed", "cap"),
        ]
