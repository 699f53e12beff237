"""Staff answer texts, send messages again, and settle what needs a person."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from scheduler.booking.models import Appointment
from scheduler.booking.reschedule import reschedule
from scheduler.clinic.models import Provider
from scheduler.messaging.consent.opt_out import is_opted_out, opt_out
from scheduler.messaging.models import Consent, Message
from scheduler.messaging.resend import CannotResend, resend
from scheduler.replies.models import InboundText
from scheduler.replies.receive import receive
from scheduler.replies.reply_by_staff import MayNotText, ReplyRefused, reply_by_staff
from scheduler.replies.resolve_pause import NotAboutStopping, go_on_texting, stop_for_good
from scheduler.worklist.models import StaffTask
from scheduler.worklist.settle import AlreadyHandled, settle_task
from tests.factories import EMAIL, NOW, PATIENT, PHONE, TUESDAY, book
from tests.messaging.carriers import Carrier, deliver_due, verdict_on
from tests.staff import make_user

pytestmark = pytest.mark.django_db
STRANGER = "+14195559999"
WORDS = "yes, 3:00 PM is fine. Please bring your card."
DAY = timedelta(days=1)


@pytest.fixture
def desk(dana: Provider) -> User:
    return make_user(None, "desk")


@pytest.fixture
def visit(desk: User) -> Appointment:
    return book()


def wrote(
    words: str = "Can I come at three?", number: str = PHONE, sid: str = "SM1"
) -> InboundText:
    return receive(sid, number, words, now=NOW)


def texts(kind: str = "staff_reply") -> list[str]:
    """What leaves of this kind, now."""
    carrier = Carrier()
    wanted = set(Message.objects.filter(kind__startswith=kind).values_list("public_id", flat=True))
    deliver_due(carrier, now=NOW)
    return [sent.text for sent in carrier.sent if sent.message_id in {one.hex for one in wanted}]


def verdict(message: Message) -> object:
    return verdict_on(message, now=NOW)


class TestAReply:
    def test_leaves_with_the_clinics_name_and_the_way_to_stop(self, desk: User) -> None:
        wrote(number=STRANGER)
        reply_by_staff(STRANGER, WORDS, by=desk, now=NOW)
        assert texts() == [f"PMG Findlay: {WORDS}\nSTOP to end."]

    def test_settles_what_waits_for_one(self, desk: User) -> None:
        wrote(number=STRANGER)
        reply_by_staff(STRANGER, WORDS, by=desk, now=NOW)
        task = StaffTask.objects.get(kind="reply")
        assert (task.done_at, task.done_by) == (NOW, desk)

    def test_can_follow_another(self, desk: User) -> None:
        wrote(number=STRANGER)
        for words in (WORDS, "See you then."):
            reply_by_staff(STRANGER, words, by=desk, now=NOW)
        kinds = Message.objects.filter(kind__startswith="staff_reply").values_list(
            "kind", flat=True
        )
        assert sorted(kinds) == ["staff_reply", "staff_reply-again-2"]
        assert len(texts()) == 2

    def test_sent_twice_by_a_double_click_is_one(self, desk: User) -> None:
        wrote(number=STRANGER)
        first = reply_by_staff(STRANGER, WORDS, by=desk, now=NOW)
        assert reply_by_staff(STRANGER, WORDS, by=desk, now=NOW) == first

    def test_goes_by_a_visit_to_who_agreed_and_did_not_write(
        self, desk: User, visit: Appointment
    ) -> None:
        text = reply_by_staff(PHONE, WORDS, by=desk, now=NOW)
        assert text.appointment == visit
        reschedule(visit.pk, TUESDAY + timedelta(hours=2), by=PATIENT, now=NOW)
        Message.objects.filter(pk=text.pk).update(status="planned")
        assert verdict(text) is None

    def test_is_in_the_language_of_the_number(self, desk: User) -> None:
        book()
        Message.objects.update(language="es")
        assert reply_by_staff(PHONE, "a las tres", by=desk, now=NOW).language == "es"
        assert texts() == ["PMG Findlay: a las tres\nSTOP: parar"]

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            ("about your back pain", "private"),
            ("about your laminectomy", "private"),
            ("w" * 150, "length"),
            ("reply YES to come", "reply-word"),
            ("  ", "empty"),
        ],
    )
    def test_is_refused_for_what_it_says(self, desk: User, words: str, code: str) -> None:
        wrote(number=STRANGER)
        with pytest.raises(ReplyRefused) as refused:
            reply_by_staff(STRANGER, words, by=desk, now=NOW)
        assert code in {problem.code for problem in refused.value.problems}
        assert not Message.objects.filter(kind="staff_reply").exists()

    def test_never_goes_to_who_opted_out(self, desk: User, visit: Appointment) -> None:
        wrote("STOP")
        with pytest.raises(MayNotText, match="opted-out"):
            reply_by_staff(PHONE, WORDS, by=desk, now=NOW)

    def test_waits_until_a_possible_stop_is_settled(self, desk: User, visit: Appointment) -> None:
        wrote("please no more texts")
        with pytest.raises(MayNotText, match="paused"):
            reply_by_staff(PHONE, WORDS, by=desk, now=NOW)

    def test_goes_to_nobody_who_neither_wrote_lately_nor_agreed(self, desk: User) -> None:
        wrote(number=STRANGER)
        with pytest.raises(MayNotText, match="not-agreed"):
            reply_by_staff(STRANGER, WORDS, by=desk, now=NOW + 8 * DAY)

    def test_is_suppressed_if_they_stop_before_it_leaves(self, desk: User) -> None:
        wrote(number=STRANGER)
        text = reply_by_staff(STRANGER, WORDS, by=desk, now=NOW)
        opt_out("sms", STRANGER, source="text", now=NOW)
        text.refresh_from_db()
        assert text.status == "suppressed"


class TestSendingAgain:
    def failed(self, kind: str = "confirmation", status: str = "failed") -> Message:
        message = Message.objects.get(kind=kind, channel="sms")
        Message.objects.filter(pk=message.pk).update(status=status, accepted_at=NOW)
        StaffTask.objects.create(kind="message", message=message, created_at=NOW)
        return message

    def test_sends_the_same_words_and_settles_the_task(
        self, desk: User, visit: Appointment
    ) -> None:
        again = resend(self.failed().pk, by=desk, now=NOW)
        assert (again.kind, again.to, again.channel) == ("confirmation-again-2", PHONE, "sms")
        (text,) = texts("confirmation-again")
        assert text.startswith("PMG Findlay: Tue Nov 24 10:00 AM EST, arrive 9:40.")
        assert StaffTask.objects.get().done_by == desk

    def test_can_be_repeated(self, desk: User, visit: Appointment) -> None:
        first = self.failed()
        resend(first.pk, by=desk, now=NOW)
        assert resend(first.pk, by=desk, now=NOW).kind == "confirmation-again-3"

    def test_goes_the_other_way(self, desk: User, visit: Appointment) -> None:
        again = resend(self.failed().pk, channel="email", by=desk, now=NOW)
        assert (again.channel, again.to) == ("email", EMAIL)
        assert verdict(again) is None

    def test_reminds_once_more_where_the_first_did_not_arrive(
        self, desk: User, visit: Appointment
    ) -> None:
        again = resend(self.failed("reminder-1-day", "undelivered").pk, by=desk, now=NOW)
        assert again.kind == "reminder-1-day-again-2"
        assert verdict(again) is None

    def test_is_refused_without_another_address(self, desk: User, visit: Appointment) -> None:
        assert visit.contact is not None
        visit.contact.email = ""
        visit.contact.save()
        with pytest.raises(CannotResend, match="no-mail-address"):
            resend(self.failed().pk, channel="email", by=desk, now=NOW)

    def test_is_refused_without_consent(self, desk: User, visit: Appointment) -> None:
        Consent.objects.filter(channel="email").delete()
        with pytest.raises(CannotResend, match="not-agreed"):
            resend(self.failed().pk, channel="email", by=desk, now=NOW)

    def test_is_refused_after_a_stop(self, desk: User, visit: Appointment) -> None:
        first = self.failed()
        opt_out("sms", PHONE, source="text", now=NOW)
        with pytest.raises(CannotResend, match="opted-out"):
            resend(first.pk, by=desk, now=NOW)

    def test_is_refused_for_what_is_no_longer_true(self, desk: User, visit: Appointment) -> None:
        first = self.failed()
        reschedule(visit.pk, TUESDAY + timedelta(hours=2), by=PATIENT, now=NOW)
        with pytest.raises(CannotResend, match="visit-changed"):
            resend(first.pk, by=desk, now=NOW)

    def test_is_refused_for_a_text_that_may_have_left(self, desk: User, visit: Appointment) -> None:
        """It is looked up, and leaves by itself where it is not found."""
        doubtful = self.failed(status="uncertain")
        Message.objects.filter(pk=doubtful.pk).update(look_up_at=NOW)
        with pytest.raises(CannotResend, match="looked-up"):
            resend(doubtful.pk, by=desk, now=NOW)
        Message.objects.filter(pk=doubtful.pk).update(look_up_at=None)
        with pytest.raises(CannotResend, match="cannot-tell"):
            resend(doubtful.pk, by=desk, now=NOW)
        assert resend(doubtful.pk, channel="email", by=desk, now=NOW).channel == "email"

    def test_is_refused_while_it_is_on_its_way(self, desk: User, visit: Appointment) -> None:
        with pytest.raises(CannotResend, match="under-way"):
            resend(Message.objects.get(kind="confirmation", channel="sms").pk, by=desk, now=NOW)


class TestSettling:
    def test_is_by_one(self, desk: User) -> None:
        wrote(number=STRANGER)
        task = StaffTask.objects.get()
        assert settle_task(task.pk, by=desk, now=NOW).done_by == desk
        with pytest.raises(AlreadyHandled, match="desk"):
            settle_task(task.pk, by=make_user(None, "other"), now=NOW)

    def test_a_possible_stop_stops_for_good(self, desk: User, visit: Appointment) -> None:
        wrote("please no more texts")
        task = StaffTask.objects.get(kind="maybe-stop")
        stop_for_good(task.pk, by=desk, now=NOW)
        with pytest.raises(MayNotText, match="opted-out"):
            reply_by_staff(PHONE, WORDS, by=desk, now=NOW)

    def test_a_possible_stop_was_none(self, desk: User, visit: Appointment) -> None:
        wrote("please no more texts")
        task = StaffTask.objects.get(kind="maybe-stop")
        go_on_texting(task.pk, by=desk, now=NOW)
        assert not is_opted_out("sms", PHONE)
        assert StaffTask.objects.get(pk=task.pk).done_by == desk
        assert Message.objects.get(kind="reminder-1-day", channel="sms").status == "planned"

    def test_of_something_else_stops_nothing(self, desk: User) -> None:
        wrote(number=STRANGER)
        with pytest.raises(NotAboutStopping):
            stop_for_good(StaffTask.objects.get().pk, by=desk, now=NOW)
